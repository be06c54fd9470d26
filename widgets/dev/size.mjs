// Size gate of the panel: often loaded on a phone, so script and sheet together may never exceed their limit.
// Run after a build.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Bytes after gzip of both files together; all but a few hundred are used. */
const LIMIT = 60_000;
const FILES = ['panel.js', 'panel.css'];
/** Addresses that may stand in a script: XML namespaces and licence notes. A government network reaches no other. */
const HARMLESS = /^https?:\/\/(www\.w3\.org|lit\.dev|github\.com)\//;
/** Calls that our oldest browsers lack and `src/old-browsers.ts` doesn't add. */
const TOO_NEW =
  /\.(replaceAll|findLast|findLastIndex|toSorted|toReversed|groupBy)\(|structuredClone|randomUUID/g;

let packed = 0;
let wrong = 0;
/** Says what is wrong. */
function complain(words) {
  console.error(words);
  wrong += 1;
}

for (const name of FILES) {
  const raw = readFileSync(new URL(`../dist/${name}`, import.meta.url));
  const size = gzipSync(raw, { level: 9 }).length;
  packed += size;
  console.log(`${name}: ${raw.length} B raw, ${size} B gzip`);
  const text = raw.toString();
  for (const [url] of text.matchAll(/https?:\/\/[\w./-]+/g))
    if (!HARMLESS.test(url)) complain(`${name} names an address: ${url}`);
  for (const call of new Set(text.match(TOO_NEW) ?? []))
    complain(`${name} calls what Chromium 80 lacks: ${call}`);
}
console.log(`panel together: ${packed} B gzip, limit ${LIMIT} B`);
if (packed > LIMIT) complain('the panel is above its limit');
process.exit(wrong > 0 ? 1 : 0);

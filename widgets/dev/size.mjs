// Size gate: the panel is loaded by pages of others, often on a phone, so it may never exceed its limit, gzipped.
// Run after a build.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Bytes after gzip, for each set of files that is loaded together. */
const LIMITS = [[60_000, ['panel.js', 'panel.css']]];
/** Addresses that may stand in a script: XML namespaces and licence notes. A government network reaches no other. */
const HARMLESS = /^https?:\/\/(www\.w3\.org|lit\.dev|github\.com)\//;
/** Calls that our oldest browsers lack and `src/old-browsers.ts` doesn't add. */
const TOO_NEW =
  /\.(replaceAll|findLast|findLastIndex|toSorted|toReversed|groupBy)\(|structuredClone|randomUUID/g;

let wrong = 0;
/** Says what is wrong. */
function complain(words) {
  console.error(words);
  wrong += 1;
}

for (const [limit, files] of LIMITS) {
  let packed = 0;
  for (const name of files) {
    const raw = readFileSync(new URL(`../dist/${name}`, import.meta.url));
    const size = gzipSync(raw, { level: 9 }).length;
    packed += size;
    console.log(`${name}: ${raw.length} B raw, ${size} B gzip`);
    const text = raw.toString();
    const foreign = [...text.matchAll(/https?:\/\/[\w./-]+/g)].filter(
      ([url]) => !HARMLESS.test(url),
    );
    for (const [url] of foreign) complain(`${name} names an address: ${url}`);
    for (const call of new Set(text.match(TOO_NEW) ?? []))
      complain(`${name} calls what Chromium 80 lacks: ${call}`);
  }
  console.log(`together ${packed} B gzip, limit ${limit} B`);
  if (packed > limit) complain(`${files.join(' and ')} are above the limit`);
}
process.exit(wrong > 0 ? 1 : 0);

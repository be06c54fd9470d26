// Size gate: the widget is loaded by pages of others, often on a phone, so it may never exceed 60 kB gzipped.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Bytes after gzip; about 50,000 are used. */
const LIMIT = 60_000;
const file = new URL('../dist/party-assistant.js', import.meta.url);
const raw = readFileSync(file);
const packed = gzipSync(raw, { level: 9 }).length;
console.log(`party-assistant.js: ${raw.length} B raw, ${packed} B gzip, limit ${LIMIT} B`);

// A page on the government network must not reach out: only XML namespaces and licence notes may carry an address.
const addresses = [...raw.toString().matchAll(/https?:\/\/[\w./-]+/g)].map(([url]) => url);
const foreign = addresses.filter(
  (url) => !/^https?:\/\/(www\.w3\.org|lit\.dev|github\.com)\//.test(url),
);
if (foreign.length > 0) {
  console.error(`addresses that should not be in the bundle: ${[...new Set(foreign)].join(', ')}`);
}
// Calls that our oldest browsers lack and `src/old-browsers.ts` doesn't add.
const tooNew =
  /\.(replaceAll|findLast|findLastIndex|toSorted|toReversed|groupBy)\(|structuredClone|randomUUID/g;
const missing = [...new Set(raw.toString().match(tooNew) ?? [])];
if (missing.length > 0) console.error(`calls that Chromium 80 lacks: ${missing.join(', ')}`);

if (packed > LIMIT) console.error('the bundle is above the limit');
process.exit(packed > LIMIT || foreign.length + missing.length > 0 ? 1 : 0);

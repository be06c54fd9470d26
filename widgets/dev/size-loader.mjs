// Size gate of the loader: every page that carries the assistant loads it, opened or not.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Bytes after gzip; about 7,600 are used. */
const LIMIT = 15_000;
const raw = readFileSync(new URL('../dist/loader.js', import.meta.url));
const packed = gzipSync(raw, { level: 9 }).length;
console.log(`loader.js: ${raw.length} B raw, ${packed} B gzip, limit ${LIMIT} B`);

// The server's address comes from the script tag: the bundle names none, but for the namespace of drawings.
const text = raw.toString();
const foreign = (text.match(/https?:\/\/[\w./-]+/g) ?? []).filter(
  (url) => url !== 'http://www.w3.org/2000/svg',
);
if (foreign.length > 0) console.error(`addresses in the bundle: ${foreign.join(', ')}`);
// Calls and syntax that Chromium 80 or iOS 13 lack; nothing is added for them here.
const tooNew =
  /\.(replaceAll|replaceChildren|at|findLast|toSorted|flat)\(|structuredClone|randomUUID|hasOwn\(|\?\?|\?\.[a-z(]|static\{/g;
const missing = [...new Set(text.match(tooNew) ?? [])];
if (missing.length > 0) console.error(`too new for Chromium 80 or iOS 13: ${missing.join(', ')}`);
// Messages to frames go to one origin, never to whoever is there.
const anybody = /postMessage\([^)]*[`'"]\*[`'"]/.test(text);
if (anybody) console.error('a message is posted to any origin');

if (packed > LIMIT) console.error('the loader is above the limit');
process.exit(packed > LIMIT || foreign.length + missing.length > 0 || anybody ? 1 : 0);

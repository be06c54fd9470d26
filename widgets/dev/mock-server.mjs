// A small stand-in for the real server: `node dev/mock-server.mjs [port]`, then open the address that it prints.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { scriptFor } from './mock-answers.mjs';
import * as pages from './mock-pages.mjs';

/** From the command line, the environment, or a number that is seldom taken. */
const PORT = Number(process.argv[2] ?? process.env.PORT ?? 8099);
const SHEET = new URL('../dist/party-assistant.css', import.meta.url);
const BUNDLE = new URL('../dist/party-assistant.js', import.meta.url);
// As strict as a careful site would be: no inline script, no inline style, nothing from elsewhere.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'";

/** A whole response under the strict policy. */
function send(response, status, type, body) {
  response.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Security-Policy': POLICY,
  });
  response.end(body);
}

/** An error in the server's shape. */
function problem(response, status, code, title, detail) {
  send(
    response,
    status,
    'application/problem+json',
    JSON.stringify({ code, title, detail, status }),
  );
}

/** The JSON that was sent. */
async function readBody(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString());
}

/** Plays the script of a question as an event stream, or refuses before it begins. */
async function chat(request, response) {
  const { question, as_of: asOf } = await readBody(request);
  if (/限流/.test(question))
    return problem(response, 429, 'RATE_LIMITED', '提问太频繁', '请在 30 秒后再问。');
  if (/网关/.test(question)) return send(response, 502, 'text/html', '<h1>Bad Gateway</h1>');
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  let gone = false;
  response.on('close', () => {
    gone = true;
  });
  for (const [name, data] of scriptFor(question, asOf)) {
    if (gone) return;
    if (name === 'pause') await pause(data);
    else if (name === 'cut') {
      // Let the browser see what was sent: a line that breaks at once takes it along.
      await pause(150);
      return response.destroy();
    } else if (name === 'hang') return;
    else {
      const bytes = Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
      // Cut in the middle, often inside a character: the reader has to cope.
      const middle = Math.floor(bytes.length / 2);
      response.write(bytes.subarray(0, middle));
      await pause(1);
      response.write(bytes.subarray(middle));
    }
  }
  response.end();
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://mock');
  const version = /^\/regulations\/rmock0001\/(\d{4})(?:\/a\d+)?$/.exec(pathname);
  try {
    if (request.method === 'POST' && pathname === '/api/v1/chat') await chat(request, response);
    else if (pathname === '/') send(response, 200, 'text/html', pages.home());
    else if (pathname === '/hostile') send(response, 200, 'text/html', pages.hostile());
    else if (pathname === '/regulations')
      send(response, 200, 'text/html', pages.list(searchParams.get('q') ?? ''));
    else if (version) send(response, 200, 'text/html', pages.regulation(version[1]));
    else if (pathname === '/plain.css') send(response, 200, 'text/css', pages.PLAIN_CSS);
    else if (pathname === '/hostile.css') send(response, 200, 'text/css', pages.HOSTILE_CSS);
    else if (pathname === '/hostile.js') send(response, 200, 'text/javascript', pages.HOSTILE_JS);
    else if (pathname === '/widget/party-assistant.js')
      send(response, 200, 'text/javascript', await readFile(BUNDLE));
    else if (pathname === '/widget/party-assistant.css')
      send(response, 200, 'text/css', await readFile(SHEET));
    else if (pathname === '/favicon.ico') response.writeHead(204).end();
    else problem(response, 404, 'NOT_FOUND', '没有这个页面', pathname);
  } catch (error) {
    console.error(error);
    if (!response.headersSent) problem(response, 500, 'INTERNAL', '出错了', '模拟服务器出错。');
    else response.destroy();
  }
});

server.listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}`));

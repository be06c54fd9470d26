// A small stand-in for the real server: `node dev/mock-server.mjs [port]`, then open the address that it prints.
// Words of a question choose what happens; see mock-answers.mjs, and 限流, 网关, 断20次, 慢 below.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { STARTERS } from './mock-answers.mjs';
import * as pages from './mock-pages.mjs';
import * as store from './mock-store.mjs';

/** From the command line, the environment, or a number that is seldom taken. */
const PORT = Number(process.argv[2] ?? process.env.PORT ?? 8099);
const DIST = new URL('../dist/', import.meta.url);
// As strict as the server: no inline script, no inline style, nothing from elsewhere.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'";
/** Seconds that an asker has to wait after 限流. */
const PAUSE = 3;

/** How long a line that will be cut lives on after its last word, milliseconds. */
const CUT_AFTER = 30;

/** Sessions by token; emptied to let all of them run out. */
const sessions = new Map();
/** Askers who were told to wait once: the second time they are heard. */
const waited = new Set();
let made = 0;

/** A whole response under the strict policy. */
function send(response, status, type, body, headers = {}) {
  response.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Security-Policy': POLICY,
    ...headers,
  });
  response.end(body);
}

const json = (response, body, status = 200) =>
  send(response, status, 'application/json', JSON.stringify(body));

/** An error in the server's shape. */
function problem(response, status, code, title, detail, headers = {}) {
  const body = JSON.stringify({ code, title, detail, status, request_id: 'mock' });
  send(response, status, 'application/problem+json', body, headers);
}

/** The JSON that was sent; nothing counts as an empty object. */
async function readBody(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString() || '{}');
}

/** Events as a stream: those after `after`, then those that come, until the turn's last one. */
function stream(request, response, conversation, after) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  let sent = 0;
  let cut = false;
  const write = (event) => {
    if (event.seq <= after || cut || response.destroyed) return;
    const { seq, name, data } = event;
    const bytes = Buffer.from(`id: ${seq}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    const middle = Math.floor(bytes.length / 2);
    sent += 1;
    // Never the same number of events before a cut, and always in the middle of one, often inside a character.
    if (conversation.cuts > 0 && sent > 1 + (conversation.cuts % 3)) {
      conversation.cuts -= 1;
      cut = true;
      conversation.listeners.delete(write);
      response.write(bytes.subarray(0, middle));
      // A line that breaks at once takes along what the browser has not read yet.
      setTimeout(() => response.destroy(), CUT_AFTER);
      return;
    }
    response.write(bytes.subarray(0, middle));
    response.write(bytes.subarray(middle));
    if (name !== 'done' && name !== 'error') return;
    conversation.listeners.delete(write);
    response.end();
  };
  request.on('close', () => conversation.listeners.delete(write));
  conversation.listeners.add(write);
  for (const event of [...conversation.events]) write(event);
}

/** Asks, or says why not. */
async function turns(request, response, conversation) {
  const body = await readBody(request);
  const { question, command_id: command } = body;
  if (/限流/.test(question) && !waited.has(conversation.owner)) {
    waited.add(conversation.owner);
    const detail = `提问过于频繁，请 ${PAUSE} 秒后再试。`;
    return problem(response, 429, 'LIMIT-001', '提问过于频繁', detail, { 'Retry-After': PAUSE });
  }
  if (/网关/.test(question)) return send(response, 502, 'text/html', '<h1>Bad Gateway</h1>');
  const running = store.running(conversation);
  if (running && running.command_id !== command)
    return problem(response, 409, 'CHAT-005', '上一个问题还在作答', '请等它结束，或先停止。');
  const turn = store.ask(conversation, body);
  return stream(request, response, conversation, turn.first_seq - 1);
}

/** A conversation as a file. */
function exported(response, conversation, format) {
  const lines = conversation.turns.map(
    (turn) => `## ${turn.question}\n\n${turn.answer?.text ?? ''}`,
  );
  const type = format === 'html' ? 'text/html' : 'text/markdown';
  send(response, 200, type, `# ${conversation.title}\n\n${lines.join('\n\n')}\n`, {
    'Content-Disposition': `attachment; filename="consultation.${format}"`,
  });
}

/** Everything about one conversation. */
async function conversationRoute(request, response, owner, [id, what], query) {
  const { method } = request;
  const found = store.find(owner, id);
  if (!found) return problem(response, 404, 'CHAT-006', '没有这个会话', '会话可能已被删除。');
  if (what === 'turns' && method === 'POST') return turns(request, response, found);
  if (what === 'events') {
    const after = Number(query.get('after') ?? 0);
    if (!store.running(found) && after >= found.events.length) return response.writeHead(204).end();
    return stream(request, response, found, after);
  }
  if (what === 'stop') {
    const turn = store.running(found);
    if (turn) turn.stop = true;
    return json(response, { stopped: turn !== undefined });
  }
  if (what === 'export') return exported(response, found, query.get('format') ?? 'md');
  if (method === 'DELETE') {
    store.remove(found);
    return response.writeHead(204).end();
  }
  if (method === 'PATCH') {
    const { title, favourite } = await readBody(request);
    if (title !== undefined) found.title = title;
    if (favourite !== undefined) found.favourite = favourite;
    return json(response, store.summary(found));
  }
  return json(response, store.whole(found));
}

/** Begins a session: who brings a secret that we gave is the same person again. */
async function begin(request, response) {
  const { channel, grant, visitor, user } = await readBody(request);
  if (channel !== 'site' && grant !== 'mock-grant')
    return problem(response, 401, 'SESSION-001', '访问凭证缺失或已失效', '授权无效或已过期。');
  made += 1;
  const token = `mock-${made}`;
  const secret = visitor ?? `visitor-${made}`;
  sessions.set(token, user ? `user-${user.id}` : secret);
  return json(response, {
    token,
    expires_in: 1800,
    visitor: secret,
    greeting: '',
    starters: STARTERS,
    user: Boolean(user),
  });
}

/** The interface under /api/v1. */
async function api(request, response, path, query) {
  const { method } = request;
  if (method === 'POST' && path === '/sessions') return begin(request, response);
  if (method === 'POST' && /^\/channels\/[\w-]+\/grants$/.test(path))
    return json(response, { grant: 'mock-grant', expires_in: 300 });
  const owner = sessions.get((request.headers.authorization ?? '').replace('Bearer ', ''));
  if (!owner)
    return problem(response, 401, 'SESSION-001', '访问凭证缺失或已失效', '请重新取得访问凭证。');
  if (path === '/conversations' && method === 'POST')
    return json(response, store.whole(store.create(owner)), 201);
  if (path === '/conversations')
    return json(
      response,
      store.list(owner, {
        q: query.get('q') ?? '',
        favourite: query.get('favourite') === 'true',
        after: query.get('after'),
        limit: Number(query.get('limit') ?? 20),
      }),
    );
  const conversation = /^\/conversations\/([\w-]+)(?:\/(\w+))?$/.exec(path);
  if (conversation)
    return conversationRoute(request, response, owner, conversation.slice(1), query);
  const feedback = /^\/turns\/([\w-]+)\/feedback$/.exec(path);
  if (feedback && method === 'PUT') {
    const said = await readBody(request);
    return store.judge(owner, feedback[1], said)
      ? response.writeHead(204).end()
      : problem(response, 404, 'CHAT-007', '没有这个问答', '');
  }
  return problem(response, 404, 'COMMON-404', '没有这个地址', path);
}

/** A file of the build. */
async function widget(response, file) {
  const type = file.endsWith('.css') ? 'text/css' : 'text/javascript';
  try {
    send(response, 200, type, await readFile(new URL(file, DIST)));
  } catch {
    // The pages link to the loader whether it was built or not.
    if (file === 'loader.js') send(response, 200, type, '/* not built */');
    else problem(response, 404, 'COMMON-404', '没有这个文件', file);
  }
}

/** Pages and files, by address. */
const PAGES = {
  '/': ['text/html', () => pages.home()],
  '/mock/host': ['text/html', () => pages.host()],
  '/mock/host.js': ['text/javascript', () => pages.HOST_JS],
  '/mock/host.css': ['text/css', () => pages.HOST_CSS],
  '/plain.css': ['text/css', () => pages.PLAIN_CSS],
  '/widget/frame': ['text/html', (query) => pages.frame(query.get('channel') ?? 'site')],
  '/regulations': ['text/html', (query) => pages.list(query.get('q') ?? '')],
};

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://mock');
  const file = /^\/widget\/([\w-]+\.(?:js|css))$/.exec(pathname);
  const version = /^\/regulations\/rmock0001\/(\d{4})(?:\/a\d+)?$/.exec(pathname);
  if (pathname.startsWith('/api/v1/'))
    return api(request, response, pathname.slice('/api/v1'.length), searchParams);
  if (PAGES[pathname]) {
    const [type, body] = PAGES[pathname];
    return send(response, 200, type, body(searchParams));
  }
  if (file) return widget(response, file[1]);
  if (version) return send(response, 200, 'text/html', pages.regulation(version[1]));
  // All sessions run out at once.
  if (pathname === '/mock/expire') sessions.clear();
  if (pathname === '/mock/expire' || pathname === '/favicon.ico')
    return response.writeHead(204).end();
  return problem(response, 404, 'COMMON-404', '没有这个页面', pathname);
}

const server = createServer(async (request, response) => {
  try {
    await answer(request, response);
  } catch (error) {
    console.error(error);
    if (!response.headersSent) problem(response, 500, 'COMMON-500', '出错了', '模拟服务器出错。');
    else response.destroy();
  }
});

server.listen(PORT, '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${PORT}/widget/frame?channel=site`),
);

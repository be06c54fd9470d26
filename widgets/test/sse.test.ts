import { afterEach, describe, expect, it, vi } from 'vitest';
import { ask, decodeEvent, readEvents } from '../src/sse';
import type { ChatEvent } from '../src/types';

/** Two events; the first has characters of three bytes, so that small pieces cut through them. */
const DELTA = 'event: delta\ndata: {"text":"流动党员"}\n\n';
const DONE = 'event: done\ndata: {"id":"1","answer":{"state":"grounded"}}\n\n';

/** A response that brings `text` in pieces of `size` bytes. */
function stream(text: string, size = 3, end: 'close' | 'break' | 'hang' = 'close'): Response {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < bytes.length) {
        controller.enqueue(bytes.slice(at, at + size));
        at += size;
        return undefined;
      }
      if (end === 'close') controller.close();
      if (end === 'break') controller.error(new TypeError('network error'));
      return end === 'hang' ? new Promise<void>(() => {}) : undefined;
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
}

/** Asks with a stubbed fetch and gives back what was heard. */
async function heard(
  answer: (init: RequestInit) => Promise<Response>,
  more: { silenceLimit?: number; signal?: AbortSignal } = {},
): Promise<ChatEvent[]> {
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => answer(init));
  const events: ChatEvent[] = [];
  await ask({
    base: '',
    question: '问',
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    ...more,
  });
  return events;
}

function code(events: ChatEvent[]): string | undefined {
  const last = events[events.length - 1];
  return last?.type === 'error' ? last.data.code : last?.type;
}

afterEach(() => vi.unstubAllGlobals());

// The wire: any cut, comments for keeping alive, other line ends, events of later versions.
describe('reading events', () => {
  it.each([1, 2, 3, 7, 1000])('gives the same events in pieces of %i bytes', async (size) => {
    const events: ChatEvent[] = [];
    await readEvents(stream(DELTA + DONE, size), (event) => events.push(event));
    expect(events.map(({ type }) => type)).toEqual(['delta', 'done']);
    expect(events[0]).toEqual({ type: 'delta', data: { text: '流动党员' } });
  });

  it('passes over comments, unknown events and broken data', async () => {
    const events: ChatEvent[] = [];
    const text = `: ping\n\nevent: novelty\ndata: {}\n\nevent: delta\ndata: {oops\n\n${DELTA}`;
    await readEvents(stream(text), (event) => events.push(event));
    expect(events).toHaveLength(1);
  });

  it('reads data over several lines and CRLF', async () => {
    const events: ChatEvent[] = [];
    await readEvents(stream('event: delta\r\ndata: {"text":\r\ndata: "甲"}\r\n\r\n'), (e) =>
      events.push(e),
    );
    expect(events).toEqual([{ type: 'delta', data: { text: '甲' } }]);
  });

  it('knows only the names of the contract', () => {
    expect(decodeEvent(undefined, '{}')).toBeNull();
    expect(decodeEvent('message', '{}')).toBeNull();
    expect(decodeEvent('notice', '{"code":"A","text":"b"}')?.type).toBe('notice');
  });
});

describe('both spellings', () => {
  it('of a whole answer and of the count are understood', () => {
    const flat = decodeEvent('done', '{"id":"1","state":"grounded","text":"甲"}');
    expect(flat).toMatchObject({ type: 'done', data: { id: '1', answer: { state: 'grounded' } } });
    expect(decodeEvent('retrieved', '{"candidates":5}')).toMatchObject({ data: { count: 5 } });
    expect(decodeEvent('retrieved', '{"count":4}')).toMatchObject({ data: { count: 4 } });
  });
});

// Each way in which an answer can end, and that every one is told once.
describe('asking', () => {
  // A stream client that reconnects would ask twice: two answers, two log entries.
  it('sends the question once, with day and channel', async () => {
    const fetched = vi.fn(async () => stream(DONE));
    vi.stubGlobal('fetch', fetched);
    const signal = new AbortController().signal;
    await ask({ base: 'http://h', question: '问', asOf: '2025-01-01', signal, onEvent: () => {} });
    expect(fetched).toHaveBeenCalledTimes(1);
    const [url, init] = fetched.mock.calls[0] as unknown as [string, RequestInit];
    expect(url).toBe('http://h/api/v1/chat');
    expect(JSON.parse(String(init.body))).toEqual({
      question: '问',
      as_of: '2025-01-01',
      channel: 'web_widget',
    });
    expect((init.headers as Record<string, string>).Accept).toBe('text/event-stream');
  });

  it('ends quietly when the answer is whole', async () => {
    expect(code(await heard(async () => stream(DELTA + DONE)))).toBe('done');
  });

  it('tells a stream that ends too early', async () => {
    expect(code(await heard(async () => stream(DELTA)))).toBe('CUT_OFF');
  });

  it('tells a line that breaks in the middle', async () => {
    expect(code(await heard(async () => stream(DELTA, 500, 'break')))).toBe('CUT_OFF');
  });

  it('tells a server that cannot be reached', async () => {
    expect(code(await heard(() => Promise.reject(new TypeError('failed'))))).toBe('NETWORK');
  });

  it('says offline when the device is', async () => {
    vi.stubGlobal('navigator', { onLine: false });
    expect(code(await heard(() => Promise.reject(new TypeError('failed'))))).toBe('OFFLINE');
  });

  // Real lines stay open for minutes when a gateway has lost the server.
  it('gives up on a silent line', async () => {
    const never = (init: RequestInit) =>
      new Promise<Response>((_, refuse) => {
        init.signal?.addEventListener('abort', () =>
          refuse(new DOMException('stop', 'AbortError')),
        );
      });
    expect(code(await heard(never, { silenceLimit: 20 }))).toBe('TIMEOUT');
  });

  // The user knows that they pressed stop.
  it('says nothing after the user stopped', async () => {
    const user = new AbortController();
    const events = await heard(
      (init) =>
        new Promise((_, refuse) => {
          init.signal?.addEventListener('abort', () =>
            refuse(new DOMException('stop', 'AbortError')),
          );
          user.abort();
        }),
      { signal: user.signal },
    );
    expect(events).toEqual([]);
  });

  it("passes on the server's problem", async () => {
    const body = JSON.stringify({
      code: 'RATE_LIMITED',
      title: '太频繁',
      detail: '请稍候',
      status: 429,
    });
    const events = await heard(async () => new Response(body, { status: 429 }));
    expect(events).toEqual([{ type: 'error', data: JSON.parse(body) }]);
  });

  it('finds words for an error page of a gateway', async () => {
    const events = await heard(async () => new Response('<h1>Bad Gateway</h1>', { status: 502 }));
    expect(events[0]).toMatchObject({ type: 'error', data: { code: 'HTTP', status: 502 } });
  });

  // Captive portals and single sign-on answer 200 with a page.
  it('does not take a page for a stream', async () => {
    const page = new Response('<p>login</p>', { headers: { 'Content-Type': 'text/html' } });
    expect(code(await heard(async () => page))).toBe('HTTP');
  });
});

import { describe, expect, it, vi } from 'vitest';
import { ProblemError } from '../src/problems';
import { decodeEvent, type FollowOptions, follow, readEvents, TRIES } from '../src/stream';
import type { ChatEvent } from '../src/types';

/** The answer's text; characters of three bytes, so that small pieces cut through them. */
const TEXT = '流动党员在流入地参加组织生活，不行使表决权。';
/** The whole stream, one event per string. */
const EVENTS = [
  ['accepted', { turn_id: 't1', question: '问' }],
  ...[...TEXT].map((text) => ['delta', { text }]),
  ['done', { id: 't1', state: 'grounded', text: TEXT }],
].map(([name, data], at) => `id: ${at + 1}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);

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

/** Follows with a scripted server, and gives back what was heard. */
async function heard(
  request: FollowOptions['api']['request'],
  more: Partial<FollowOptions> = {},
): Promise<{ events: ChatEvent[]; text: string; ending: string; broken: boolean[] }> {
  const events: ChatEvent[] = [];
  const broken: boolean[] = [];
  const ending = await follow({
    api: { request },
    id: 'c1',
    ask: { question: '问', command_id: 'k1' },
    after: 0,
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    onBroken: (now) => broken.push(now),
    pause: () => Promise.resolve(),
    ...more,
  });
  const text = events.map((event) => (event.type === 'delta' ? event.data.text : '')).join('');
  return { events, text, ending, broken };
}

// The wire: any cut, comments for keeping alive, other line ends, events of later versions.
describe('reading events', () => {
  const read = async (text: string, size?: number) => {
    const events: [number, ChatEvent][] = [];
    await readEvents(stream(text, size), ({ seq, event }) => events.push([seq, event]));
    return events;
  };

  it.each([1, 2, 3, 7, 1000])('gives the same events in pieces of %i bytes', async (size) => {
    const events = await read(EVENTS.join(''), size);
    expect(events.map(([seq]) => seq)).toEqual(EVENTS.map((_, at) => at + 1));
    expect(events[1]).toEqual([2, { type: 'delta', data: { text: '流' } }]);
  });

  it('passes over comments, unknown events and broken data', async () => {
    const text = `: ping\n\nevent: novelty\ndata: {}\n\nevent: delta\ndata: {oops\n\n${EVENTS[1]}`;
    expect(await read(text)).toHaveLength(1);
  });

  it('reads data over several lines and CRLF', async () => {
    const text = 'id: 4\r\nevent: delta\r\ndata: {"text":\r\ndata: "甲"}\r\n\r\n';
    expect(await read(text)).toEqual([[4, { type: 'delta', data: { text: '甲' } }]]);
  });

  it('knows only the names of the contract', () => {
    expect(decodeEvent(undefined, '{}')).toBeNull();
    expect(decodeEvent('message', '{}')).toBeNull();
    expect(decodeEvent('condensed', '{"question":"甲"}')?.type).toBe('condensed');
  });
});

// However the line breaks, the text is whole, in order, and nothing twice.
describe('following an answer', () => {
  it('asks once and reads to the end', async () => {
    const request = vi.fn(async () => stream(EVENTS.join('')));
    const { text, ending, broken } = await heard(request);
    expect([text, ending, broken]).toEqual([TEXT, 'finished', []]);
    expect(request).toHaveBeenCalledOnce();
  });

  it.each([1, 2, 3, 5])('goes on after a cut behind every %i events', async (step) => {
    const request = vi.fn(async (method: string, path: string) => {
      const after = method === 'POST' ? 0 : Number(/after=(\d+)/.exec(path)?.[1]);
      const next = EVENTS.slice(after, after + step).join('');
      // The cut goes through the middle of the event that would come next.
      const half = (EVENTS[after + step] ?? '').slice(0, 20);
      return stream(next + half, 4, half ? 'break' : 'close');
    });
    const { text, ending, broken } = await heard(request);
    expect([text, ending]).toEqual([TEXT, 'finished']);
    expect(request.mock.calls.filter(([method]) => method === 'POST')).toHaveLength(1);
    expect(broken[0]).toBe(true);
    expect(broken[broken.length - 1]).toBe(false);
  });

  it('passes on once what the server sends again', async () => {
    let lines = 0;
    const { text } = await heard(async () => {
      lines += 1;
      return lines === 1
        ? stream(EVENTS.slice(0, 6).join(''), 3, 'break')
        : stream(EVENTS.join(''));
    });
    expect(text).toBe(TEXT);
  });

  it('asks again under the same name while nobody knows whether the question arrived', async () => {
    const bodies: unknown[] = [];
    const { text } = await heard(async (method, _, body) => {
      bodies.push([method, body]);
      if (bodies.length < 3) throw new TypeError('network error');
      return stream(EVENTS.join(''));
    });
    expect(text).toBe(TEXT);
    expect(new Set(bodies.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  it('takes a line that keeps silent for a broken one', async () => {
    let lines = 0;
    const request = async (_m: string, _p: string, _b: unknown, signal?: AbortSignal) => {
      lines += 1;
      if (lines > 1) return stream(EVENTS.slice(3).join(''));
      const silent = stream(EVENTS.slice(0, 3).join(''), 1000, 'hang');
      const reader = silent.body?.getReader();
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const cut = new Promise<never>((_, reject) =>
            signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
          );
          const { value } = (await Promise.race([reader?.read(), cut])) as { value: Uint8Array };
          controller.enqueue(value);
        },
      });
      return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
    };
    const { text } = await heard(request, { silenceLimit: 30 });
    expect([text, lines]).toEqual([TEXT, 2]);
  });

  it('gives a refusal of the question back at once', async () => {
    const problem = { code: 'LIMIT-001', title: '提问过于频繁', status: 429, retryAfter: 30 };
    const request = vi.fn(async () => {
      throw new ProblemError(problem);
    });
    await expect(heard(request)).rejects.toMatchObject({ problem });
    expect(request).toHaveBeenCalledOnce();
  });

  it('outlives a gateway that fails while listening', async () => {
    let lines = 0;
    const { text } = await heard(async () => {
      lines += 1;
      if (lines === 2) throw new ProblemError({ code: 'HTTP', title: '', status: 502 });
      return lines === 1
        ? stream(EVENTS.slice(0, 4).join(''), 3, 'break')
        : stream(EVENTS.slice(4).join(''));
    });
    expect(text).toBe(TEXT);
  });

  it.each([
    ['CUT_OFF', 1],
    ['NETWORK', 0],
  ])('gives up with %s when the line stays broken', async (code, begun) => {
    let lines = 0;
    const request = vi.fn(async () => {
      lines += 1;
      if (lines <= begun) return stream(EVENTS.slice(0, 4).join(''), 3, 'break');
      throw new TypeError('network error');
    });
    await expect(heard(request)).rejects.toMatchObject({ problem: { code } });
    expect(request.mock.calls.length).toBeGreaterThanOrEqual(TRIES);
  });

  it('says that there is nothing to hear', async () => {
    const { ending } = await heard(async () => new Response(null, { status: 204 }), {
      ask: undefined,
    });
    expect(ending).toBe('nothing');
  });

  it('ends without a word when nobody listens any more', async () => {
    const stop = new AbortController();
    const { ending, text } = await heard(
      async () => {
        setTimeout(() => stop.abort(), 10);
        return stream(EVENTS.slice(0, 3).join(''), 3, 'break');
      },
      {
        signal: stop.signal,
        pause: (_, signal) => new Promise((go) => signal.addEventListener('abort', () => go())),
      },
    );
    expect([ending, text]).toEqual(['aborted', TEXT.slice(0, 2)]);
  });
});

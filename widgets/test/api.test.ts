import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../src/api';
import { Bridge } from '../src/bridge';
import { recall, remember } from '../src/storage';

/** Requests as they arrived: method, path, token, body. */
let seen: [string, string, string, unknown][] = [];
/** Tokens that the server takes. */
let good = new Set<string>();
let made = 0;

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(status === 204 ? null : JSON.stringify(body), { status, headers });
}

/** A server with sessions and an empty list. */
async function server(url: string, init: RequestInit): Promise<Response> {
  const headers = init.headers as Record<string, string>;
  const token = (headers.Authorization ?? '').replace('Bearer ', '');
  seen.push([init.method ?? '', url, token, JSON.parse((init.body as string) ?? 'null')]);
  if (url === '/api/v1/sessions') {
    made += 1;
    good.add(`t${made}`);
    return answer(200, { token: `t${made}`, visitor: 'secret' });
  }
  if (!good.has(token)) return answer(401, { code: 'SESSION-001', title: '已失效' });
  if (url.includes('limited'))
    return answer(429, { code: 'LIMIT-001', title: '慢一点' }, { 'Retry-After': '7' });
  return answer(200, { items: [], next: null });
}

const all = { q: '', favourite: false };

beforeEach(() => {
  seen = [];
  good = new Set();
  made = 0;
  localStorage.clear();
  remember('visitor:site', null);
  vi.stubGlobal('fetch', vi.fn(server));
});
afterEach(() => vi.unstubAllGlobals());

describe('a session', () => {
  it('is begun once for all who ask at the same time', async () => {
    const api = new Api('site', new Bridge(() => {}));
    await Promise.all([api.list(all), api.list(all)]);
    expect(seen.map(([, path]) => path).filter((path) => path === '/api/v1/sessions')).toHaveLength(
      1,
    );
  });

  it('brings the secret again next time', async () => {
    await new Api('site', new Bridge(() => {})).begin();
    await new Api('site', new Bridge(() => {})).begin();
    expect(seen[0][3]).toEqual({ channel: 'site' });
    expect(seen[1][3]).toEqual({ channel: 'site', visitor: 'secret' });
  });

  it('is renewed once when it has run out, by one of several', async () => {
    const api = new Api('site', new Bridge(() => {}));
    await api.begin();
    good.clear();
    await Promise.all([api.list(all), api.list(all)]);
    expect(made).toBe(2);
    expect(seen.filter(([, , token]) => token === 't2')).toHaveLength(2);
  });

  it('is not asked for without end', async () => {
    const api = new Api('site', new Bridge(() => {}));
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      const response = await server(url, init);
      good.clear();
      return response;
    });
    await expect(api.list(all)).rejects.toMatchObject({ problem: { status: 401 } });
    expect(made).toBe(2);
  });

  it('needs a grant on another channel, and says so where there is no loader', async () => {
    const api = new Api('web', new Bridge(() => {}));
    await expect(api.begin()).rejects.toMatchObject({ problem: { code: 'GRANT', status: 403 } });
    expect(seen).toEqual([]);
  });
});

it("a refusal carries the server's words and the wait", async () => {
  const api = new Api('site', new Bridge(() => {}));
  await expect(api.read('limited')).rejects.toMatchObject({
    problem: { title: '慢一点', status: 429, retryAfter: 7 },
  });
});

// Some web views forbid storage inside frames.
it('works in memory where storage is forbidden', () => {
  const forbidden = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('', 'SecurityError');
  });
  const hidden = vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new DOMException('', 'SecurityError');
  });
  remember('large', '1');
  expect(recall('large')).toBe('1');
  forbidden.mockRestore();
  hidden.mockRestore();
  remember('large', null);
});

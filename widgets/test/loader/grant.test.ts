import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Grants } from '../../src/loader/grant';

/** An answer of the server. */
function answer(status: number, body: object): Response {
  return new Response(JSON.stringify(body), { status });
}

const good = (grant: string) => answer(200, { grant, expires_in: 300 });
const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => {
  fetched.mockReset();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('grants', () => {
  it('are asked for without cookies and handed out once', async () => {
    fetched.mockResolvedValueOnce(good('g1')).mockResolvedValueOnce(good('g2'));
    const grants = new Grants('https://s.example', 'web');
    await grants.admit(vi.fn());
    expect(fetched).toHaveBeenCalledWith(
      'https://s.example/api/v1/channels/web/grants',
      expect.objectContaining({ method: 'POST', credentials: 'omit' }),
    );
    expect(await grants.take()).toBe('g1');
    expect(await grants.take()).toBe('g2');
  });

  it('that are nearly over are replaced', async () => {
    fetched.mockResolvedValueOnce(good('g1')).mockResolvedValueOnce(good('g2'));
    const grants = new Grants('https://s.example', 'web');
    await grants.admit(vi.fn());
    // Of 300 s, 60 s must be left.
    vi.advanceTimersByTime(240_000);
    expect(await grants.take()).toBe('g2');
  });

  it.each([
    [403, 'CHANNEL-002', '来源未登记'],
    [404, 'CHANNEL-001', '没有这个渠道'],
  ])('refused with %i are not asked for again', async (status, code, words) => {
    fetched.mockResolvedValue(answer(status, { code, detail: 'x' }));
    const onTrouble = vi.fn();
    const asked = new Grants('https://s.example', 'web').admit(onTrouble);
    await expect(asked).rejects.toMatchObject({
      trouble: { code, message: expect.stringContaining(words) },
      passing: false,
    });
    expect(onTrouble).not.toHaveBeenCalled();
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it('are tried for again: after 5 s, 30 s, and at once when the network is back', async () => {
    fetched
      .mockRejectedValueOnce(new TypeError('offline'))
      .mockResolvedValueOnce(answer(503, { detail: '正在维护' }))
      .mockResolvedValueOnce(answer(200, { no: 'grant' }))
      .mockResolvedValueOnce(good('g1'));
    const onTrouble = vi.fn();
    const admitted = new Grants('https://s.example', 'web').admit(onTrouble);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(fetched).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(fetched).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(fetched).toHaveBeenCalledTimes(3);
    window.dispatchEvent(new Event('online'));
    await admitted;
    expect(onTrouble.mock.calls.map(([trouble]) => trouble.code)).toEqual([
      'LOADER-OFFLINE',
      'LOADER-503',
      'LOADER-502',
    ]);
    expect(onTrouble.mock.calls[1][0].message).toBe('正在维护');
  });

  it('are no longer waited for after the end', async () => {
    fetched.mockRejectedValue(new TypeError('offline'));
    const grants = new Grants('https://s.example', 'web');
    const admitted = grants.admit(vi.fn());
    await vi.advanceTimersByTimeAsync(10);
    grants.destroy();
    await expect(admitted).rejects.toThrow();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetched).toHaveBeenCalledTimes(1);
  });
});

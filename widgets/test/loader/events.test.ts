import { describe, expect, it, vi } from 'vitest';
import type { PartyAssistantApi } from '../../src/loader/api';
import { type EventName, Listeners } from '../../src/loader/events';
import { begins, type Call, replay } from '../../src/loader/queue';

describe('listeners', () => {
  it('hear until they stop, and the fault of one reaches no other', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const listeners = new Listeners();
    const heard = vi.fn();
    listeners.on('unread', () => {
      throw new Error('the page is broken');
    });
    const off = listeners.on('unread', heard);
    listeners.emit('unread', { count: 1 });
    off();
    listeners.emit('unread', { count: 2 });
    expect(heard.mock.calls).toEqual([[{ count: 1 }]]);
    expect(log).toHaveBeenCalledTimes(2);
    log.mockRestore();
  });

  it('of an event that there isn’t are told so', () => {
    const log = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const off = new Listeners().on('opened' as EventName, vi.fn());
    expect(off).toBeTypeOf('function');
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });
});

describe('calls before the loader', () => {
  /** An interface of spies. */
  function spies() {
    const off = vi.fn();
    const api = { init: vi.fn(), openWithQuery: vi.fn(), on: vi.fn(() => off) };
    return { api: api as unknown as PartyAssistantApi & typeof api, off };
  }

  it('are made in order, and later ones at once', () => {
    const { api, off } = spies();
    const listening: Call = ['on', ['open', vi.fn()]];
    const queue: Call[] = [
      ['openWithQuery', ['问', { asOf: '2024-01-01' }]],
      [],
      listening,
      ['no', []],
    ];
    const stub = { queue };
    expect(begins(stub)).toBe(false);
    replay(stub, api);
    expect(api.openWithQuery).toHaveBeenCalledWith('问', { asOf: '2024-01-01' });
    expect(api.on).toHaveBeenCalledOnce();
    listening.off?.();
    expect(off).toHaveBeenCalledOnce();
    queue.push(['openWithQuery', ['再问']]);
    expect(api.openWithQuery).toHaveBeenLastCalledWith('再问');
    expect(queue).toHaveLength(0);
  });

  it('may begin by themselves, and garbage is no queue', () => {
    expect(begins({ queue: [['init', []]] })).toBe(true);
    expect(begins(undefined)).toBe(false);
    const { api } = spies();
    replay({ queue: 'x' as unknown as Call[] }, api);
    expect(api.init).not.toHaveBeenCalled();
  });
});

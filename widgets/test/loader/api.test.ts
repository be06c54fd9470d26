import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeApi, type PartyAssistantApi } from '../../src/loader/api';
import { Stillness } from '../../src/loader/screen';
import { View } from '../../src/loader/view';

let api: PartyAssistantApi;
const errors: string[] = [];

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  // The frame's page is none of these tests' business: nothing is fetched.
  vi.spyOn(View.prototype, 'load').mockImplementation(() => {});
  errors.length = 0;
});
afterEach(() => {
  api?.destroy();
  vi.restoreAllMocks();
});

/** An interface whose errors are noted. */
function make(server: string | null = location.origin): PartyAssistantApi {
  api = makeApi(server, {});
  api.on('error', ({ code }) => errors.push(code));
  return api;
}

describe('the page’s interface', () => {
  it('on the server’s own page starts without a grant', async () => {
    const asked = vi.spyOn(globalThis, 'fetch');
    const ready = vi.fn();
    make().on('ready', ready);
    api.init({ channel: 'site' });
    await vi.waitFor(() => expect(ready).toHaveBeenCalledOnce());
    expect(asked).not.toHaveBeenCalled();
    expect(document.querySelectorAll('party-assistant')).toHaveLength(1);
    // Beginning again replaces, it doesn't add.
    api.init({ channel: 'site', title: '助手' });
    await vi.waitFor(() => expect(ready).toHaveBeenCalledTimes(2));
    expect(document.querySelectorAll('party-assistant')).toHaveLength(1);
    api.destroy();
    expect(document.querySelector('party-assistant')).toBeNull();
  });

  it('opens when it may, if it was told to before', async () => {
    const heard: string[] = [];
    make();
    for (const name of ['ready', 'open', 'close'] as const) api.on(name, () => heard.push(name));
    api.init({ channel: 'site' });
    api.openWithQuery('预备期从哪天算？');
    expect(heard).toEqual([]);
    await vi.waitFor(() => expect(heard).toEqual(['ready', 'open']));
    api.toggle();
    api.toggle();
    api.close();
    expect(heard).toEqual(['ready', 'open', 'close', 'open', 'close']);
  });

  it('says what is wrong and throws nothing', () => {
    make().init({});
    api.open();
    api.toggle();
    api.openWithQuery('问', { asOf: '去年' });
    api.setUser({ id: 'x' } as never);
    api.setContext(undefined as never);
    api.reset();
    expect(errors).toEqual(['LOADER-CHANNEL', 'LOADER-DAY', 'LOADER-USER']);
    make(null).init({ channel: 'web' });
    expect(errors.pop()).toBe('LOADER-SCRIPT');
  });
});

describe('the page under a full screen', () => {
  it('gets its own styles back, attribute and all', () => {
    document.body.setAttribute('style', 'position: relative; top: 3px !important');
    document.documentElement.removeAttribute('style');
    const before = document.body.style.cssText;
    const stillness = new Stillness();
    stillness.hold(true);
    stillness.hold(true);
    expect(document.body.style.position).toBe('fixed');
    stillness.hold(false);
    expect(document.body.style.cssText).toBe(before);
    expect(document.documentElement.hasAttribute('style')).toBe(false);
    document.body.removeAttribute('style');
  });
});

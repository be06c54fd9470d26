// The loader on pages of others: who gets in, what is seen, where the keyboard goes, what stays behind.
// Servers of its own, so that these run the same beside the mock and the real server.

import { test as base, expect, type Frame, type Locator, type Page } from '@playwright/test';
import { type Product, type Running, startHost, startProduct } from './hosts/servers';

interface Setting {
  product: Product;
  /** A host whose origin is listed for channel `web`. */
  host: Running;
  /** One that nobody has listed. */
  stranger: Running;
  /** What the console said, warnings and errors. */
  said: string[];
}

const test = base.extend<Setting>({
  // biome-ignore lint/correctness/noEmptyPattern: the shape that Playwright asks for
  product: async ({}, use) => {
    const product = await startProduct();
    await use(product);
    await product.close();
  },
  host: async ({ product }, use) => {
    const host = await startHost(product.origin);
    product.channels = { web: [host.origin], nobody: [] };
    await use(host);
    await host.close();
  },
  stranger: async ({ product }, use) => {
    const stranger = await startHost(product.origin);
    await use(stranger);
    await stranger.close();
  },
  said: [
    async ({ page }, use) => {
      const said: string[] = [];
      page.on('console', (message) => {
        if (['warning', 'error'].includes(message.type())) said.push(message.text());
      });
      page.on('pageerror', (error) => said.push(String(error)));
      await use(said);
    },
    { auto: true },
  ],
});

/** Makes closed shadow roots open, for the tests' own eyes. */
async function unlock(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      return attach.call(this, { ...init, mode: 'open' });
    };
  });
}

/** Keeps every event of the loader on `window.heard`. */
async function overhear(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    let api: unknown;
    // The moment it is put on the page is the only one before its first event.
    Object.defineProperty(window, 'PartyAssistant', {
      configurable: true,
      get: () => api,
      set: (value: { on(name: string, hear: (detail: unknown) => void): void }) => {
        api = value;
        for (const name of ['ready', 'open', 'close', 'message', 'citation', 'unread', 'error']) {
          value.on(name, (detail) => heard.push([name, detail]));
        }
      },
    });
  });
}

/** What was overheard, names only. */
function names(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { heard: [string][] }).heard.map(([n]) => n));
}

/** Calls the page's interface. */
function call(page: Page, name: string, ...args: unknown[]): Promise<void> {
  return page.evaluate(
    ([method, list]) => {
      const { PartyAssistant: api } = window as unknown as {
        PartyAssistant: Record<string, (...a: unknown[]) => void>;
      };
      api[method as string](...(list as unknown[]));
    },
    [name, args] as const,
  );
}

/** The launcher; for pages with unlocked roots. */
function launcher(page: Page): Locator {
  return page.locator('party-assistant .launcher');
}

/** The box around the frame. */
function box(page: Page): Locator {
  return page.locator('party-assistant .panel');
}

/** The panel's frame, once it is there. */
async function panel(page: Page): Promise<Frame> {
  await expect(page.locator('party-assistant .here')).toBeAttached();
  const frame = page.frames().find((one) => one.url().includes('/widget/frame'));
  if (!frame) throw new Error('the panel has no frame');
  return frame;
}

/** What the panel heard, types only; nothing as long as its page is still on the way. */
function heardBy(frame: Frame): Promise<string[]> {
  const heard = frame.evaluate(() => {
    const { heard } = window as unknown as { heard?: { type: string }[] };
    return (heard ?? []).map((message) => message.type);
  });
  // The page before it goes away under our hands.
  return heard.catch(() => []);
}

/** Where an element stands, in whole pixels: layout rounds in its own way. */
async function place(element: Locator): Promise<Record<string, number>> {
  const found = Object.entries((await element.boundingBox()) ?? {});
  return Object.fromEntries(found.map(([side, length]) => [side, Math.round(length)]));
}

/** Lets the panel say something. */
function say(frame: Frame, message: object): Promise<void> {
  return frame.evaluate((it) => (window as unknown as { say(it: object): void }).say(it), message);
}

/** Saves a picture for people to look at. */
async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `screenshots/${name}.png` });
}

// No entrance to wait for before something is measured.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

test('a listed page shows the launcher, opens the panel and asks', async ({
  page,
  host,
  product,
  said,
}) => {
  await unlock(page);
  await overhear(page);
  await page.goto(`${host.origin}/plain`);
  await expect(launcher(page)).toBeVisible();
  expect((await launcher(page).boundingBox())?.height).toBeGreaterThanOrEqual(44);
  // Before it is opened nothing of the panel is loaded.
  expect(page.frames()).toHaveLength(1);
  await picture(page, 'loader-launcher');
  await launcher(page).click();
  const frame = await panel(page);
  await expect(frame.locator('#field')).toBeFocused();
  expect(await place(box(page))).toMatchObject({ width: 400, height: 640 });
  await picture(page, 'loader-open');
  const introduced = await frame.evaluate(() => (window as unknown as { hello: object }).hello);
  expect(introduced).toEqual({
    origin: host.origin,
    data: { type: 'party-assistant', version: 1 },
  });
  await expect.poll(() => heardBy(frame)).toEqual(['options', 'opened', 'grant']);
  await page.locator('#ask').click();
  await expect(frame.locator('#asked li')).toHaveText('预备期从哪天算？');
  // One grant was asked for: the one that admitted the page went to the panel.
  expect(product.asked).toEqual([{ origin: host.origin, status: 200 }]);
  expect(await names(page)).toEqual(['ready', 'open']);
  expect(said).toEqual([]);
});

test('a page that is not listed gets neither launcher nor panel', async ({
  page,
  host,
  stranger,
  product,
  said,
}) => {
  await overhear(page);
  await page.goto(`${stranger.origin}/plain`);
  await expect.poll(() => names(page)).toEqual(['error']);
  expect(product.asked).toEqual([{ origin: stranger.origin, status: 403 }]);
  await expect(page.locator('party-assistant')).toHaveCount(0);
  // The browser notes the 403, we say one line.
  expect(said.filter((line) => line.includes('党务通'))).toEqual([
    '党务通：本网页的来源未登记，请管理员把它加入渠道的来源清单。（CHANNEL-002）',
  ]);
  // A link that would ask stays a link.
  await page.locator('#link').click();
  expect(new URL(page.url()).hash).toBe('#linked');
  await call(page, 'open');
  await expect(page.locator('party-assistant')).toHaveCount(0);
  // And the frame by itself doesn't open there, while it does at home.
  await page.goto(`${stranger.origin}/direct`);
  await expect.poll(() => said.some((line) => line.includes('frame-ancestors'))).toBe(true);
  expect(page.frames()[1].url()).toContain('chrome-error');
  await page.goto(`${host.origin}/direct`);
  await expect(page.frames()[1].locator('#field')).toBeVisible();
});

test('an empty list lets nobody in, and there is no channel that is not there', async ({
  page,
  host,
}) => {
  await overhear(page);
  for (const [channel, code] of [
    ['nobody', 'CHANNEL-002'],
    ['nowhere', 'CHANNEL-001'],
  ]) {
    await page.goto(`${host.origin}/plain?channel=${channel}`);
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { heard: unknown[] }).heard))
      .toEqual([['error', { code, message: expect.any(String) }]]);
    await expect(page.locator('party-assistant')).toHaveCount(0);
  }
});

test('a server that is down is asked again when the network is back', async ({
  page,
  context,
  host,
  product,
}) => {
  await unlock(page);
  await overhear(page);
  product.trouble = 503;
  await page.goto(`${host.origin}/plain`);
  await expect.poll(() => names(page)).toEqual(['error']);
  product.trouble = null;
  await context.setOffline(true);
  await context.setOffline(false);
  await expect(launcher(page)).toBeVisible();
  expect(await names(page)).toEqual(['error', 'ready']);
});

test('the page reaches nothing of ours, and finds no secret', async ({ page, host }) => {
  await page.addInitScript(() => {
    const posted: unknown[] = [];
    Object.assign(window, { posted });
    // What the page could overhear: messages to its own window.
    addEventListener('message', (event) => posted.push(event.data));
  });
  await page.goto(`${host.origin}/plain`);
  await expect(page.locator('party-assistant')).toBeAttached();
  await call(page, 'open');
  await expect.poll(() => page.frames().length).toBe(2);
  await expect.poll(() => heardBy(page.frames()[1])).toContain('grant');
  const seen = await page.evaluate(() => {
    const element = document.querySelector('party-assistant') as HTMLElement;
    const { posted } = window as unknown as { posted: unknown[] };
    return {
      shadow: element.shadowRoot,
      inside: element.innerHTML,
      posted,
      kept: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
      source: document.documentElement.outerHTML,
      own: JSON.stringify(
        Object.keys((window as unknown as { PartyAssistant: object }).PartyAssistant),
      ),
    };
  });
  expect(seen).toMatchObject({ shadow: null, inside: '', posted: [], kept: '[{},{},""]' });
  expect(seen.source).not.toMatch(/grant|secret|token|signature/);
  expect(seen.own).not.toMatch(/grant|secret|token/);
});

test('a hostile page neither gets in nor feels us', async ({ page, host }) => {
  await unlock(page);
  await page.route('**/loader.js', (route) => route.abort());
  await page.goto(`${host.origin}/hostile`);
  const looks = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('html, body, h1, p, button, a, .over')].map((element) => {
        const style = getComputedStyle(element);
        return [...style].map((name) => `${name}:${style.getPropertyValue(name)}`).join(';');
      }),
    );
  const before = await looks();
  await page.unroute('**/loader.js');
  await page.goto(`${host.origin}/hostile`);
  await expect(launcher(page)).toBeVisible();
  expect(await looks()).toEqual(before);
  expect(
    await launcher(page).evaluate((element) => {
      const { color, backgroundColor, fontSize, letterSpacing, transform, opacity } =
        getComputedStyle(element);
      return { color, backgroundColor, fontSize, letterSpacing, transform, opacity };
    }),
  ).toEqual({
    color: 'rgb(255, 255, 255)',
    backgroundColor: 'rgb(166, 27, 31)',
    fontSize: '17px',
    letterSpacing: '1.02px',
    transform: 'none',
    opacity: '1',
  });
  await picture(page, 'loader-hostile');
  // A real click: it lands on us although the page's banner has the highest number and comes later.
  await launcher(page).click();
  const frame = await panel(page);
  await expect(frame.locator('#field')).toBeVisible();
  await picture(page, 'loader-hostile-open');
  const { width, height } = { width: 1280, height: 800 };
  expect(await place(box(page))).toEqual({
    x: width - 24 - 400,
    y: height - 24 - 640,
    width: 400,
    height: 640,
  });
  expect(await looks()).toEqual(before);
});

test('works under a strict policy of the page, with Trusted Types', async ({
  page,
  host,
  said,
}) => {
  await unlock(page);
  await page.goto(`${host.origin}/strict`);
  await launcher(page).click();
  const frame = await panel(page);
  await expect(frame.locator('#field')).toBeFocused();
  await expect(launcher(page)).toHaveCSS('background-color', 'rgb(166, 27, 31)');
  expect(said).toEqual([]);
});

test('says which line of the policy keeps it out', async ({ page, host }) => {
  await overhear(page);
  await page.goto(`${host.origin}/closed`);
  await expect
    .poll(() =>
      page.evaluate(() => JSON.stringify((window as unknown as { heard: unknown }).heard)),
    )
    .toContain('connect-src');
  await expect(page.locator('party-assistant')).toHaveCount(0);
});

test('a browser without constructable style sheets and top layer links to our sheet', async ({
  page,
  host,
}) => {
  await unlock(page);
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'CSSStyleSheet');
    Reflect.deleteProperty(HTMLElement.prototype, 'showPopover');
  });
  await page.goto(`${host.origin}/plain`);
  await expect(launcher(page)).toHaveCSS('background-color', 'rgb(166, 27, 31)');
  await launcher(page).click();
  await expect((await panel(page)).locator('#field')).toBeFocused();
});

test('the keyboard goes in, stays in and comes back', async ({ page, host }) => {
  await unlock(page);
  await page.goto(`${host.origin}/plain`);
  await launcher(page).focus();
  await page.keyboard.press('Enter');
  const frame = await panel(page);
  await expect(frame.locator('#field')).toBeFocused();
  // Past the panel's last stop there is the way round, not the page: four times through two stops.
  for (let i = 0; i < 8; i += 1) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('PARTY-ASSISTANT');
  }
  await frame.locator('#field').focus();
  await page.keyboard.press('Escape');
  await expect(launcher(page)).toBeFocused();
  await expect(box(page)).toBeHidden();
  // From a button of the page and back to it.
  await page.locator('#ask').focus();
  await page.keyboard.press('Enter');
  await expect(frame.locator('#field')).toBeFocused();
  await frame.locator('#close').click();
  await expect(page.locator('#ask')).toBeFocused();
  // Asked from the page while it is open, the panel gets the keyboard too.
  await launcher(page).click();
  await expect(frame.locator('#field')).toBeFocused();
  await page.locator('#link').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(page.locator('#link')).toBeFocused();
  // ESC on the page closes too, and doesn't take the keyboard from where it is.
  await launcher(page).click();
  // The keyboard goes in a moment later: only then can it be taken elsewhere.
  await expect(frame.locator('#field')).toBeFocused();
  await page.locator('#other').focus();
  await page.keyboard.press('Escape');
  await expect(box(page)).toBeHidden();
  await expect(page.locator('#other')).toBeFocused();
});

test('calls that were made before the loader came are made up for', async ({ page, host }) => {
  await unlock(page);
  await page.goto(`${host.origin}/stub`);
  const frame = await panel(page);
  await expect(frame.locator('#asked li')).toHaveText('预备期从哪天算？');
  const heard = await frame.evaluate(() => (window as unknown as { heard: object[] }).heard);
  expect(heard).toContainEqual({ type: 'ask', question: '预备期从哪天算？', asOf: '2024-05-01' });
  expect(heard[0]).toMatchObject({ type: 'options', title: '党务助手', elder: true });
  expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([
    'ready',
    'open',
  ]);
  expect(await place(box(page))).toMatchObject({ x: 24, width: 480 });
  await page.keyboard.press('Escape');
  await expect(launcher(page)).toHaveText('党务助手');
  expect((await launcher(page).boundingBox())?.height).toBeGreaterThanOrEqual(60);
  await picture(page, 'loader-elder');
});

test('destroyed, nothing is left; begun anew, it works', async ({ page, host, product }) => {
  await unlock(page);
  await page.goto(`${host.origin}/bare`);
  const untouched = await page.evaluate(() => document.documentElement.outerHTML);
  expect(product.asked).toEqual([]);
  for (const title of ['党务通', '党务助手']) {
    await call(page, 'init', { channel: 'web', title });
    await launcher(page).click();
    await panel(page);
    await expect(box(page)).toHaveAttribute('aria-label', title);
    await call(page, 'destroy');
    expect(await page.evaluate(() => document.documentElement.outerHTML)).toBe(untouched);
    expect(page.frames()).toHaveLength(1);
  }
  // Nothing runs on: a key, a click and a call do nothing.
  await page.keyboard.press('Escape');
  await call(page, 'open');
  await expect(page.locator('party-assistant')).toHaveCount(0);
});

test('unread answers are counted, read out and gone when opened', async ({ page, host }) => {
  await unlock(page);
  await overhear(page);
  await page.goto(`${host.origin}/plain`);
  await launcher(page).click();
  const frame = await panel(page);
  await page.keyboard.press('Escape');
  await expect(launcher(page)).toBeVisible();
  await say(frame, { type: 'unread', count: 2 });
  await expect(page.locator('party-assistant .badge')).toHaveText('2');
  await expect(page.getByRole('button', { name: '打开党务通，有 2 条新回答' })).toBeVisible();
  await expect(page.locator('party-assistant .sr')).toHaveText('党务通，有 2 条新回答');
  await picture(page, 'loader-unread');
  await launcher(page).click();
  await say(frame, { type: 'message', id: 't1', question: '问', state: 'grounded' });
  await say(frame, { type: 'citation', n: 1, title: '细则', label: '第一条', url: '/x' });
  await say(frame, { type: 'error', code: 'X-1', message: '出错了' });
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { heard: unknown[] }).heard.slice(3)))
    .toEqual([
      ['unread', { count: 2 }],
      ['unread', { count: 0 }],
      ['open', {}],
      ['message', { id: 't1', question: '问', state: 'grounded' }],
      ['citation', { n: 1, title: '细则', label: '第一条', url: '/x' }],
      ['error', { code: 'X-1', message: '出错了' }],
    ]);
});

test('user, context and a new conversation reach the panel', async ({ page, host }) => {
  await unlock(page);
  await page.goto(`${host.origin}/plain`);
  await expect(launcher(page)).toBeVisible();
  const user = { id: 'u-1', name: '张三', expires_at: 2_000_000_000, signature: 'ab' };
  await call(page, 'setUser', user);
  await call(page, 'setContext', '关于组织关系转接的通知'.repeat(30));
  await call(page, 'reset');
  await call(page, 'open');
  const frame = await panel(page);
  const heard = () =>
    frame.evaluate(() => (window as unknown as { heard: { type: string }[] }).heard);
  await expect.poll(async () => (await heard()).length).toBe(6);
  const [, told, context, opened, reset] = await heard();
  expect(told).toEqual({ type: 'user', user });
  expect((context as unknown as { context: string }).context).toHaveLength(200);
  expect([opened.type, reset.type]).toEqual(['opened', 'reset']);
  await call(page, 'setUser', null);
  await expect.poll(heard).toContainEqual({ type: 'user', user: null });
});

test.describe('on a phone', () => {
  test.use({
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    deviceScaleFactor: 2,
  });

  test('the panel is the screen and the page below keeps still', async ({ page, host }) => {
    await unlock(page);
    await page.goto(`${host.origin}/plain`);
    await expect(launcher(page)).toBeVisible();
    await page.evaluate(() => window.scrollTo(0, 300));
    await picture(page, 'loader-phone');
    const before = await page.evaluate(() => document.documentElement.outerHTML);
    await launcher(page).tap();
    await panel(page);
    await picture(page, 'loader-phone-open');
    const { x, y, width, height } = (await box(page).boundingBox()) ?? {};
    expect([x, y, width, Math.round(height ?? 0)]).toEqual([0, 0, 390, 844]);
    await expect(box(page)).toHaveAttribute('aria-modal', 'true');
    await page.evaluate(() => window.scrollTo(0, 900));
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
    await call(page, 'close');
    expect(await page.evaluate(() => window.scrollY)).toBe(300);
    expect(await page.evaluate(() => document.documentElement.outerHTML)).toBe(before);
  });

  test('a panel that does not come leaves a way out', async ({ page, host }) => {
    await unlock(page);
    await overhear(page);
    await page.clock.install();
    await page.route('**/widget/frame*', (route) => route.abort());
    await page.goto(`${host.origin}/plain`);
    await launcher(page).tap();
    await expect(box(page).getByText('正在打开')).toBeVisible();
    await page.clock.runFor(13_000);
    await expect(box(page).getByText('没有打开')).toBeVisible();
    await picture(page, 'loader-phone-failed');
    await page.unroute('**/widget/frame*');
    await box(page).getByRole('button', { name: '重试' }).tap();
    await panel(page);
    await call(page, 'close');
    expect(await names(page)).toEqual(['ready', 'open', 'error', 'close']);
  });
});

test('moves only for those whom movement does not make sick', async ({ page, host }) => {
  await unlock(page);
  await page.goto(`${host.origin}/plain`);
  await launcher(page).click();
  await expect(box(page)).toHaveCSS('animation-name', 'none');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await expect(box(page)).toHaveCSS('animation-name', 'rise');
});

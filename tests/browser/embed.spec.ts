// The real server: its page of instructions, and its panel on pages of others.

import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { expect, type Page, test } from '@playwright/test';
import { LINKED, STUB } from './hosts/pages';
import { startHost } from './hosts/servers';

/** The program under test; `scripts/with-server.sh` names it, with the database in the environment. */
const PROGRAM = process.env.PROGRAM;
/** The checker's own script, read from disk: nothing is fetched. */
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const run = promisify(execFile);

// No entrance to wait for before a picture is taken.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** Makes closed shadow roots open, for the tests' own eyes. */
async function unlock(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      return attach.call(this, { ...init, mode: 'open' });
    };
  });
}

/** Lists origins for a channel, as an administrator would; gives back what the program said. */
async function list(channel: string, origins: string[]): Promise<string> {
  const args = ['channel', 'save', '--code', channel];
  for (const origin of origins) args.push('--origin', origin);
  if (!PROGRAM) throw new Error('PROGRAM is not set: run these tests by scripts/with-server.sh');
  return (await run(PROGRAM, args)).stdout;
}

/** The text of an example on the page, without the indentation of the template. */
async function example(page: Page, id: string): Promise<string> {
  return (await page.locator(`#${id}`).textContent()) ?? '';
}

test.describe('the page of instructions', () => {
  test('the line follows the fields, and so does the preview', async ({ page, context }) => {
    await unlock(page);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto('/widget/');
    const origin = new URL(page.url()).origin;
    const launcher = page.locator('party-assistant .launcher');
    await expect(launcher).toHaveText('党务通');
    await page.getByLabel('渠道代码').fill('portal-1');
    await page.getByLabel('标题').fill('党务"助手');
    await page.getByLabel('大字').check();
    await page.getByLabel('位置').selectOption('left');
    const line = `<script async src="${origin}/widget/loader.js" data-channel="portal-1" data-title="党务&quot;助手" data-side="left" data-elder></script>`;
    await expect(page.locator('#tag')).toHaveText(line);
    await page.locator('#tag').locator('xpath=ancestor::div').getByRole('button').click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(line);
    await expect(launcher).toHaveText('党务"助手');
    expect((await launcher.boundingBox())?.x).toBe(24);
    await page.getByLabel('渠道代码').fill('a b');
    await expect(page.getByText('渠道代码由字母、数字')).toBeVisible();
    await expect(page.locator('#tag')).toHaveText('');
    await page.screenshot({ path: 'screenshots/embed.png' });
  });

  test('the examples are right', async ({ page }) => {
    await page.goto('/widget/');
    expect(await example(page, 'stub')).toBe(STUB);
    const node = `${await example(page, 'node')}\nprocess.stdout.write(JSON.stringify(signedUser('某甲', '张三', 'k')))`;
    const python = `${await example(page, 'python')}\nimport json\nprint(json.dumps(signed_user('某甲', '张三', 'k')))`;
    for (const [program, flag, code] of [
      ['node', '-e', node],
      ['python3', '-c', python],
    ]) {
      const { id, name, expires_at, signature } = JSON.parse(
        (await run(program, [flag, code])).stdout,
      );
      expect([id, name]).toEqual(['某甲', '张三']);
      expect(expires_at * 1000).toBeGreaterThan(Date.now());
      // RFC 2104 over the two lines that the page describes.
      const expected = createHmac('sha256', 'k').update(`某甲\n${expires_at}`).digest('hex');
      expect(signature).toBe(expected);
    }
  });

  test('is accessible', async ({ page }) => {
    await page.goto('/widget/');
    await expect(page.locator('party-assistant')).toBeAttached();
    await page.evaluate(await readFile(AXE, 'utf8'));
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string }[] }> };
      };
      return (await axe.run()).violations.map(({ id, impact }) => `${id} ${impact}`);
    });
    expect(found).toEqual([]);
  });

  test.describe('without script', () => {
    test.use({ javaScriptEnabled: false });
    test('shows the line to copy by hand and no dead controls', async ({ page, baseURL }) => {
      await page.goto('/widget/');
      await expect(page.locator('#tag')).toHaveText(
        `<script async src="${baseURL}/widget/loader.js" data-channel="site"></script>`,
      );
      await expect(page.locator('.copy-code').first()).toBeHidden();
      await expect(page.getByLabel('渠道代码')).toBeHidden();
    });
  });

  test.describe('on a phone', () => {
    test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    test('does not run over', async ({ page }) => {
      await page.goto('/widget/');
      await expect(page.locator('party-assistant')).toBeAttached();
      await page.screenshot({ path: 'screenshots/embed-phone.png', fullPage: true });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    });
  });
});

test.describe('the server on pages of others', () => {
  test('from listed to unlisted, to nobody', async ({ page, request, baseURL }) => {
    const server = baseURL ?? '';
    const host = await startHost(server);
    const stranger = await startHost(server);
    try {
      await unlock(page);
      // A channel of its own: the program shows the secret of a new one only.
      const channel = `web-${new URL(host.origin).port}`;
      const said = await list(channel, [host.origin]);
      const secret = said.trim().split('\n').pop() ?? '';
      expect(secret).toMatch(/^[\w-]{40,}$/);
      /** What the server says to a page of this origin. */
      const asked = async (origin: string) => {
        const headers = { Origin: origin };
        const answer = await request.post(`/api/v1/channels/${channel}/grants`, {
          headers,
        });
        return { status: answer.status(), code: (await answer.json()).code };
      };
      /** Loads a page that is turned away: the loader asks, and then there is nothing to see. */
      const turnedAway = async (origin: string) => {
        expect(await asked(origin)).toEqual({ status: 403, code: 'CHANNEL-002' });
        const warned = page.waitForEvent('console', (it) => it.text().startsWith('党务通：'));
        await page.goto(`${origin}/plain?channel=${channel}`);
        await warned;
        await expect(page.locator('party-assistant')).toHaveCount(0);
      };

      // Listed: the panel comes, the question is answered with its source.
      await page.goto(`${host.origin}/plain?channel=${channel}`);
      const launcher = page.locator('party-assistant .launcher');
      await expect(launcher).toBeVisible();
      const answered = page.evaluate(
        () =>
          new Promise((resolve) => {
            const { PartyAssistant: api } = window as unknown as {
              PartyAssistant: { on(name: string, hear: (detail: unknown) => void): void };
            };
            api.on('message', resolve);
          }),
      );
      await launcher.click();
      await expect(page.locator('party-assistant .here')).toBeAttached();
      await page.locator('#link').click();
      expect(await answered).toMatchObject({ question: LINKED, state: 'grounded' });
      await page.screenshot({ path: 'screenshots/foreign.png' });
      // The question came from the link: there the keyboard goes back to.
      await page.keyboard.press('Escape');
      await expect(page.locator('party-assistant .panel')).toBeHidden();
      await expect(page.locator('#link')).toBeFocused();
      // Nothing that would let somebody in stands on the page.
      const source = await page.evaluate(() => document.documentElement.outerHTML);
      expect(source).not.toMatch(/[\w-]{20,}\.[\w-]{40,}/);
      expect(source).not.toContain(secret);

      // A user whom the host's server vouches for gets a session of their own.
      const expires = Math.floor(Date.now() / 1000) + 600;
      const signature = createHmac('sha256', secret).update(`某甲\n${expires}`).digest('hex');
      const session = page.waitForResponse((it) => it.url().endsWith('/api/v1/sessions'));
      await page.evaluate(
        (user) => {
          const { PartyAssistant: api } = window as unknown as {
            PartyAssistant: { setUser(user: object): void; open(): void };
          };
          api.setUser(user);
          api.open();
        },
        { id: '某甲', name: '张三', expires_at: expires, signature },
      );
      expect(await (await session).json()).toMatchObject({ user: true });

      // Unlisted: nothing, and the frame by itself is refused by the browser.
      await turnedAway(stranger.origin);
      const refused = page.waitForEvent('console', (it) => it.text().includes('frame-ancestors'));
      await page.goto(`${stranger.origin}/direct?channel=${channel}`);
      await refused;
      expect(page.frames()[1].url()).toContain('chrome-error');

      // An empty list: nobody, the host included.
      await list(channel, []);
      await turnedAway(host.origin);
    } finally {
      await host.close();
      await stranger.close();
    }
  });

  test.describe('on a phone', () => {
    test.use({
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
      deviceScaleFactor: 2,
    });
    test('the panel is the screen, and its own button closes it', async ({ page, baseURL }) => {
      const host = await startHost(baseURL ?? '');
      try {
        await unlock(page);
        await list('phone', [host.origin]);
        await page.goto(`${host.origin}/plain?channel=phone`);
        const launcher = page.locator('party-assistant .launcher');
        await launcher.tap();
        await expect(page.locator('party-assistant .here')).toBeAttached();
        const box = page.locator('party-assistant .panel');
        await expect(box).toHaveCSS('width', '390px');
        await page.screenshot({ path: 'screenshots/foreign-phone.png' });
        await page
          .frameLocator('party-assistant iframe')
          .getByRole('button', { name: /关闭/ })
          .tap();
        await expect(box).toBeHidden();
        await expect(launcher).toBeVisible();
      } finally {
        await host.close();
      }
    });
  });
});

import { Chat, COVERED, expect, picture, test } from './chat';

test.use({
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  deviceScaleFactor: 2,
});

// No sideways scrolling anywhere: tables scroll in their own box.
test('on a phone the panel fills the screen and nothing runs over', async ({ page }) => {
  const chat = await Chat.open(page);
  await picture(page, 'phone-welcome');
  const box = await chat.panel.boundingBox();
  expect(box).toMatchObject({ x: 0, y: 0, width: 390, height: 844 });
  // The keyboard stays down until one wants to write.
  await expect(chat.field).not.toBeFocused();
  await chat.answered(COVERED);
  await picture(page, 'phone-answer');
  const over = await chat.root.locator('.log').evaluate((log) => log.scrollWidth - log.clientWidth);
  expect(over).toBeLessThanOrEqual(0);
  await chat.root.locator('.to-end').tap();
  await picture(page, 'phone-answer-end');
  await chat.last.locator('button.mark').first().tap();
  await picture(page, 'phone-citation');
  await chat.root.locator('.sheet-close').tap();
  await expect(chat.sheet).toHaveCount(0);
  await chat.button('我的对话').tap();
  await expect(chat.drawer.locator('.talk')).toHaveCount(1);
  await picture(page, 'phone-drawer');
});

// The figures are those of the national guideline for older readers.
test('大字: no text below 24 px, no target below 60, nothing runs over, remembered', async ({
  page,
}) => {
  const chat = await Chat.open(page);
  await chat.button('大字').tap();
  await picture(page, 'phone-large-welcome');
  await chat.answered(COVERED);
  await picture(page, 'phone-large');
  /** Size of the smallest text and of the lowest button that are shown. */
  const smallest = () =>
    chat.panel.evaluate((panel) => {
      const shown = [...panel.querySelectorAll<HTMLElement>('*')].filter(
        (e) => e.getClientRects().length > 0 && !e.closest('.sr, .toast'),
      );
      const texts = shown.filter((e) =>
        [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
      );
      // A mark stands in the line; what the finger hits around it is larger (see .mark::after).
      const targets = shown.filter((e) =>
        e.matches('button, a, summary, textarea, input[type=date]'),
      );
      return {
        text: Math.min(...texts.map((e) => Number.parseFloat(getComputedStyle(e).fontSize))),
        target: Math.min(
          ...targets
            .filter((e) => !e.matches('.mark'))
            .map((e) => Math.round(e.getBoundingClientRect().height)),
        ),
      };
    });
  const sizes = await smallest();
  expect(sizes.text).toBeGreaterThanOrEqual(24);
  expect(sizes.target).toBeGreaterThanOrEqual(60);
  const over = await chat.panel.evaluate((panel) => panel.scrollWidth - panel.clientWidth);
  expect(over).toBeLessThanOrEqual(0);
  await chat.last.locator('button.mark').first().tap();
  await picture(page, 'phone-large-citation');
  expect((await smallest()).text).toBeGreaterThanOrEqual(24);
  await chat.root.locator('.sheet-close').tap();
  await chat.button('我的对话').tap();
  await chat.drawer.locator('.talk-more').tap();
  await picture(page, 'phone-large-drawer');
  const drawer = await smallest();
  expect(drawer.text).toBeGreaterThanOrEqual(24);
  expect(drawer.target).toBeGreaterThanOrEqual(60);
  await page.reload();
  await expect(chat.panel).toHaveClass(/large/);
});

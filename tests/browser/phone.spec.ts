import { Chat, COVERED, expect, picture, test } from './chat';

test.use({
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  deviceScaleFactor: 2,
});

// No sideways scrolling anywhere: tables scroll in their own box.
test('on a phone the panel fills the screen and nothing runs over', async ({ page }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await expect(chat.launcher).toBeVisible();
  await picture(page, 'phone-home');
  await chat.launcher.tap();
  await picture(page, 'phone-widget');
  const box = await chat.panel.boundingBox();
  // The keyboard stays down until one wants to write.
  await expect(chat.field).not.toBeFocused();
  expect(box).toMatchObject({ x: 0, y: 0, width: 390 });
  await chat.ask(COVERED);
  await chat.settled();
  await picture(page, 'phone-answer');
  const over = await chat.root.locator('.log').evaluate((log) => log.scrollWidth - log.clientWidth);
  expect(over).toBeLessThanOrEqual(0);
  await chat.last.locator('button.mark').first().tap();
  await picture(page, 'phone-citation');
  await chat.root.locator('.sheet-close').tap();
  await expect(chat.sheet).toHaveCount(0);
});

// The figures are those of the national guideline for older readers.
test('large letters are larger, targets are 60 px and still nothing runs over', async ({
  page,
}) => {
  await page.goto('/');
  const chat = new Chat(page);
  await chat.launcher.tap();
  const before = await chat.root
    .locator('.starter')
    .first()
    .evaluate((e) => getComputedStyle(e).fontSize);
  await chat.root.getByRole('button', { name: '大字' }).tap();
  const after = await chat.root
    .locator('.starter')
    .first()
    .evaluate((e) => getComputedStyle(e).fontSize);
  expect([before, after]).toEqual(['16px', '20px']);
  const send = await chat.root.locator('.go').boundingBox();
  expect(send?.height).toBeGreaterThanOrEqual(60);
  await chat.ask(COVERED);
  await chat.settled();
  await picture(page, 'phone-large');
  const over = await chat.panel.evaluate((panel) => panel.scrollWidth - panel.clientWidth);
  expect(over).toBeLessThanOrEqual(0);
});

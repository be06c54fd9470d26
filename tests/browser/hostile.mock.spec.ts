// A page that does everything to spoil a guest, under a strict content policy.

import { Chat, expect, picture, test } from './chat';

// Colour, size, spacing and float are all set on `*` by the page, two of them as important.
test('the styles of the page stay outside, ours stay inside', async ({ page }) => {
  await page.goto('/hostile');
  const chat = new Chat(page);
  const before = await page.locator('h1').evaluate((e) => getComputedStyle(e).fontFamily);
  await expect(chat.launcher).toBeVisible();
  await chat.open();
  await chat.ask('流动党员能投票吗？');
  await chat.settled();
  await picture(page, 'hostile');
  const looks = await chat.last.locator('.text').evaluate((e) => {
    const { color, fontSize, letterSpacing, float } = getComputedStyle(e);
    return { color, fontSize, letterSpacing, float };
  });
  expect(looks).toEqual({
    color: 'rgb(31, 36, 41)',
    fontSize: '16px',
    letterSpacing: 'normal',
    float: 'none',
  });
  await expect(chat.last.locator('svg').first()).toBeVisible();
  expect(await page.locator('h1').evaluate((e) => getComputedStyle(e).fontFamily)).toBe(before);
});

// Safari before 16.4 can't adopt style sheets; the policy forbids a style element.
test('a browser without constructable style sheets links to ours', async ({ page }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(Document.prototype, 'adoptedStyleSheets');
  });
  await page.goto('/hostile');
  const chat = new Chat(page);
  await chat.open();
  await chat.ask('流动党员能投票吗？');
  await chat.settled();
  await expect(chat.root.locator('.head')).toHaveCSS('display', 'flex');
  await expect(chat.last.locator('.text')).toHaveCSS('font-size', '16px');
  await expect(chat.last.locator('.state')).toHaveCSS('color', 'rgb(23, 97, 58)');
  await picture(page, 'old-browser');
});

// A violation of the policy would be a console error, which fails every test here.
test('what a model plants does nothing, and no policy is violated', async ({ page }) => {
  await page.goto('/hostile');
  const chat = new Chat(page);
  await chat.open();
  await chat.ask('脚本');
  await chat.settled();
  expect(
    await page.evaluate(() => (window as unknown as { hacked?: number }).hacked),
  ).toBeUndefined();
  const text = chat.last.locator('.text');
  await expect(text).toContainText('<img src=x onerror');
  await expect(text.locator('img, script')).toHaveCount(0);
  await expect(text.locator('a')).toHaveCount(1);
  // Both marks with a citation, not the one without.
  await expect(text.locator('button.mark')).toHaveText(['1', '1']);
});

// The link carries an empty `data-ask`: its own words are then the question.
test('clicks and calls of the page ask, and its listeners hear', async ({ page }) => {
  await page.goto('/hostile');
  const chat = new Chat(page);
  await expect(chat.launcher).toBeVisible();
  await page.locator('#query').click();
  await chat.settled();
  await page.keyboard.press('Escape');
  await page.locator('[data-ask]').click();
  await expect(chat.last.locator('.question-words')).toHaveText('流动党员能投票吗？');
  await chat.settled();
  await expect(chat.root.locator('.exchange')).toHaveCount(2);
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  expect(heard).toEqual(['open', 'question', 'answer', 'close', 'open', 'question', 'answer']);
});

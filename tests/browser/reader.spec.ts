import { expect, picture, test } from './chat';

/** One of these stands on every page of a regulation. */
const EFFECT_WORDS = /在效|已修改|已废止|尚未施行|日期未知/;
/** A version's page, without an article. */
const VERSION_LINK = 'main a[href^="/regulations/"]';

// Nothing is assumed about which regulations are loaded.
test('from the list to a regulation, its state and its articles', async ({ page }) => {
  await page.goto('/regulations');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await picture(page, 'reader-list');
  await page.locator(VERSION_LINK).first().click();
  await expect(page.locator('.effect-banner, .banner').first()).toContainText(EFFECT_WORDS);
  const articles = page.locator('main [id^="a"]').filter({ hasText: /第.+条/ });
  expect(await articles.count()).toBeGreaterThan(1);
  await picture(page, 'reader-regulation');
});

// The addresses that citations use.
test('an article has an address of its own', async ({ page }) => {
  await page.goto('/regulations');
  const version = await page.locator(VERSION_LINK).first().getAttribute('href');
  const address = `${(version ?? '').replace(/[?#].*$/, '')}`;
  await page.goto(address);
  const id = await page
    .locator('main [id^="a"]')
    .filter({ hasText: /第.+条/ })
    .first()
    .getAttribute('id');
  expect(id).toMatch(/^a\d+/);
  const response = await page.goto(`${address}/${id}`);
  expect(response?.status()).toBe(200);
  await expect(page.locator(`[id="${id}"]`)).toBeVisible();
  await expect(page.locator('.effect-banner, .banner').first()).toContainText(EFFECT_WORDS);
});

// The word is in every text that this product is about.
test('searching marks the hits', async ({ page }) => {
  await page.goto('/regulations');
  const field = page.locator('main input[name=q]');
  await field.fill('党员');
  await field.press('Enter');
  await expect(page).toHaveURL(/q=/);
  await expect(page.locator('main mark').first()).toHaveText('党员');
  await picture(page, 'reader-search');
});

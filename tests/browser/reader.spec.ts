import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { expect, picture, test } from './chat';

/** The checker's own script, read from disk: nothing is fetched. */
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Everything that axe finds on the page, by rule and place. */
async function accessibilityFindings(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(async () => {
    interface Finding {
      id: string;
      nodes: { target: unknown[] }[];
    }
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: Finding[] }> };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${JSON.stringify(node.target)}`),
    );
  });
}

/** By how much the page is wider than the screen, in pixels. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

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

/** The page of a regulation that has more than one version; the demonstration knowledge has one. */
async function twoVersions(page: Page): Promise<string> {
  await page.goto('/regulations?per_page=100');
  const href = await page.locator('main a[href*="/compare?"]').first().getAttribute('href');
  return (href ?? '').replace(/\/compare.*/, '');
}

// A filter that is set can be seen and taken away.
test('filters narrow the list and can be taken away one by one', async ({ page }) => {
  await page.goto('/regulations');
  await page.locator('summary', { hasText: '筛选' }).click();
  await page.locator('select[name=authority]').selectOption('measures');
  await page.getByRole('button', { name: '应用' }).click();
  await expect(page).toHaveURL(/authority=measures/);
  await expect(page.locator('.chosen a')).toHaveText(/办法/);
  expect(await accessibilityFindings(page)).toEqual([]);
  await picture(page, 'reader-filtered');
  await page.locator('.chosen a').first().click();
  await expect(page.locator('.chosen')).toHaveCount(0);
});

// The marks must not only be seen: a screen reader hears them.
test('two versions stand side by side at a desk and below each other on a phone', async ({
  page,
}) => {
  const regulation = await twoVersions(page);
  await page.goto(`${regulation}/compare`);
  await expect(page.locator('.pair').first()).toBeVisible();
  await expect(page.locator('ins .hidden').first()).toHaveText(/增加/);
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('link', { name: /只看有变化的/ }).click();
  await expect(page.locator('.pair.unchanged')).toHaveCount(0);
  await picture(page, 'reader-compare');
  const sides = page.locator('.pair.modified').first().locator('.side');
  const place = async (index: number) => (await sides.nth(index).boundingBox()) ?? { x: 0, y: 0 };
  expect((await place(1)).x).toBeGreaterThan((await place(0)).x);
  await page.setViewportSize({ width: 390, height: 844 });
  expect((await place(1)).y).toBeGreaterThan((await place(0)).y);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await picture(page, 'reader-compare-phone');
});

// Read back from the clipboard.
test('an article is copied with its source and version', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${await twoVersions(page)}`);
  await page.locator('.block.article .copy').first().click();
  await expect(page.locator('.block.article .said').first()).toHaveText('已复制');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^第一条　.+\n——《.+》第一条（\d{4}年版，自.+起施行.*）\nhttp/s);
});

// What the old version says must not be taken for what holds.
test('an amended version has a red bar that leads to the one in force', async ({ page }) => {
  await page.goto(await twoVersions(page));
  await page.locator('.versions a', { hasText: '已修改' }).first().click();
  const bar = page.locator('.banner.bad');
  await expect(bar).toContainText('已修改');
  expect(await accessibilityFindings(page)).toEqual([]);
  await picture(page, 'reader-amended');
  await bar.getByRole('link', { name: /查看现行/ }).click();
  await expect(page.locator('.banner.good')).toBeVisible();
});

// The words stay marked, and each article with a hit can be reached.
test('words are found inside a regulation', async ({ page }) => {
  await page.goto(await twoVersions(page));
  await page.locator('.within input[name=q]').fill('党组织');
  await page.locator('.within input[name=q]').press('Enter');
  await expect(page.locator('.text mark').first()).toHaveText('党组织');
  await page.locator('.found a[href^="#a"]').first().click();
  await expect(page).toHaveURL(/#a\d+/);
});

// Three kinds of file, one of which is looked into.
test('a version is downloaded under its own name', async ({ page }) => {
  await page.goto(await twoVersions(page));
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '纯文本' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^.+（\d{4}）\.txt$/);
  const [word] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Word' }).click(),
  ]);
  expect(word.suggestedFilename()).toMatch(/\.docx$/);
});

// The measures are those for older readers.
test('large letters stay from page to page', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const regulation = await twoVersions(page);
  await page.goto(regulation);
  await page.getByRole('link', { name: '大字' }).click();
  await expect(page).toHaveURL(new RegExp(`${regulation}/`));
  const size = await page
    .locator('.text .line')
    .first()
    .evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));
  expect(size).toBeGreaterThanOrEqual(24);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  expect(await accessibilityFindings(page)).toEqual([]);
  await picture(page, 'reader-large-phone');
  await page.goto('/regulations');
  await expect(page.locator('html')).toHaveClass('large');
  await page.getByRole('link', { name: '小字' }).click();
  await expect(page.locator('html')).not.toHaveClass('large');
});

// On paper there is the text, its state and its source, and nothing to press.
test('a printed regulation has its source and no tools', async ({ page }) => {
  await page.goto(await twoVersions(page));
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.printed')).toBeVisible();
  for (const hidden of ['.top', 'aside', '.cite', '.tools', '.within']) {
    await expect(page.locator(hidden).first()).toBeHidden();
  }
  await picture(page, 'reader-print');
});

// A key alone leads from the top of the page to a place in the text.
test('the reader is used by keyboard', async ({ page }) => {
  await page.goto(await twoVersions(page));
  await page.keyboard.press('Tab');
  await expect(page.locator('.skip')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#main$/);
  await page.locator('.outline .chips a').first().focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#a1$/);
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  // Everything that is read and searched for works; what can't work is not shown.
  test('list, text, comparison and large letters all work', async ({ page }) => {
    const regulation = await twoVersions(page);
    await page.goto(regulation);
    await expect(page.locator('button.copy').first()).toBeHidden();
    const cite = page.locator('.block.article details').first();
    await cite.locator('summary').click();
    await expect(cite.locator('.source')).toContainText(/《.+》第一条（\d{4}年版/);
    await picture(page, 'reader-no-script');
    await page.locator('.within input[name=q]').fill('报到');
    await page.locator('.within button').click();
    await expect(page.locator('.text mark').first()).toHaveText('报到');
    await page.goto(`${regulation}/compare?show=changed`);
    await expect(page.locator('.pair').first()).toBeVisible();
    await page.getByRole('link', { name: '大字' }).click();
    await expect(page.locator('html')).toHaveClass('large');
    await expect(page).toHaveURL(/compare\?show=changed/);
  });
});

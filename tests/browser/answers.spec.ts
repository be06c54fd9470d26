import { bare, Chat, COVERED, expect, picture, test, UNCOVERED } from './chat';

// The heart of the product: question, basis, words of the article, full text, each one click further.
test('a covered question is answered with articles that open word for word', async ({
  page,
  context,
}) => {
  await page.goto('/');
  const chat = new Chat(page);
  await chat.open();
  await chat.ask(COVERED);
  await chat.settled();
  await expect(chat.last.locator('.state')).toContainText('有依据');
  await expect(chat.last.locator('[data-list=citations] li').first()).toBeVisible();
  await picture(page, 'answer');

  await chat.last.locator('button.mark').first().click();
  await expect(chat.sheet).toBeVisible();
  const words = bare(await chat.sheet.locator('.verbatim').textContent());
  expect(words.length).toBeGreaterThan(7);
  await expect(chat.sheet.locator('.effect')).toContainText('在效');
  await picture(page, 'citation');

  const link = chat.sheet.getByRole('link', { name: '查看全文' });
  const [reader] = await Promise.all([context.waitForEvent('page'), link.click()]);
  await reader.waitForLoadState();
  expect(new URL(reader.url()).pathname).toMatch(/^\/regulations\/[^/]+\/[^/]+/);
  // The reader lays paragraphs out by itself: the beginning is enough to know the article again.
  expect(bare(await reader.locator('main').textContent())).toContain(words.slice(0, 20));
  await picture(reader, 'article');
});

// A refusal must not look like an answer: no marks, no basis.
test('a question that nothing covers is not answered and cites nothing', async ({ page }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await chat.open();
  await chat.ask(UNCOVERED);
  await chat.settled();
  await expect(chat.last.locator('.state')).toContainText('未找到依据');
  await expect(chat.last.locator('button.mark')).toHaveCount(0);
  await expect(chat.last.locator('[data-list=citations]')).toHaveCount(0);
  await picture(page, 'no-match');
});

// Following a link and coming back must not lose what was read.
test('the conversation survives a reload of the page, and 新对话 clears it', async ({ page }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await chat.open();
  await chat.ask(COVERED);
  await chat.settled();
  await page.reload();
  await chat.open();
  await expect(chat.last.locator('.question-words')).toHaveText(COVERED);
  await chat.last.locator('button.mark').first().click();
  await expect(chat.sheet).toBeVisible();
  await page.keyboard.press('Escape');
  await chat.root.getByRole('button', { name: '新对话' }).click();
  await expect(chat.root.locator('.exchange')).toHaveCount(0);
  await expect(chat.root.locator('.welcome')).toBeVisible();
});

// What the server makes of the day is tested there; here only that it gets it.
test('the chosen day goes with the question', async ({ page }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await chat.open();
  await chat.root.locator('.day-toggle').click();
  await chat.root.getByLabel('按某日有效的规定').fill('2020-06-01');
  const asked = page.waitForRequest('**/api/v1/chat');
  await chat.ask(COVERED);
  expect((await asked).postDataJSON()).toMatchObject({
    as_of: '2020-06-01',
    channel: 'web_widget',
  });
  await chat.settled();
  await expect(chat.last.locator('.question')).toContainText('按2020年6月1日有效的规定');
});

// A passage on the clipboard must say where it is from.
test('an article is copied with its source', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/');
  const chat = new Chat(page);
  await chat.open();
  await chat.ask(COVERED);
  await chat.settled();
  await chat.last.locator('[data-list=citations] button').first().click();
  const words = (await chat.sheet.locator('.verbatim').textContent()) ?? '';
  const label = (await chat.sheet.locator('h2').textContent()) ?? '';
  await chat.sheet.locator('.copy-citation').click();
  await expect(chat.root.locator('.toast')).toContainText('已复制');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(bare(copied)).toContain(bare(words));
  expect(copied).toContain(label);
  expect(copied).toContain('/regulations/');
});

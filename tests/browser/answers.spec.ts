// The heart of the product, on any server: question, basis, words of the article, full text.

import { bare, Chat, COVERED, expect, picture, test, UNCOVERED } from './chat';

// Each step is one click further.
test('a covered question is answered with articles that open word for word', async ({
  page,
  context,
}) => {
  const chat = await Chat.open(page);
  await picture(page, 'welcome');
  await chat.answered(COVERED);
  await expect(chat.last.locator('.state')).toContainText('有依据');
  await expect(chat.last.locator('[data-list=citations] li').first()).toBeVisible();
  await expect(chat.last.locator('.label')).toContainText('AI 生成，仅供参考');
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
});

// A refusal must not look like an answer: no marks, no basis.
test('a question that nothing covers is not answered and cites nothing', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.answered(UNCOVERED);
  await expect(chat.last.locator('.state')).toContainText(/未找到依据|不在答复范围/);
  await expect(chat.last.locator('button.mark')).toHaveCount(0);
  await expect(chat.last.locator('[data-list=citations]')).toHaveCount(0);
  await picture(page, 'no-match');
});

// Following a link and coming back must not lose what was read.
test('the conversation is there again after a reload, and 新对话 leaves it', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.answered(COVERED);
  const text = await chat.text();
  await page.reload();
  await expect(chat.last.locator('.question-words')).toHaveText(COVERED);
  expect(await chat.text()).toBe(text);
  await chat.last.locator('button.mark').first().click();
  await expect(chat.sheet).toBeVisible();
  await page.keyboard.press('Escape');
  await chat.button('新对话').click();
  await expect(chat.exchanges).toHaveCount(0);
  await expect(chat.root.locator('.welcome')).toBeVisible();
  await page.reload();
  await expect(chat.root.locator('.welcome')).toBeVisible();
  await expect(chat.exchanges).toHaveCount(0);
});

// What the server makes of the day is tested there; here only that it gets it.
test('the chosen day goes with the question', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.root.locator('.day-toggle').click();
  await chat.root.getByLabel('按某日有效的规定').fill('2020-06-01');
  await picture(page, 'day');
  const asked = page.waitForRequest('**/turns');
  await chat.ask(COVERED);
  const body = (await asked).postDataJSON();
  expect(body).toMatchObject({ question: COVERED, as_of: '2020-06-01' });
  expect(body.command_id).toMatch(/^[\w-]{8,64}$/);
  await chat.settled();
  await expect(chat.last.locator('.question')).toContainText('按2020年6月1日有效的规定');
  await chat.root.locator('.day-reset').click();
  await expect(chat.root.locator('.day-toggle')).toContainText('按今天的规定');
});

// A passage on the clipboard must say where it is from.
test('article and answer are copied with their sources', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const chat = await Chat.open(page);
  await chat.answered(COVERED);
  const pasted = () => page.evaluate(() => navigator.clipboard.readText());
  await chat.last.locator('.copy').click();
  await expect(chat.root.locator('.toast')).toContainText('已复制');
  const whole = await pasted();
  expect(whole).toContain(`问：${COVERED}`);
  expect(whole).toMatch(/依据：\n\[1\] 《.+》.+（.*在效.*）/);
  expect(whole).toContain('AI 生成，仅供参考');

  await chat.last.locator('[data-list=citations] button').first().click();
  const words = (await chat.sheet.locator('.verbatim').textContent()) ?? '';
  const label = (await chat.sheet.locator('h2').textContent()) ?? '';
  await chat.sheet.locator('.copy-citation').click();
  await expect.poll(pasted).toContain(label);
  expect(bare(await pasted())).toContain(bare(words));
  expect(await pasted()).toContain('/regulations/');
});

// 有用 in one click; 没用 wants a reason.
test('an answer is judged, and the judgement is there again after a reload', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.answered(COVERED);
  await chat.last.locator('.useless').click();
  const form = chat.last.locator('.why');
  await expect(form.getByRole('button', { name: '提交' })).toBeDisabled();
  for (const words of ['不准确', '不完整', '已过时', '引用错误', '其他'])
    await expect(form.getByRole('checkbox', { name: words })).toBeVisible();
  await form.getByRole('checkbox', { name: '引用错误' }).check();
  await form.getByRole('checkbox', { name: '不完整' }).check();
  await form.getByLabel('补充说明').fill('少了一款');
  await picture(page, 'feedback');
  const sent = page.waitForRequest('**/feedback');
  await form.getByRole('button', { name: '提交' }).click();
  expect((await sent).postDataJSON()).toEqual({
    verdict: 'not_useful',
    reasons: ['wrong_citation', 'incomplete'],
    comment: '少了一款',
  });
  await expect(chat.last.locator('.thanks')).toBeVisible();
  await expect(chat.last.locator('.useless')).toBeFocused();
  await page.reload();
  await expect(chat.last.locator('.useless')).toHaveAttribute('aria-pressed', 'true');
  await chat.last.locator('.useful').click();
  await expect(chat.last.locator('.useful')).toHaveAttribute('aria-pressed', 'true');
  await expect(chat.last.locator('.useless')).toHaveAttribute('aria-pressed', 'false');
});

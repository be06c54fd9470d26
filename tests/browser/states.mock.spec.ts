// Every way a stream can end, scripted by the mock server.

import { Chat, expect, picture, test } from './chat';

/** Endings by the server's own will. */
const ENDINGS: [question: string, phase: string, words: string][] = [
  ['他们为什么处分我？', 'done', '需人工答复'],
  ['系统停机了吗？', 'done', '暂不可用'],
  ['报错', 'failed', '检索没有完成'],
];

for (const [question, phase, words] of ENDINGS) {
  test(`「${question}」 ends as ${phase} with its own words`, async ({ page }) => {
    await page.goto('/');
    const chat = new Chat(page);
    await chat.open();
    await chat.ask(question);
    await chat.settled();
    await expect(chat.last).toHaveAttribute('data-phase', phase);
    await expect(chat.last).toContainText(words);
    await expect(chat.last.locator('button.mark')).toHaveCount(0);
  });
}

// The line breaks after three pieces of text.
test('a broken line keeps the text, says so and can be retried', async ({ page, complaints }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await chat.open();
  await chat.ask('中途断开');
  await chat.settled();
  await expect(chat.last).toContainText('根据规定');
  await expect(chat.last.locator('.problem')).toContainText('回答中途断开');
  await expect(chat.last.locator('.state')).toHaveCount(0);
  await picture(page, 'cut-off');
  await chat.last.getByRole('button', { name: '重试' }).click();
  await chat.settled();
  await expect(chat.root.locator('.exchange')).toHaveCount(1);
  // The browser itself reports the two broken lines.
  expect(complaints.splice(0)).toHaveLength(2);
});

// One with problem JSON, one with a page of HTML.
test('refusals of the server and of a gateway are told in plain words', async ({
  page,
  complaints,
}) => {
  await page.goto('/');
  const chat = new Chat(page);
  await chat.open();
  await chat.ask('限流');
  await chat.settled();
  await expect(chat.last.locator('.problem')).toContainText('请在 30 秒后再问。');
  await chat.ask('网关');
  await chat.settled();
  await expect(chat.last.locator('.problem')).toContainText('问答服务出现故障');
  expect(complaints.splice(0)).toHaveLength(2);
});

// The script would go on for half a minute.
test('stop ends the stream and keeps what was shown', async ({ page }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await chat.open();
  await chat.ask('慢慢说');
  await expect(chat.last.locator('.text')).toContainText('不能');
  await picture(page, 'streaming');
  await chat.root.getByRole('button', { name: '停止回答' }).click();
  await expect(chat.last).toHaveAttribute('data-phase', 'stopped');
  const text = await chat.last.locator('.text').textContent();
  await page.waitForTimeout(400);
  expect(await chat.last.locator('.text').textContent()).toBe(text);
});

// The draft stays in the field until the network is back.
test('offline is said at once and sending waits', async ({ page, context }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await chat.open();
  await context.setOffline(true);
  await expect(chat.root.locator('.offline')).toContainText('没有网络');
  await chat.field.fill('流动党员能投票吗？');
  await chat.field.press('Enter');
  await expect(chat.root.locator('.exchange')).toHaveCount(0);
  await context.setOffline(false);
  await expect(chat.root.locator('.offline')).toHaveCount(0);
  await chat.field.press('Enter');
  await chat.settled();
});

// All badges but 在效 at once.
test('an older day gives an older version and says so', async ({ page }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await chat.open();
  await chat.ask('旧规定里要转组织关系吗？');
  await chat.settled();
  await expect(chat.last.locator('.notices')).toContainText('2019 年版');
  await expect(chat.last.locator('.badge', { hasText: '已修改' })).toBeVisible();
  await expect(chat.last.locator('.badge', { hasText: '已废止' })).toBeVisible();
  await picture(page, 'versions');
});

// Lines that break, run out, are refused or are not there.

import { Chat, COVERED, expect, picture, test } from './chat';

/** Requests of the page that go on listening. */
function listened(page: Parameters<typeof Chat.open>[0]): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (/\/events\?after=/.test(request.url())) seen.push(request.url());
  });
  return seen;
}

test('after 20 cuts the text is the same to the letter, asked once', async ({
  page,
  complaints,
}) => {
  const chat = await Chat.open(page);
  await chat.answered('流动党员能投票吗？');
  const whole = await chat.text();
  const lines = listened(page);
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/turns')) asked += 1;
  });
  await chat.answered('断20次：流动党员能投票吗？');
  await expect(chat.last).toHaveAttribute('data-phase', 'done');
  expect(await chat.text()).toBe(whole);
  expect(lines.length).toBeGreaterThanOrEqual(20);
  expect(asked).toBe(1);
  // The browser itself reports the broken lines.
  expect(complaints.splice(0).length).toBeGreaterThanOrEqual(20);
});

test('an answer that is on its way goes on after a reload', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.ask('慢慢说：流动党员能投票吗？');
  await expect(chat.last.locator('.text')).toContainText('没有转移组织关系');
  await page.reload();
  await expect(chat.last).toHaveAttribute('data-phase', 'streaming');
  await expect(chat.last.locator('.text')).toContainText('没有转移组织关系');
  const before = (await chat.last.locator('.text').textContent()) ?? '';
  await expect
    .poll(async () => (await chat.last.locator('.text').textContent())?.length)
    .toBeGreaterThan(before.length + 5);
  await chat.button('停止回答').click();
  await chat.settled();
});

test('stop ends the answer within a second and keeps what has come', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.ask('慢慢说：流动党员能投票吗？');
  await expect(chat.last.locator('.text')).toContainText('不能');
  await picture(page, 'streaming');
  const began = Date.now();
  await chat.button('停止回答').click();
  await expect(chat.last).toHaveAttribute('data-phase', 'stopped');
  expect(Date.now() - began).toBeLessThan(1000);
  await expect(chat.last).toContainText('已停止');
  await expect(chat.last.locator('.state')).toHaveCount(0);
  const text = await chat.text();
  await picture(page, 'stopped');
  await page.reload();
  await expect(chat.last).toHaveAttribute('data-phase', 'stopped');
  expect(await chat.text()).toBe(text);
});

test('a new conversation leaves a running answer, which the drawer shows', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.ask('慢慢说：流动党员能投票吗？');
  await expect(chat.last.locator('.text')).toContainText('不能');
  await chat.button('新对话').click();
  await chat.answered('流动党员能投票吗？');
  await expect(chat.exchanges).toHaveCount(1);
  await chat.openDrawer();
  await expect(chat.drawer.locator('.talk').filter({ hasText: '正在作答' })).toHaveCount(1);
  await chat.drawer.locator('.talk').filter({ hasText: '正在作答' }).locator('.talk-open').click();
  await expect(chat.last).toHaveAttribute('data-phase', 'streaming');
  await chat.button('停止回答').click();
  await chat.settled();
});

test('a limit is told with a countdown, and the question stays', async ({ page, complaints }) => {
  const chat = await Chat.open(page);
  const question = '限流：流动党员能投票吗？';
  await chat.field.fill(question);
  await chat.field.press('Enter');
  const limit = chat.root.locator('.limit');
  await expect(limit).toContainText('请 3 秒后再试');
  await expect(limit.locator('.left')).toHaveText(/^[123] 秒$/);
  await expect(chat.field).toHaveValue(question);
  await expect(chat.exchanges).toHaveCount(0);
  await expect(chat.button('发送')).toBeDisabled();
  await picture(page, 'limit');
  await expect(limit).toHaveCount(0);
  await chat.field.press('Enter');
  await chat.settled();
  await expect(chat.last).toHaveAttribute('data-phase', 'done');
  expect(complaints.splice(0)).toHaveLength(1);
});

test('a session that has run out is renewed unseen', async ({ page, request, complaints }) => {
  const chat = await Chat.open(page);
  await chat.answered(COVERED);
  await request.post('/mock/expire');
  await chat.answered('流动党员能投票吗？');
  await expect(chat.exchanges).toHaveCount(2);
  await expect(chat.last).toHaveAttribute('data-phase', 'done');
  // One 401 in the browser's own log.
  expect(complaints.splice(0)).toHaveLength(1);
});

test('offline is said at once, sending waits, and what was written stays', async ({
  page,
  context,
}) => {
  const chat = await Chat.open(page);
  await context.setOffline(true);
  await expect(chat.root.locator('.banner')).toContainText('没有网络');
  await chat.field.fill('流动党员能投票吗？');
  await chat.field.press('Enter');
  await expect(chat.exchanges).toHaveCount(0);
  await expect(chat.field).toHaveValue('流动党员能投票吗？');
  await picture(page, 'offline');
  await context.setOffline(false);
  await expect(chat.root.locator('.banner')).toHaveCount(0);
  await chat.field.press('Enter');
  await chat.settled();
  await expect(chat.last).toHaveAttribute('data-phase', 'done');
});

test('a network that goes in mid-answer and comes back loses nothing', async ({
  page,
  context,
  complaints,
}) => {
  const chat = await Chat.open(page);
  await chat.answered('流动党员能投票吗？');
  const whole = await chat.text();
  // The line is cut at once, and while there is no network it can't be mended.
  await page.route('**/events?after=*', (route) => route.abort());
  await chat.ask('断1次：流动党员能投票吗？');
  await expect(chat.last.locator('.progress')).toContainText('正在恢复');
  await picture(page, 'broken-line');
  await context.setOffline(true);
  await page.unroute('**/events?after=*');
  await context.setOffline(false);
  await chat.settled();
  expect(await chat.text()).toBe(whole);
  complaints.splice(0);
});

// One with problem JSON, one with a page of HTML.
test('failures of the server and of a gateway are told in plain words', async ({
  page,
  complaints,
}) => {
  const chat = await Chat.open(page);
  await chat.answered('报错');
  await expect(chat.last.locator('.problem')).toContainText('检索没有完成');
  await chat.answered('网关');
  await expect(chat.last.locator('.problem')).toContainText('问答服务出现故障');
  await picture(page, 'failures');
  await chat.last.getByRole('button', { name: '重试' }).click();
  await chat.settled();
  await expect(chat.exchanges).toHaveCount(2);
  expect(complaints.splice(0)).toHaveLength(2);
});

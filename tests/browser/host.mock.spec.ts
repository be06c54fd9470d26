// The panel inside a page, over the loader's protocol. A small page plays the loader.

import type { Page } from '@playwright/test';
import { Chat, expect, picture, test } from './chat';

interface Host {
  say(message: object): void;
  heard: { type: string; [key: string]: unknown }[];
}

/** Says something to the panel. */
const say = (page: Page, message: object) =>
  page.evaluate((it) => (window as unknown as Host).say(it), message);

/** Everything of a type that the panel said. */
const heard = (page: Page, type: string) =>
  page.evaluate((it) => (window as unknown as Host).heard.filter((one) => one.type === it), type);

/** The page with the framed panel, once both know each other. */
async function open(page: Page): Promise<Chat> {
  await page.goto('/mock/host');
  await expect.poll(() => heard(page, 'ready')).toHaveLength(1);
  const chat = new Chat(page.frameLocator('#panel'));
  await expect(chat.root.locator('.starter').first()).toBeVisible();
  return chat;
}

test('with a grant of the page a question is answered and told', async ({ page }) => {
  const chat = await open(page);
  expect(await heard(page, 'need-grant')).toHaveLength(1);
  await say(page, { type: 'ask', question: '流动党员能投票吗？' });
  await chat.settled();
  await expect
    .poll(() => heard(page, 'message'))
    .toMatchObject([{ question: '流动党员能投票吗？', state: 'grounded' }]);
  await chat.last.locator('button.mark').first().click();
  expect(await heard(page, 'citation')).toMatchObject([
    { n: 1, title: '流动党员服务管理示范规定', url: '/regulations/rmock0001/2026/a13' },
  ]);
  await picture(page, 'framed');
});

test("title, greeting, questions and large letters are the page's to choose", async ({ page }) => {
  const chat = await open(page);
  await say(page, {
    type: 'options',
    title: '某区党建',
    greeting: '欢迎咨询。',
    questions: ['介绍信有效期多久？'],
    elder: true,
  });
  await expect(chat.root.locator('h1')).toContainText('某区党建');
  await expect(chat.root.locator('.greeting')).toHaveText('欢迎咨询。');
  await expect(chat.root.locator('.starter')).toHaveText(['介绍信有效期多久？']);
  await expect(chat.panel).toHaveClass(/large/);
  // The person's own choice stands above it.
  await chat.button('大字').click();
  await say(page, { type: 'options', elder: true });
  await expect(chat.panel).not.toHaveClass(/large/);
});

test('an answer that comes while closed counts as unread', async ({ page }) => {
  const chat = await open(page);
  await say(page, { type: 'ask', question: '流动党员能投票吗？' });
  await say(page, { type: 'closed' });
  await chat.settled();
  await expect.poll(() => heard(page, 'unread')).toEqual([{ type: 'unread', count: 1 }]);
  await say(page, { type: 'opened' });
  await expect.poll(() => heard(page, 'unread')).toHaveLength(2);
  expect((await heard(page, 'unread'))[1].count).toBe(0);
});

test('Escape closes sheet, drawer and panel in turn; the button closes too', async ({ page }) => {
  const chat = await open(page);
  await say(page, { type: 'opened' });
  await expect(chat.field).toBeFocused();
  await chat.answered('流动党员能投票吗？');
  await chat.last.locator('button.mark').first().click();
  await page.keyboard.press('Escape');
  await expect(chat.sheet).toHaveCount(0);
  await chat.openDrawer();
  await page.keyboard.press('Escape');
  await expect(chat.drawer).toHaveCount(0);
  expect(await heard(page, 'close')).toHaveLength(0);
  await page.keyboard.press('Escape');
  expect(await heard(page, 'close')).toHaveLength(1);
  await chat.button('关闭').click();
  expect(await heard(page, 'close')).toHaveLength(2);
});

test("the page's context is shown and only written where the user wants it", async ({ page }) => {
  const chat = await open(page);
  await say(page, { type: 'context', context: '组织关系转接指南' });
  await expect(chat.root.locator('.context')).toContainText('组织关系转接指南');
  await picture(page, 'context');
  await chat.answered('流动党员能投票吗？');
  await expect(chat.last.locator('.question-words')).not.toContainText('指南');
  await chat.root.getByRole('button', { name: '写入问题' }).click();
  await expect(chat.field).toHaveValue('组织关系转接指南');
  await expect(chat.root.locator('.context')).toHaveCount(0);
});

test('another user sees nothing of the one before', async ({ page }) => {
  const chat = await open(page);
  await chat.answered('流动党员能投票吗？');
  await say(page, { type: 'user', user: { id: 'a', expires_at: 1, signature: '00' } });
  await expect(chat.exchanges).toHaveCount(0);
  await expect.poll(() => heard(page, 'need-grant')).toHaveLength(2);
  await chat.openDrawer();
  await expect(chat.drawer.locator('.empty')).toContainText('还没有对话');
});

test('reset begins a new conversation', async ({ page }) => {
  const chat = await open(page);
  await chat.answered('流动党员能投票吗？');
  await say(page, { type: 'reset' });
  await expect(chat.exchanges).toHaveCount(0);
});

test('Tab stays inside the framed panel', async ({ page }) => {
  const chat = await open(page);
  await say(page, { type: 'opened' });
  await expect(chat.field).toBeFocused();
  for (let i = 0; i < 30; i += 1) {
    await page.keyboard.press(i % 3 ? 'Tab' : 'Shift+Tab');
    await expect(chat.panel.locator(':focus')).toHaveCount(1);
  }
});

// The channel needs a grant, and a tab of its own has nobody to give one.
test("a channel of other pages says that it can't be used in a tab", async ({ page }) => {
  await page.goto('/widget/frame?channel=web');
  const chat = new Chat(page);
  await expect(chat.root.locator('.trouble')).toContainText('不能在这里使用');
  await picture(page, 'no-grant');
});

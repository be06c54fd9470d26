// The drawer of conversations, on any server.

import { readFile } from 'node:fs/promises';
import { Chat, COVERED, expect, picture, test, UNCOVERED } from './chat';

/** Two conversations; the second is open. */
async function two(page: Parameters<typeof Chat.open>[0]): Promise<Chat> {
  const chat = await Chat.open(page);
  await chat.answered(COVERED);
  await chat.button('新对话').click();
  await chat.answered(UNCOVERED);
  return chat;
}

test('conversations are listed, found and opened again', async ({ page }) => {
  const chat = await two(page);
  await chat.openDrawer();
  const rows = chat.drawer.locator('.talk');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toHaveClass(/here/);
  await picture(page, 'drawer');
  await chat.drawer.getByLabel('查找对话').fill('投票');
  await expect(rows).toHaveCount(1);
  await rows.first().locator('.talk-open').click();
  await expect(chat.drawer).toHaveCount(0);
  await expect(chat.last.locator('.question-words')).toHaveText(COVERED);
  await expect(chat.last.locator('button.mark').first()).toBeVisible();
});

test('a search without hits says so', async ({ page }) => {
  const chat = await two(page);
  await chat.openDrawer();
  await chat.drawer.getByLabel('查找对话').fill('没有这样的字');
  await expect(chat.drawer.locator('.empty')).toContainText('没有找到');
});

test('conversations are marked, and the marked ones shown alone', async ({ page }) => {
  const chat = await two(page);
  await chat.openDrawer();
  await expect(chat.drawer.locator('.talk')).toHaveCount(2);
  await chat.drawer.getByRole('button', { name: '收藏', exact: true }).click();
  await expect(chat.drawer.locator('.empty')).toContainText('还没有收藏');
  await chat.drawer.getByRole('button', { name: '全部' }).click();
  const star = chat.drawer.locator('.talk').nth(1).locator('.star');
  await star.click();
  await expect(star).toHaveAttribute('aria-pressed', 'true');
  await chat.drawer.getByRole('button', { name: '收藏', exact: true }).click();
  await expect(chat.drawer.locator('.talk')).toHaveCount(1);
  await expect(chat.drawer.locator('.talk-title')).toContainText('投票');
});

test('a conversation is given a name', async ({ page }) => {
  const chat = await two(page);
  await chat.openDrawer();
  const row = chat.drawer.locator('.talk').first();
  await row.locator('.talk-more').click();
  await picture(page, 'drawer-actions');
  await row.getByRole('button', { name: '重命名' }).click();
  await expect(row.locator('.rename')).toBeFocused();
  await row.locator('.rename').fill('午饭');
  await page.keyboard.press('Enter');
  await expect(row.locator('.talk-title')).toHaveText('午饭');
  await expect(row.locator('.talk-more')).toBeFocused();
});

test('a conversation is deleted only after a second word, and Escape takes it back', async ({
  page,
}) => {
  const chat = await two(page);
  await chat.openDrawer();
  const rows = chat.drawer.locator('.talk');
  await rows.first().locator('.talk-more').click();
  await rows.first().getByRole('button', { name: '删除' }).click();
  await expect(rows.first().locator('.confirm')).toContainText('不能恢复');
  await expect(rows.first().locator('.keep')).toBeFocused();
  await picture(page, 'drawer-delete');
  await page.keyboard.press('Escape');
  await expect(chat.drawer.locator('.confirm')).toHaveCount(0);
  await expect(rows).toHaveCount(2);
  await rows.first().locator('.talk-more').click();
  await rows.first().getByRole('button', { name: '删除' }).click();
  await rows.first().getByRole('button', { name: '删除' }).click();
  await expect(rows).toHaveCount(1);
  await page.keyboard.press('Escape');
  // The open conversation was the deleted one.
  await expect(chat.root.locator('.welcome')).toBeVisible();
});

for (const [words, ending] of [
  ['导出文本', 'md'],
  ['导出网页', 'html'],
]) {
  test(`a conversation is saved as ${ending}`, async ({ page }) => {
    const chat = await Chat.open(page);
    await chat.answered(COVERED);
    await chat.openDrawer();
    await chat.drawer.locator('.talk-more').click();
    const download = page.waitForEvent('download');
    await chat.drawer.getByRole('button', { name: words }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(new RegExp(`投票.*\\.${ending}$`));
    expect(await readFile(await file.path(), 'utf8')).toContain('流动党员');
  });
}

// Storage of another browser holds another secret.
test('nobody sees the conversations of another browser', async ({ page, browser }) => {
  const chat = await Chat.open(page);
  await chat.answered(COVERED);
  const other = await browser.newContext();
  const stranger = await Chat.open(await other.newPage());
  await stranger.openDrawer();
  await expect(stranger.drawer.locator('.empty')).toContainText('还没有对话');
  await other.close();
});

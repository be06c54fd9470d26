import { Chat, COVERED, expect, FRAME, test } from './chat';

// From the field through question, mark and sheet to the drawer, on any server.
test('everything works without a mouse', async ({ page }) => {
  const chat = await Chat.open(page);
  await expect(chat.field).toBeFocused();

  // Shift+Enter breaks the line, Enter sends.
  await page.keyboard.type('第一行');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('第二行');
  await expect(chat.field).toHaveValue('第一行\n第二行');
  await chat.answered(COVERED);

  await chat.last.locator('button.mark').first().focus();
  await page.keyboard.press('Enter');
  await expect(chat.root.locator('.sheet-close')).toBeFocused();
  // Tab goes round inside the sheet.
  for (let i = 0; i < 8; i += 1) {
    await page.keyboard.press('Tab');
    await expect(chat.sheet.locator(':focus')).toHaveCount(1);
  }
  await page.keyboard.press('Escape');
  await expect(chat.sheet).toHaveCount(0);
  await expect(chat.last.locator('button.mark').first()).toBeFocused();

  // Round inside the drawer, and back to its button.
  await chat.button('我的对话').focus();
  await page.keyboard.press('Enter');
  await expect(chat.root.locator('.drawer-close')).toBeFocused();
  for (let i = 0; i < 12; i += 1) {
    await page.keyboard.press(i % 2 ? 'Tab' : 'Shift+Tab');
    await expect(chat.drawer.locator(':focus')).toHaveCount(1);
  }
  await page.keyboard.press('Escape');
  await expect(chat.drawer).toHaveCount(0);
  await expect(chat.button('我的对话')).toBeFocused();

  // Judging: the form opens, is ticked and sent by keys.
  await chat.last.locator('.useless').focus();
  await page.keyboard.press('Enter');
  await expect(chat.last.getByRole('checkbox').first()).toBeFocused();
  await page.keyboard.press('Space');
  await expect(chat.last.getByRole('checkbox').first()).toBeChecked();
  await page.keyboard.press('Escape');
  await expect(chat.last.locator('.useless')).toBeFocused();
});

// Chinese is typed through an input method, whose Enter takes over letters.
test('Enter that ends a word of an input method does not send', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.field.fill('dangyuan');
  await chat.field.evaluate((field) => {
    field.dispatchEvent(
      new KeyboardEvent('keydown', {
        key: 'Enter',
        isComposing: true,
        bubbles: true,
        cancelable: true,
      }),
    );
  });
  await expect(chat.exchanges).toHaveCount(0);
  await expect(chat.field).toHaveValue('dangyuan');
});

// The limit is told before the server has to refuse.
test('the counter appears near the limit and too long a question cannot be sent', async ({
  page,
}) => {
  const chat = await Chat.open(page);
  await chat.field.fill('问'.repeat(1900));
  await expect(chat.root.locator('.counter')).toHaveText('1900 / 2000');
  await chat.field.fill('问'.repeat(2010));
  await expect(chat.root.locator('.counter')).toContainText('超出 10 字');
  await chat.field.press('Enter');
  await expect(chat.exchanges).toHaveCount(0);
});

// A live region that changed with every piece of a word would never let a screen reader finish.
test('screen readers hear whole sentences, in order, and how it ended', async ({ page }) => {
  await page.addInitScript(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes)
        if ((target as Element).matches?.('.spoken'))
          for (const node of addedNodes) said.push(node.textContent ?? '');
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(FRAME);
  const chat = new Chat(page);
  await chat.answered(COVERED);
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
  expect(said.length).toBeGreaterThan(0);
  expect(said[said.length - 1]).toContain('回答完毕');
  for (const words of said.slice(0, -1)) expect(words).toMatch(/[。！？；：\n]$|[^，]$/);
  expect(said.join('')).not.toContain('**');
  // The visible log is not live itself.
  await expect(chat.root.locator('.log')).toHaveAttribute('aria-live', 'off');
});

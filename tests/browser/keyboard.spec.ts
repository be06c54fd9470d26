import { Chat, COVERED, expect, test } from './chat';

// From the launcher through question, mark and sheet and back to the launcher.
test('everything works without a mouse', async ({ page }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await expect(chat.launcher).toBeVisible();
  await chat.launcher.focus();
  await page.keyboard.press('Enter');
  await expect(chat.field).toBeFocused();

  // Shift+Enter breaks the line, Enter sends.
  await page.keyboard.type('第一行');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('第二行');
  await expect(chat.field).toHaveValue('第一行\n第二行');
  await chat.ask(COVERED);
  await chat.settled();

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

  // And round inside the panel.
  for (let i = 0; i < 25; i += 1) {
    await page.keyboard.press(i % 2 ? 'Tab' : 'Shift+Tab');
    await expect(chat.panel.locator(':focus')).toHaveCount(1);
  }
  await page.keyboard.press('Escape');
  await expect(chat.panel).toHaveCount(0);
  await expect(chat.launcher).toBeFocused();
});

// Chinese is typed through an input method, whose Enter takes over letters.
test('Enter that ends a word of an input method does not send', async ({ page }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await chat.open();
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
  await expect(chat.root.locator('.exchange')).toHaveCount(0);
  await expect(chat.field).toHaveValue('dangyuan');
});

// The limit is told before the server has to refuse.
test('the counter appears near the limit and too long a question cannot be sent', async ({
  page,
}) => {
  await page.goto('/');
  const chat = new Chat(page);
  await chat.open();
  await chat.field.fill('问'.repeat(1900));
  await expect(chat.root.locator('.counter')).toHaveText('1900 / 2000');
  await chat.field.fill('问'.repeat(2010));
  await expect(chat.root.locator('.counter')).toContainText('超出 10 字');
  await chat.field.press('Enter');
  await expect(chat.root.locator('.exchange')).toHaveCount(0);
});

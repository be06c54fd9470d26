import { Chat, expect, picture, test } from './chat';

// One script tag is all that the page does for it.
test('the home page loads and carries the widget', async ({ page }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(chat.launcher).toBeVisible();
  const box = await chat.launcher.boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(48);
  await picture(page, 'home');
  await chat.open();
  await expect(chat.panel).toContainText('AI 生成，仅供参考');
  await expect(chat.root.locator('.starter').first()).toBeVisible();
  await picture(page, 'home-widget');
});

// The page's own buttons carry `data-ask`.
test('a question of the page opens the widget and is asked', async ({ page }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await expect(chat.launcher).toBeVisible();
  const button = page.locator('[data-ask]').first();
  const question = (await button.getAttribute('data-ask')) ?? '';
  await button.click();
  await expect(chat.last.locator('.question-words')).toHaveText(question);
  await chat.settled();
});

// Order of events: the page may count questions or show its own notice after an answer.
test('the page can drive the widget by its API', async ({ page }) => {
  await page.goto('/');
  const chat = new Chat(page);
  await expect(chat.launcher).toBeVisible();
  await page.evaluate(() => {
    const { PartyAssistant: api } = window as unknown as {
      PartyAssistant: Record<string, (...a: unknown[]) => unknown>;
    };
    const heard: string[] = [];
    Object.assign(window, { heard });
    for (const name of ['open', 'close', 'question', 'answer'])
      api.on(name, () => heard.push(name));
    api.openWithQuery('预备期从哪天算，最多能延长多久？');
  });
  await chat.settled();
  await page.evaluate(() => {
    (window as unknown as { PartyAssistant: { toggle(): void } }).PartyAssistant.toggle();
  });
  await expect(chat.panel).toHaveCount(0);
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  expect(heard).toEqual(['open', 'question', 'answer', 'close']);
});

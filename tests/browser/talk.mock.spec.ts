// What comes with an answer besides its words, and what must not come with a refusal.

import { Chat, expect, picture, test } from './chat';

test('a question back offers options that answer it', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.answered('转关系');
  await expect(chat.last.locator('.state')).toContainText('请补充一点');
  await expect(chat.last.locator('.onward')).toContainText('请选一项');
  await picture(page, 'clarify');
  await chat.last.getByRole('button', { name: '转到外省市' }).click();
  await expect(chat.last.locator('.question-words')).toHaveText('转到外省市');
  await chat.settled();
  // Only the newest answer offers how to go on.
  await expect(chat.exchanges.first().locator('.onward')).toHaveCount(0);
});

test('cards lead to the office, suggestions to the next question', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.answered('组织关系怎么转接？');
  const cards = chat.last.locator('.card');
  await expect(cards).toHaveCount(2);
  const link = cards.first().getByRole('link', { name: /去办理组织关系转接/ });
  await expect(link).toHaveAttribute('target', '_blank');
  await expect(link).toHaveAttribute('rel', /noopener/);
  // Without an address there is nothing to click.
  await expect(cards.nth(1).getByRole('link')).toHaveCount(0);
  await picture(page, 'cards');
  await chat.last.getByRole('button', { name: '介绍信有效期多久？' }).click();
  await expect(chat.last.locator('.question-words')).toHaveText('介绍信有效期多久？');
  await chat.settled();
});

test('a follow-up shows how it was understood', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.answered('流动党员能投票吗？');
  await chat.answered('那党费交到哪里？');
  await expect(chat.last.locator('.condensed')).toHaveText('理解为：流动党员党费交到哪里？');
  await picture(page, 'condensed');
  await page.reload();
  await expect(chat.last.locator('.condensed')).toHaveText('理解为：流动党员党费交到哪里？');
});

test('questions to begin with come by category', async ({ page }) => {
  const chat = await Chat.open(page);
  await expect(chat.root.getByRole('button', { name: '权利义务' })).toHaveCount(0);
  await chat.button('更多类别').click();
  await chat.root.getByRole('button', { name: '权利义务' }).click();
  await expect(chat.root.locator('.starter')).toHaveText(['预备党员有没有表决权？']);
  await chat.root.getByRole('button', { name: '发展党员' }).click();
  await expect(chat.root.locator('.starter')).toHaveCount(3);
  await chat.root.locator('.starter').first().click();
  await expect(chat.last.locator('.question-words')).toHaveText('预备期从哪天算，最多能延长多久？');
  await chat.settled();
});

/** The mock puts references into these on purpose. */
const REFUSALS: [question: string, words: string][] = [
  ['张三是不是党员？', '需人工答复'],
  ['我能不能转正？', '需人工答复'],
  ['股票怎么买？', '不在答复范围'],
];

for (const [question, words] of REFUSALS) {
  test(`「${question}」 is refused without references`, async ({ page }) => {
    const chat = await Chat.open(page);
    await chat.answered(question);
    await expect(chat.last.locator('.state')).toContainText(words);
    await expect(chat.last.locator('.reference, button.mark, [data-list]')).toHaveCount(0);
    await expect(chat.last.locator('.label')).toContainText('AI 生成');
    await picture(page, `refusal-${REFUSALS.findIndex(([one]) => one === question)}`);
  });
}

test('somebody in despair gets numbers to call', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.answered('我不想活了');
  await expect(chat.last.getByRole('link', { name: /12356/ })).toHaveAttribute('href', 'tel:12356');
  await expect(chat.last.getByRole('link', { name: /120/ })).toHaveAttribute('href', 'tel:120');
  await expect(chat.last.getByRole('link', { name: /110/ })).toHaveAttribute('href', 'tel:110');
  await expect(chat.last.locator('.reference')).toHaveCount(0);
  await picture(page, 'distress');
});

// Colour is never the only difference.
test('the four states differ in word, icon and colour', async ({ page }) => {
  const chat = await Chat.open(page);
  const seen = new Set<string>();
  for (const question of [
    '流动党员能投票吗？',
    '火锅店在哪？',
    '他们为什么处分我？',
    '停机了吗？',
  ]) {
    await chat.answered(question);
    const state = chat.last.locator('.state');
    seen.add((await state.locator('strong').textContent()) ?? '');
    seen.add(await state.locator('svg').innerHTML());
    seen.add(await state.evaluate((e) => getComputedStyle(e).color));
  }
  expect(seen.size).toBe(12);
  await picture(page, 'unavailable');
});

// All badges but 在效 at once.
test('an older day gives an older version and says so', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.answered('旧规定里要转组织关系吗？');
  await expect(chat.last.locator('.notices')).toContainText('2019 年版');
  await expect(chat.last.locator('.badge', { hasText: '已修改' })).toBeVisible();
  await expect(chat.last.locator('.badge', { hasText: '已废止' })).toBeVisible();
  await picture(page, 'versions');
});

// A violation of the policy would be a console error, which fails every test here.
test('what a model plants does nothing, and no policy is violated', async ({ page }) => {
  const chat = await Chat.open(page);
  await chat.answered('脚本');
  expect(
    await page.evaluate(() => (window as unknown as { hacked?: number }).hacked),
  ).toBeUndefined();
  const text = chat.last.locator('.text');
  await expect(text).toContainText('<img src=x onerror');
  await expect(text.locator('img, script')).toHaveCount(0);
  await expect(text.locator('a')).toHaveCount(1);
  // Both marks with a citation, not the one without.
  await expect(text.locator('button.mark')).toHaveText(['1', '1']);
});

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { Chat, COVERED, expect, test, UNCOVERED } from './chat';

/** The checker's own script, read from disk: nothing is fetched. */
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Serious and critical findings of axe, through shadow roots, by rule and place. */
async function findings(page: Page): Promise<string[]> {
  // Evaluated through the debugger, so that a strict policy of the page doesn't stop it.
  await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(async () => {
    interface Finding {
      id: string;
      impact: string;
      nodes: { target: unknown[]; failureSummary: string }[];
    }
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: Finding[] }> };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${JSON.stringify(node.target)} ${node.failureSummary}`),
      );
  });
}

// Each stage on its own: a layer that opens can hide what was wrong before.
test('greeting, answers, feedback, citation, drawer and 大字 are accessible', async ({ page }) => {
  const chat = await Chat.open(page);
  expect(await findings(page)).toEqual([]);
  await chat.answered(UNCOVERED);
  await chat.answered(COVERED);
  expect(await findings(page)).toEqual([]);
  await chat.last.locator('.useless').click();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await chat.last.locator('button.mark').first().click();
  await page.waitForTimeout(250);
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await chat.openDrawer();
  await expect(chat.drawer.locator('.talk')).toHaveCount(1);
  await chat.drawer.locator('.talk-more').click();
  await page.waitForTimeout(250);
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await chat.button('大字').click();
  expect(await findings(page)).toEqual([]);
});

// List and regulation page; the pages of articles share their template.
test('the reader is accessible', async ({ page }) => {
  await page.goto('/regulations');
  expect(await findings(page)).toEqual([]);
  await page.locator('main a[href^="/regulations/"]').first().click();
  await page.waitForLoadState();
  expect(await findings(page)).toEqual([]);
});

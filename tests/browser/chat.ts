// What all specs share: a page that must keep a clean console, and the handles of the widget.

import { test as base, expect, type Locator, type Page } from '@playwright/test';

export { expect };

/** Question whose answer the demonstration knowledge holds. */
export const COVERED = '流动党员没有转组织关系，能在流入地投票吗？';
/** Question that no regulation covers. */
export const UNCOVERED = '附近哪里有好吃的火锅店？';

/** `page`, plus a list of what its console complained about; a test fails at its end if there is anything. */
export const test = base.extend<{ complaints: string[] }>({
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await use(complaints);
      expect(complaints, 'console errors').toEqual([]);
    },
    { auto: true },
  ],
});

/** The widget on a page. Locators look through the open shadow root. */
export class Chat {
  readonly root: Locator;
  readonly launcher: Locator;
  readonly panel: Locator;
  readonly field: Locator;
  readonly sheet: Locator;

  /** Takes the page; nothing is looked up until it is used. */
  constructor(readonly page: Page) {
    this.root = page.locator('party-assistant');
    this.launcher = this.root.locator('.launcher');
    this.panel = this.root.locator('.panel');
    this.field = this.root.locator('textarea');
    this.sheet = this.root.locator('.sheet');
  }

  /** The newest question with its answer. */
  get last(): Locator {
    return this.root.locator('.exchange').last();
  }

  /** Opens by the launcher; at a desk the cursor then stands in the field. */
  async open(): Promise<void> {
    await this.launcher.click();
    await expect(this.field).toBeFocused();
  }

  /** Types a question and sends it by Enter. */
  async ask(question: string): Promise<void> {
    await this.field.fill(question);
    await this.field.press('Enter');
    await expect(this.last.locator('.question-words')).toHaveText(question);
  }

  /** Waits for the end of the answer. */
  async settled(): Promise<void> {
    await expect(this.last).toHaveAttribute('data-phase', /^(done|failed|stopped)$/, {
      timeout: 20_000,
    });
  }
}

/** Saves a picture for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  // The entrance of panel and sheet takes 160 ms.
  await page.waitForTimeout(250);
  await page.screenshot({ path: `screenshots/${name}.png` });
}

/** Text without white space, for comparing wording across layouts. */
export function bare(text: string | null): string {
  return (text ?? '').replace(/\s/g, '');
}

// What the specs of the panel share: a page that must keep a clean console, and the handles of the panel.

import { test as base, expect, type Locator, type Page } from '@playwright/test';

export { expect };

/** Question whose answer the demonstration knowledge holds. */
export const COVERED = '流动党员没有转组织关系，能在流入地投票吗？';
/** Question that no regulation covers. */
export const UNCOVERED = '附近哪里有好吃的火锅店？';
/** The panel by itself, on the channel of the server's own pages. */
export const FRAME = '/widget/frame?channel=site';

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

/** Where locators look: a page, or a frame in it. */
type Scope = Pick<Page, 'locator'>;

/** The panel. */
export class Chat {
  readonly root: Locator;
  readonly panel: Locator;
  readonly field: Locator;
  readonly sheet: Locator;
  readonly drawer: Locator;

  /** Takes the page or frame; nothing is looked up until it is used. */
  constructor(scope: Scope) {
    this.root = scope.locator('pa-panel');
    this.panel = this.root.locator('.panel');
    this.field = this.root.locator('.composer textarea');
    this.sheet = this.root.locator('.sheet');
    this.drawer = this.root.locator('pa-drawer');
  }

  /** The panel in a tab of its own, ready to be asked. */
  static async open(page: Page): Promise<Chat> {
    await page.goto(FRAME);
    const chat = new Chat(page);
    await expect(chat.root.locator('.starter').first()).toBeVisible();
    return chat;
  }

  /** All questions with their answers. */
  get exchanges(): Locator {
    return this.root.locator('.exchange');
  }

  /** The newest of them. */
  get last(): Locator {
    return this.exchanges.last();
  }

  /** What the newest answer's text is made of, without Lit's own comments. */
  async text(): Promise<string> {
    return (await this.last.locator('.text').innerHTML()).replace(/<!--.*?-->/g, '');
  }

  /** A button by its words. */
  button(name: string): Locator {
    return this.root.getByRole('button', { name, exact: true });
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
      timeout: 25_000,
    });
  }

  /** Asks and waits for the end of the answer. */
  async answered(question: string): Promise<void> {
    await this.ask(question);
    await this.settled();
  }

  /** Opens the drawer of conversations. */
  async openDrawer(): Promise<void> {
    await this.button('我的对话').click();
    await expect(this.root.locator('.drawer-close')).toBeFocused();
  }
}

/** Saves a picture for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  // The entrance of sheet and drawer takes 160 ms.
  await page.waitForTimeout(250);
  await page.screenshot({ path: `screenshots/${name}.png` });
}

/** Text without white space, for comparing wording across layouts. */
export function bare(text: string | null): string {
  return (text ?? '').replace(/\s/g, '');
}

// One assistant on one page: asks for admission, shows launcher and panel, carries words between page and panel.

import type { FromPanel, SignedUser, ToPanel } from '../messages';
import type { Listeners } from './events';
import { Grants, Refusal, type Trouble } from './grant';
import { Line } from './line';
import type { Options } from './options';
import { SMALL, Stillness } from './screen';
import { View } from './view';

/** The channel of the server's own pages: they need no grant. */
const SITE = 'site';
/** Milliseconds after which a panel that hasn't come counts as failed. */
const PATIENCE = 12_000;

/** See the file's head. */
export class Assistant {
  private readonly view: View;
  private readonly line = new Line((message) => this.hear(message));
  private readonly grants: Grants;
  private readonly stillness = new Stillness();
  private readonly small = matchMedia(SMALL);
  /** Undoes what was done to the page. */
  private readonly undo: (() => void)[] = [];
  private shown = false;
  private opened = false;
  private gone = false;
  /** To be opened as soon as the page is admitted. */
  private wanted = false;
  private unread = 0;
  private user: SignedUser | null = null;
  private context = '';
  private timer = 0;
  /** Where the keyboard was before the panel opened. */
  private origin: HTMLElement | null = null;
  /** What was said on the console: each trouble once. */
  private readonly said = new Set<string>();

  /** Takes the server's origin and who listens. Nothing happens before `start`. */
  constructor(
    private readonly options: Options,
    private readonly server: string,
    private readonly listeners: Listeners,
  ) {
    this.grants = new Grants(server, options.channel);
    this.view = new View(options, server, {
      open: () => this.open(),
      close: () => this.close(),
      again: () => this.load(),
      loaded: (frame) => this.greet(frame),
    });
  }

  /** Whether the panel is open. */
  get isOpen(): boolean {
    return this.opened;
  }

  /** Asks for admission and shows the launcher; turned away, the page stays as if we had never come. */
  async start(): Promise<void> {
    this.listen(document, 'securitypolicyviolation', (event: SecurityPolicyViolationEvent) =>
      this.blocked(event),
    );
    try {
      if (this.options.channel !== SITE || this.server !== location.origin) {
        await this.grants.admit((trouble) => this.complain(trouble));
      }
      await bodyIsThere();
    } catch (error) {
      if (this.gone) return;
      if (!(error instanceof Refusal)) throw error;
      this.complain(error.trouble);
      return;
    }
    if (this.gone) return;
    this.view.mount();
    this.shown = true;
    this.listen(document, 'click', (event: MouseEvent) => this.clicked(event));
    this.listen(document, 'keydown', (event: KeyboardEvent) => {
      const inUse = event.defaultPrevented || event.isComposing;
      if (event.key === 'Escape' && this.opened && !inUse) this.close();
    });
    // `addListener`: iOS 13 knows no events on media queries.
    const fit = () => this.fit();
    this.small.addListener(fit);
    this.undo.push(() => this.small.removeListener(fit));
    const { visualViewport } = window;
    if (visualViewport) {
      this.listen(visualViewport, 'resize', fit);
      this.listen(visualViewport, 'scroll', fit);
    }
    this.listeners.emit('ready', {});
    if (this.wanted) this.open();
  }

  /** Opens the panel, or notes to do so. An open one gets the keyboard. */
  open(): void {
    this.wanted = true;
    if (!this.shown) return;
    const active = document.activeElement;
    if (!this.opened || active !== this.view.host) {
      this.origin = active instanceof HTMLElement && active !== document.body ? active : null;
    }
    if (this.opened) {
      this.view.focus();
      return;
    }
    this.opened = true;
    this.view.open();
    this.expect();
    this.fit();
    this.line.send({ type: 'opened' });
    this.setUnread(0);
    this.listeners.emit('open', {});
  }

  /** Closes the panel; what is being answered goes on. */
  close(): void {
    this.wanted = false;
    if (!this.opened) return;
    this.opened = false;
    clearTimeout(this.timer);
    const hadFocus = this.view.focused;
    this.view.close();
    this.fit();
    this.line.send({ type: 'closed' });
    // Whoever is already elsewhere on the page is left there.
    if (hadFocus) this.giveFocusBack();
    this.listeners.emit('close', {});
  }

  /** Opens and asks. `asOf`: the day whose rules are asked about, `YYYY-MM-DD`. */
  ask(question: string, asOf?: string): void {
    const message: ToPanel = { type: 'ask', question };
    if (asOf !== undefined) message.asOf = asOf;
    this.line.sendOrKeep(message);
    this.open();
  }

  /** Says who the page's user is, or that there is none. */
  setUser(user: SignedUser | null): void {
    this.user = user;
    this.line.send({ type: 'user', user });
  }

  /** Offers words to the panel's field; they are never sent by themselves. */
  setContext(context: string): void {
    this.context = context;
    this.line.send({ type: 'context', context });
  }

  /** Begins a new conversation. */
  reset(): void {
    this.line.sendOrKeep({ type: 'reset' });
  }

  /** Takes everything off the page. */
  destroy(): void {
    this.gone = true;
    this.opened = false;
    this.shown = false;
    clearTimeout(this.timer);
    this.grants.destroy();
    this.line.close();
    this.stillness.hold(false);
    for (const undo of this.undo.splice(0)) undo();
    this.view.destroy();
  }

  /** Tells the page's listeners, and the console once. */
  complain(trouble: Trouble): void {
    if (!this.said.has(trouble.code)) {
      this.said.add(trouble.code);
      console.warn(`党务通：${trouble.message}（${trouble.code}）`);
    }
    this.listeners.emit('error', trouble);
  }

  /** Something loaded in the frame: if it is the panel, it will answer. */
  private greet(frame: HTMLIFrameElement): void {
    const { title, greeting, questions, elder } = this.options;
    const first: ToPanel[] = [{ type: 'options', title, greeting, questions, elder }];
    if (this.user) first.push({ type: 'user', user: this.user });
    if (this.context) first.push({ type: 'context', context: this.context });
    first.push({ type: this.opened ? 'opened' : 'closed' });
    this.line.connect(frame, this.server, first);
  }

  /** The panel's words. It is our own server's page, yet a wrong message must not break the host's. */
  private hear(message: FromPanel): void {
    switch (message.type) {
      case 'ready':
        clearTimeout(this.timer);
        this.view.setHere();
        this.fit();
        break;
      case 'need-grant':
        void this.giveGrant();
        break;
      case 'close':
        this.close();
        break;
      case 'unread':
        this.setUnread(this.opened ? 0 : Math.max(0, Math.trunc(Number(message.count)) || 0));
        break;
      case 'message':
      case 'citation': {
        const { type, ...detail } = message;
        this.listeners.emit(type, detail as never);
        break;
      }
      case 'error':
        // The panel shows it itself; the console is spared.
        this.listeners.emit('error', { code: message.code, message: message.message });
        break;
    }
  }

  /** A grant, or the reason why there is none, to the panel. */
  private async giveGrant(): Promise<void> {
    try {
      const grant = await this.grants.take();
      if (!this.gone) this.line.send({ type: 'grant', grant });
    } catch (error) {
      if (this.gone || !(error instanceof Refusal)) return;
      this.line.send({ type: 'grant', error: error.trouble });
      this.complain(error.trouble);
    }
  }

  /** Loads the panel again, with the same patience. */
  private load(): void {
    this.line.close();
    this.view.load();
    this.view.focus();
    this.expect();
  }

  /** Gives the panel its time; the box has a way out meanwhile. */
  private expect(): void {
    clearTimeout(this.timer);
    if (this.view.here) return;
    this.timer = window.setTimeout(
      () => this.failed({ code: 'LOADER-FRAME', message: '党务通没有打开，请检查网络后重试。' }),
      PATIENCE,
    );
  }

  /** The panel doesn't come. */
  private failed(trouble: Trouble): void {
    clearTimeout(this.timer);
    this.view.setWaiting(trouble.message, true);
    this.complain(trouble);
  }

  /** The page's own policy keeps us out: whoever runs it can mend that if told what is missing. */
  private blocked(event: SecurityPolicyViolationEvent): void {
    if (event.disposition === 'report' || !event.blockedURI.startsWith(this.server)) return;
    const directive = event.effectiveDirective;
    const message = `本网页的内容安全策略没有放行党务通，请在 ${directive} 中加入 ${this.server}。`;
    const trouble = { code: 'LOADER-CSP', message };
    if (/^(frame|child)-src$/.test(directive) && this.opened) this.failed(trouble);
    else this.complain(trouble);
  }

  /** Elements of the page that ask: `data-ask="question"`, or without a value their own words. */
  private clicked(event: MouseEvent): void {
    const target = event.composedPath()[0];
    const asker = target instanceof Element ? target.closest('[data-ask]') : null;
    if (!asker || event.defaultPrevented) return;
    const question = asker.getAttribute('data-ask')?.trim() || asker.textContent?.trim();
    if (!question) return;
    // A link stays a link for those to whom we are not shown.
    event.preventDefault();
    this.ask(question);
  }

  /** Where the keyboard was, if that is still there; else the launcher. */
  private giveFocusBack(): void {
    const { origin } = this;
    if (origin?.isConnected && origin !== this.view.host) origin.focus();
    else this.view.focusLauncher();
  }

  /** Full screen where the screen is small. */
  private fit(): void {
    const full = this.opened && this.small.matches;
    this.stillness.hold(full);
    this.view.setModal(full);
    const { visualViewport } = window;
    // Somebody who zooms in wants to see more of it, not less.
    const fits = full && visualViewport && visualViewport.scale <= 1.01;
    this.view.fit(fits ? visualViewport : null);
  }

  private setUnread(count: number): void {
    if (count === this.unread) return;
    this.unread = count;
    this.view.setUnread(count);
    this.listeners.emit('unread', { count });
  }

  /** Listens until we are destroyed. */
  private listen<E extends Event>(
    target: EventTarget,
    name: string,
    hear: (event: E) => void,
  ): void {
    target.addEventListener(name, hear as (event: Event) => void);
    this.undo.push(() => target.removeEventListener(name, hear as (event: Event) => void));
  }
}

/** Resolves when the page's body is complete, so that we stand behind it and not before. */
function bodyIsThere(): Promise<void> {
  if (document.readyState !== 'loading') return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener('DOMContentLoaded', () => resolve(), { once: true });
  });
}

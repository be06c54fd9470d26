// The app inside the frame: it holds what is shown, the views draw it, `Conversation` talks to the server.

import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { Announcer } from './announcer';
import { exchangeView } from './answer-view';
import { Api } from './api';
import { Bridge } from './bridge';
import { sheetView } from './citation-sheet';
import { answerText, citationText, copyText } from './clipboard';
import { composerView, isSendable, type Limit } from './composer-view';
import { Conversation } from './conversation';
import type { ToPanel } from './messages';
import './drawer';
import type { DrawerElement, DrawerHost } from './drawer';
import type { Exchange } from './exchange';
import { keepInside } from './focus';
import { icon } from './icons';
import { headView, troubleView, welcomeView } from './panel-views';
import { problemOf } from './problems';
import { keys, recall, remember } from './storage';
import type { Citation, Feedback, Problem, Session, Starter } from './types';

/** Longest text that a host may offer as context, and longest draft that it is added to, in characters. */
const CONTEXT_LIMIT = 200;
/** How long a passing word is shown, milliseconds. */
const TOAST_TIME = 3_000;
/** From so many pixels below the visible part on, a button leads to the end. */
const FAR_FROM_END = 160;

/** The panel, `<pa-panel>`. It draws into the page itself, whose only content it is: `panel.css` serves it. */
export class PanelElement extends LitElement {
  static properties = {
    session: { state: true },
    trouble: { state: true },
    starting: { state: true },
    draft: { state: true },
    day: { state: true },
    choosingDay: { state: true },
    context: { state: true },
    category: { state: true },
    unfolded: { state: true },
    large: { state: true },
    offline: { state: true },
    limit: { state: true },
    sheet: { state: true },
    drawer: { state: true },
    toast: { state: true },
    farFromEnd: { state: true },
  };

  // `declare`, because a real field would hide the accessors that Lit makes.
  declare session: Session | null;
  declare trouble: Problem | null;
  declare starting: boolean;
  declare draft: string;
  declare day: string;
  declare choosingDay: boolean;
  declare context: string;
  declare category: string;
  declare unfolded: boolean;
  declare large: boolean;
  declare offline: boolean;
  declare limit: Limit | null;
  declare sheet: Citation | null;
  declare drawer: boolean;
  declare toast: string;
  declare farFromEnd: boolean;

  private readonly bridge = new Bridge((message) => this.obey(message));
  private readonly api: Api;
  private readonly conversation: Conversation;
  private readonly announcer = new Announcer();
  private options: Extract<ToPanel, { type: 'options' }> = { type: 'options' };
  private ready: Promise<void> = Promise.resolve();
  private opened = true;
  private unread = 0;
  private focusBefore: HTMLElement | null = null;
  private toastTimer: ReturnType<typeof setTimeout> | undefined;
  private limitTimer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.session = null;
    this.trouble = null;
    this.starting = true;
    this.draft = '';
    this.day = '';
    this.choosingDay = false;
    this.context = '';
    this.category = '';
    this.unfolded = false;
    this.large = recall(keys.large) === '1';
    this.offline = navigator.onLine === false;
    this.limit = null;
    this.sheet = null;
    this.drawer = false;
    this.toast = '';
    this.farFromEnd = false;
    this.api = new Api(document.body.dataset.channel || 'site', this.bridge);
    this.conversation = new Conversation(this.api, {
      changed: () => this.requestUpdate(),
      heard: (exchange) => this.announce(exchange),
      ended: (exchange) => this.onEnd(exchange),
      limited: (question, day, problem) => this.onLimit(question, day, problem),
    });
  }

  /** One sheet for the whole page: there is no host page here whose rules could leak in. */
  protected createRenderRoot(): HTMLElement {
    return this;
  }

  /** Listens to network, keyboard and loader, then begins. */
  connectedCallback(): void {
    super.connectedCallback();
    addEventListener('online', this.onLineChange);
    addEventListener('offline', this.onLineChange);
    addEventListener('keydown', this.onKey);
    window.visualViewport?.addEventListener('resize', this.fitKeyboard);
    this.ready = this.bridge.start(this.onConnect).then(() => this.start());
  }

  /** Only tests take the panel away. */
  disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('online', this.onLineChange);
    removeEventListener('offline', this.onLineChange);
    removeEventListener('keydown', this.onKey);
    window.visualViewport?.removeEventListener('resize', this.fitKeyboard);
    clearInterval(this.limitTimer);
    clearTimeout(this.toastTimer);
  }

  render() {
    const { conversation, sheet, drawer } = this;
    const { exchanges } = conversation;
    const covered = sheet !== null || drawer;
    return html`
      <main class="panel ${this.large ? 'large' : ''}" aria-labelledby="panel-title" tabindex="-1">
        <div class="under" ?inert=${covered} aria-hidden=${covered ? 'true' : 'false'}>
          ${headView({
            title: this.heading,
            large: this.large,
            begun: exchanges.length > 0,
            closable: this.bridge.connected,
            openDrawer: () => this.openDrawer(),
            toggleLarge: () => this.toggleLarge(),
            startAnew: () => this.startAnew(),
            close: () => this.bridge.send({ type: 'close' }),
          })}
          <div class="log" role="log" aria-live="off" aria-label="对话" tabindex="0" @scroll=${this.onScroll}>
            ${this.trouble ? troubleView(this.trouble, () => this.startAgain()) : nothing}
            ${exchanges.length === 0 ? this.emptyView() : nothing}
            ${exchanges.map((exchange, at) => exchangeView(exchange, this.actions, at === exchanges.length - 1))}
          </div>
          ${composerView({
            above: this.farFromEnd
              ? html`<button type="button" class="to-end" aria-label="到最新内容" @click=${this.toEnd}>${icon('arrow')}</button>`
              : nothing,
            draft: this.draft,
            running: conversation.running !== undefined,
            offline: this.offline,
            limit: this.limit,
            context: this.context,
            day: this.day,
            choosingDay: this.choosingDay,
            setDraft: (text) => {
              this.draft = text;
            },
            setDay: (day) => this.setDay(day),
            toggleDay: () => {
              this.choosingDay = !this.choosingDay;
            },
            takeContext: () => this.takeContext(),
            dropContext: () => {
              this.context = '';
            },
            send: () => this.send(),
            stop: () => void conversation.stop(),
          })}
        </div>
        ${drawer ? this.drawerView() : nothing}
        ${
          sheet
            ? sheetView(sheet, {
                close: () => {
                  this.sheet = null;
                },
                copy: (citation) => this.copy(citationText(citation)),
              })
            : nothing
        }
        <p class="toast ${this.toast ? 'visible' : ''}" role="status">${this.toast}</p>
        <div class="sr spoken" aria-live="polite" aria-relevant="additions"></div>
      </main>
    `;
  }

  /** What an exchange can ask for. */
  private readonly actions = {
    openCitation: (citation: Citation) => this.openSheet(citation),
    retry: (exchange: Exchange) => this.conversation.retry(exchange),
    copy: (exchange: Exchange) => this.copy(answerText(exchange)),
    ask: (question: string) => void this.submit(question),
    feedback: (exchange: Exchange, said: Feedback) => void this.judge(exchange, said),
  };

  /** The host's title, else the channel's. */
  private get heading(): string {
    return this.options.title || this.session?.title || '党务通';
  }

  /** Greeting and questions, or a word while the last conversation is being read. */
  private emptyView() {
    if (this.starting && recall(keys.conversation(this.api.channel)))
      return html`<p class="empty" role="status">正在读取上次的对话…</p>`;
    const { questions } = this.options;
    const own: Starter[] = questions?.length
      ? [{ category: 'host', label: '常问', questions: questions.slice(0, 6) }]
      : [];
    return welcomeView({
      greeting: this.options.greeting || this.session?.greeting,
      starters: [...own, ...(this.session?.starters ?? [])],
      category: this.category,
      unfolded: this.unfolded,
      unfold: () => void this.unfold(),
      choose: (category) => {
        this.category = category;
      },
      ask: (question) => void this.submit(question),
    });
  }

  /** Shows all categories; the button that was pressed is gone, so the first new one takes the focus. */
  private async unfold(): Promise<void> {
    const before = this.querySelectorAll('.category').length - 1;
    this.unfolded = true;
    await this.updateComplete;
    this.querySelectorAll<HTMLElement>('.category')[before]?.focus();
  }

  /** The drawer; its element is made anew each time, so that the list is fresh. */
  private drawerView() {
    return html`
      <div class="shade" @click=${() => this.closeDrawer()}></div>
      <pa-drawer class="drawer" role="dialog" aria-modal="true" aria-labelledby="drawer-title"
        .api=${this.api} .host=${this.drawerHost} .current=${this.conversation.id}></pa-drawer>
    `;
  }

  private readonly drawerHost: DrawerHost = {
    open: (id) => void this.openConversation(id),
    startAnew: () => {
      this.drawer = false;
      this.startAnew();
    },
    close: () => this.closeDrawer(),
    removed: (id) => {
      if (id === this.conversation.id) this.conversation.startAnew();
    },
    tell: (words) => this.tell(words),
  };

  /** Begins a session and shows the last conversation. */
  private async start(): Promise<void> {
    this.starting = true;
    this.trouble = null;
    try {
      this.session = await this.api.begin();
      document.title = this.heading;
      await this.conversation.reopen();
      await this.updateComplete;
      this.scrollToNewest();
    } catch (error) {
      this.fail(problemOf(error));
    } finally {
      this.starting = false;
    }
    if (!this.bridge.connected) this.takeFocus();
  }

  private startAgain(): void {
    this.ready = this.start();
  }

  private fail(problem: Problem): void {
    this.trouble = problem;
    this.bridge.send({
      type: 'error',
      code: problem.code,
      message: problem.detail ?? problem.title,
    });
  }

  /** The loader has introduced itself; if it came late, what failed without it is tried again. */
  private readonly onConnect = (): void => {
    this.bridge.send({ type: 'ready' });
    this.requestUpdate();
    if (this.trouble) this.startAgain();
  };

  /** Does what the loader says. */
  private obey(message: ToPanel): void {
    switch (message.type) {
      case 'options':
        this.options = message;
        // The person's own choice stands above the page's.
        if (recall(keys.large) === null) this.large = message.elder === true;
        this.requestUpdate();
        break;
      case 'opened':
        this.opened = true;
        this.setUnread(0);
        this.takeFocus();
        break;
      case 'closed':
        this.opened = false;
        break;
      case 'ask':
        this.sheet = null;
        this.drawer = false;
        if (isSendable(message.question)) void this.submit(message.question, message.asOf ?? '');
        else this.draft = message.question;
        break;
      case 'user':
        this.becomeUser(message.user);
        break;
      case 'context':
        this.context = String(message.context ?? '')
          .trim()
          .slice(0, CONTEXT_LIMIT);
        break;
      case 'reset':
        this.startAnew();
        break;
    }
  }

  /** Another person: a new session, and nothing of the one before stays on the screen. */
  private becomeUser(user: Api['user']): void {
    this.api.user = user;
    this.api.end();
    this.sheet = null;
    this.drawer = false;
    this.conversation.startAnew();
    this.startAgain();
  }

  /** Sends the draft. Without a network, or while the server wants a pause, it stays in the field. */
  private send(): void {
    if (!isSendable(this.draft) || this.offline || this.limit) return;
    const question = this.draft.trim();
    this.draft = '';
    void this.submit(question);
  }

  /** Asks; `day` is ISO, or empty for today. */
  private async submit(question: string, day = this.day): Promise<void> {
    if (this.limit || this.offline) {
      this.draft = question;
      return;
    }
    await this.ready;
    this.choosingDay = false;
    this.trouble = null;
    this.clearSpoken();
    const answered = this.conversation.ask(question.trim(), day);
    await this.updateComplete;
    this.scrollToNewest();
    this.takeFocus();
    await answered;
  }

  /** Tells the world that an exchange is over. */
  private onEnd(exchange: Exchange): void {
    this.announce(exchange);
    const { id, turnId, question, phase, state, problem } = exchange;
    const how = phase === 'done' ? (state ?? 'failed') : phase === 'stopped' ? 'stopped' : 'failed';
    this.bridge.send({ type: 'message', id: turnId ?? id, question, state: how });
    if (problem)
      this.bridge.send({
        type: 'error',
        code: problem.code,
        message: problem.detail ?? problem.title,
      });
    if (!this.opened) this.setUnread(this.unread + 1);
  }

  private setUnread(count: number): void {
    if (count === this.unread) return;
    this.unread = count;
    this.bridge.send({ type: 'unread', count });
  }

  /** The question goes back into the field, and the seconds run. */
  private onLimit(question: string, day: string, problem: Problem): void {
    if (!this.draft.trim()) this.draft = question;
    if (day) this.day = day;
    const seconds = problem.retryAfter ?? 10;
    const end = Date.now() + seconds * 1000;
    this.limit = { words: problem.detail ?? problem.title, left: seconds };
    this.bridge.send({ type: 'error', code: problem.code, message: this.limit.words });
    clearInterval(this.limitTimer);
    this.limitTimer = setInterval(() => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left <= 0) clearInterval(this.limitTimer);
      this.limit = left > 0 && this.limit ? { ...this.limit, left } : null;
    }, 500);
  }

  /** Shows a conversation of the drawer. */
  private async openConversation(id: string): Promise<void> {
    try {
      await this.conversation.open(id);
      this.trouble = null;
      this.closeDrawer();
      await this.updateComplete;
      this.scrollToNewest();
    } catch (error) {
      const { title, detail } = problemOf(error);
      this.tell(detail ?? title);
    }
  }

  /** An empty log; the old conversation is kept by the server. */
  private startAnew(): void {
    this.conversation.startAnew();
    this.trouble = null;
    this.sheet = null;
    this.drawer = false;
    this.takeFocus();
  }

  private async judge(exchange: Exchange, said: Feedback): Promise<void> {
    try {
      await this.conversation.feedback(exchange, said);
    } catch (error) {
      const { title, detail } = problemOf(error);
      this.tell(`评价没有记录：${detail ?? title}`);
    }
  }

  /** Applies to all following questions until it is taken back; an emptied field means today. */
  private setDay(day: string): void {
    this.day = day;
    if (day === '') this.choosingDay = false;
  }

  private takeContext(): void {
    this.draft = [this.draft.trim(), this.context].filter(Boolean).join(' ');
    this.context = '';
    this.field?.focus();
  }

  private toggleLarge(): void {
    this.large = !this.large;
    remember(keys.large, this.large ? '1' : '0');
  }

  /** Opens the sheet and remembers the mark or row that it was opened from. */
  private openSheet(citation: Citation): void {
    this.focusBefore = document.activeElement as HTMLElement | null;
    this.sheet = citation;
    const { n, title, label, url } = citation;
    this.bridge.send({ type: 'citation', n, title, label, url });
  }

  private openDrawer(): void {
    this.focusBefore = document.activeElement as HTMLElement | null;
    this.drawer = true;
  }

  private closeDrawer(): void {
    this.drawer = false;
  }

  /** After each drawing: sheet and drawer take the focus when they open and give it back when they close. */
  protected updated(changed: PropertyValues): void {
    for (const [name, first] of [
      ['sheet', '.sheet-close'],
      ['drawer', '.drawer-close'],
    ]) {
      if (!changed.has(name)) continue;
      if (this[name as 'sheet' | 'drawer']) void this.focusIn(first);
      else if (changed.get(name) && this.focusBefore?.isConnected) this.focusBefore.focus();
    }
    this.onScroll();
  }

  /** The drawer draws itself a moment later than the panel. */
  private async focusIn(selector: string): Promise<void> {
    await this.querySelector<DrawerElement>('pa-drawer')?.updateComplete;
    this.querySelector<HTMLElement>(selector)?.focus();
  }

  /** Copies and says whether it worked. */
  private async copy(text: string): Promise<void> {
    this.tell((await copyText(text)) ? '已复制，含出处' : '浏览器不允许复制，请长按选取文字');
  }

  /** Shows a passing word. */
  private tell(words: string): void {
    clearTimeout(this.toastTimer);
    this.toast = words;
    this.toastTimer = setTimeout(() => {
      this.toast = '';
    }, TOAST_TIME);
  }

  /** Lets screen readers hear what is new of an exchange. */
  private announce(exchange: Exchange): void {
    const words = this.announcer.next(exchange);
    if (!words) return;
    const line = document.createElement('p');
    line.textContent = words;
    this.querySelector('.spoken')?.append(line);
  }

  private clearSpoken(): void {
    const box = this.querySelector('.spoken');
    if (box) box.textContent = '';
  }

  /** Escape closes what is on top: a line of the drawer, the sheet, the drawer, at last the panel. */
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.isComposing) {
      if (this.sheet) this.sheet = null;
      else if (this.drawer) {
        if (!this.querySelector<DrawerElement>('pa-drawer')?.retreat()) this.closeDrawer();
      } else this.bridge.send({ type: 'close' });
      return;
    }
    const top = this.sheet ? '.sheet' : this.drawer ? '.drawer' : '.panel';
    // Alone in a tab, Tab may leave the page as everywhere else.
    if (top === '.panel' && !this.bridge.connected) return;
    const box = this.querySelector(top);
    if (box) keepInside(event, box, document.activeElement);
  };

  /** The browser noticed that the network came or went. */
  private readonly onLineChange = (): void => {
    this.offline = navigator.onLine === false;
    if (!this.offline && this.trouble && this.trouble.status === undefined) this.startAgain();
  };

  /** On phones the keyboard covers the lower part on some systems: the panel takes the height that is really visible. */
  private readonly fitKeyboard = (): void => {
    const height = window.visualViewport?.height;
    if (height) this.style.setProperty('--pa-visible', `${Math.round(height)}px`);
  };

  private readonly onScroll = (): void => {
    const log = this.querySelector('.log');
    if (log) this.farFromEnd = log.scrollHeight - log.clientHeight - log.scrollTop > FAR_FROM_END;
  };

  private readonly toEnd = (): void => {
    const log = this.querySelector('.log');
    if (log) log.scrollTop = log.scrollHeight;
  };

  /** The cursor goes into the field, except by touch: there the keyboard would come up and hide half of the panel. */
  private takeFocus(): void {
    if (this.sheet || this.drawer) return;
    if (matchMedia('(pointer: coarse)').matches) this.querySelector<HTMLElement>('.panel')?.focus();
    else this.field?.focus();
  }

  /** The field for the question. */
  private get field(): HTMLTextAreaElement | null {
    return this.querySelector('.composer textarea');
  }

  /** Brings the newest question to the top of the log: the answer is then read from its beginning. */
  private scrollToNewest(): void {
    const log = this.querySelector('.log');
    const last = log?.querySelector<HTMLElement>('.exchange:last-of-type');
    if (log && last) log.scrollTop = last.offsetTop - 12;
  }
}

customElements.define('pa-panel', PanelElement);

// The web component: it holds the state, the views draw it.

import { html, LitElement, nothing, type PropertyValues, supportsAdoptingStyleSheets } from 'lit';
import { exchangeView } from './answer-view';
import { sheetView } from './citation-sheet';
import { answerText, citationText, copyText } from './clipboard';
import { composerView, isSendable } from './composer-view';
import { type Config, readConfig } from './config';
import { apply, begin, type Exchange, isRunning, stopped } from './exchange';
import { keepInside } from './focus';
import { loadHistory, loadLarge, saveHistory, saveLarge } from './history';
import { icon } from './icons';
import { ask } from './sse';
import { styles } from './styles';
import type { Citation } from './types';

/** What other scripts on the page can hear. */
export type WidgetEvent = 'open' | 'close' | 'question' | 'answer' | 'error' | 'citation';

/** The chat widget, `<party-assistant>`. */
export class PartyAssistantElement extends LitElement {
  static styles = styles;

  static properties = {
    config: { attribute: false },
    shown: { state: true },
    exchanges: { state: true },
    draft: { state: true },
    day: { state: true },
    choosingDay: { state: true },
    large: { state: true },
    offline: { state: true },
    sheet: { state: true },
    toast: { state: true },
  };

  // `declare`, because a real field would hide the accessors that Lit makes.
  declare config: Config;
  declare shown: boolean;
  declare exchanges: Exchange[];
  declare draft: string;
  declare day: string;
  declare choosingDay: boolean;
  declare large: boolean;
  declare offline: boolean;
  declare sheet: Citation | null;
  declare toast: string;

  /** Told of every `WidgetEvent`. */
  listener: (event: WidgetEvent, detail: unknown) => void = () => {};

  private abort: AbortController | null = null;
  private cameFrom: Element | null = null;
  private markBefore: HTMLElement | null = null;
  private toastTimer: ReturnType<typeof setTimeout> | undefined;
  private counter = 0;

  /** State starts from what this tab remembers; the settings come from `main.ts` right after. */
  constructor() {
    super();
    this.config = readConfig(null);
    this.shown = false;
    this.exchanges = loadHistory();
    this.draft = '';
    this.day = '';
    this.choosingDay = false;
    this.large = loadLarge();
    this.offline = navigator.onLine === false;
    this.sheet = null;
    this.toast = '';
  }

  /** Listens to the network and, on phones, to the keyboard. */
  connectedCallback(): void {
    super.connectedCallback();
    addEventListener('online', this.onLineChange);
    addEventListener('offline', this.onLineChange);
    window.visualViewport?.addEventListener('resize', this.fitKeyboard);
  }

  /** The page took the element away: an answer on its way ends, and nothing listens on. */
  disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
    removeEventListener('online', this.onLineChange);
    removeEventListener('offline', this.onLineChange);
    window.visualViewport?.removeEventListener('resize', this.fitKeyboard);
  }

  /** Opens the panel and puts the cursor into the field. */
  async open(): Promise<void> {
    if (this.shown) return;
    this.cameFrom = document.activeElement;
    this.shown = true;
    this.listener('open', undefined);
    await this.updateComplete;
    this.fitKeyboard();
    this.scrollToEnd();
    this.takeFocus();
  }

  /** Closes the panel; the focus goes back to where it came from. */
  async close(): Promise<void> {
    if (!this.shown) return;
    this.sheet = null;
    this.shown = false;
    this.listener('close', undefined);
    await this.updateComplete;
    const back = this.cameFrom;
    if (back instanceof HTMLElement && back !== document.body && back !== this && back.isConnected)
      back.focus();
    else this.renderRoot.querySelector<HTMLElement>('.launcher')?.focus();
  }

  /** Opens the panel and asks. A question that is still being answered is stopped first. */
  async openWithQuery(question: string): Promise<void> {
    await this.open();
    this.sheet = null;
    this.stop();
    if (isSendable(question)) await this.submit(question.trim(), this.day);
    else this.draft = question;
  }

  /** Stops the answer that is on its way. */
  stop(): void {
    this.abort?.abort();
    this.abort = null;
    if (this.exchanges.some(isRunning)) {
      this.exchanges = this.exchanges.map(stopped);
      saveHistory(this.exchanges);
    }
  }

  /**
   * Browsers without constructable style sheets (Safari before 16.4) get them as a linked file: Lit would write them
   * into a `<style>`, which a strict style-src of the page blocks.
   */
  protected createRenderRoot(): HTMLElement | DocumentFragment {
    if (supportsAdoptingStyleSheets || !this.config.styleSheet) return super.createRenderRoot();
    const root = this.attachShadow({ mode: 'open' });
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = this.config.styleSheet;
    root.append(link);
    // The content goes before it, where Lit would also have its own sheets.
    this.renderOptions.renderBefore = link;
    return root;
  }

  /** After each drawing: an opened or closed sheet moves the focus, which needs the new elements. */
  protected updated(changed: PropertyValues): void {
    if (changed.has('sheet'))
      this.moveFocusForSheet(changed.get('sheet') as Citation | null | undefined);
  }

  /** Either the launcher or the panel; only one of them is there, so Tab never meets a hidden control. */
  render() {
    const { config, shown, large } = this;
    return html`
      <div class="root ${large ? 'large' : ''} side-${config.side}" lang="zh-CN">
        ${
          shown
            ? this.panel()
            : html`<button type="button" class="launcher" aria-haspopup="dialog" aria-label="打开${config.title}，提问党务问题" @click=${() => this.open()}>
                ${icon('book')}<span>${config.title}</span>
              </button>`
        }
      </div>
    `;
  }

  /**
   * The open panel. What lies under an open sheet is inert and hidden from screen readers, so that neither Tab nor
   * a reading cursor wanders behind it.
   */
  private panel() {
    const { config, sheet } = this;
    const running = this.exchanges.some(isRunning);
    return html`
      <div class="panel" tabindex="-1" role="dialog" aria-modal="true" aria-labelledby="panel-title" @keydown=${this.onPanelKey}>
        <div class="under" ?inert=${sheet !== null} aria-hidden=${sheet ? 'true' : 'false'}>
          <header class="head">
            <span class="emblem">${icon('book')}</span>
            <h2 id="panel-title">${config.title}<span class="ai">AI 生成，仅供参考</span></h2>
            <button type="button" class="tool words" aria-pressed=${this.large ? 'true' : 'false'} @click=${this.toggleLarge}>大字</button>
            <button type="button" class="tool words" ?disabled=${this.exchanges.length === 0} @click=${this.startAnew}>新对话</button>
            <button type="button" class="tool" aria-label="关闭" @click=${() => this.close()}>${icon('close')}</button>
          </header>
          <div class="log" role="log" aria-live="polite" aria-label="对话" tabindex="0">
            ${this.exchanges.length === 0 ? this.welcome() : nothing}
            ${this.exchanges.map((exchange) =>
              exchangeView(exchange, {
                base: config.base,
                openCitation: (citation) => this.openSheet(citation),
                retry: (again) => this.retry(again),
                copy: (done) => this.copy(answerText(done)),
              }),
            )}
          </div>
          ${composerView({
            draft: this.draft,
            running,
            offline: this.offline,
            day: this.day,
            choosingDay: this.choosingDay,
            setDraft: (text) => {
              this.draft = text;
            },
            setDay: (day) => this.setDay(day),
            toggleDay: () => {
              this.choosingDay = !this.choosingDay;
            },
            send: () => this.send(),
            stop: () => this.stop(),
          })}
        </div>
        ${
          sheet
            ? sheetView(sheet, {
                base: config.base,
                close: () => this.closeSheet(),
                copy: (citation) => this.copy(citationText(citation, config.base)),
              })
            : nothing
        }
        <p class="toast ${this.toast ? 'visible' : ''}" role="status">${this.toast}</p>
      </div>
    `;
  }

  /** What stands in an empty log: who is speaking, and questions to begin with. */
  private welcome() {
    const { greeting, questions } = this.config;
    return html`
      <div class="welcome">
        <p class="greeting">${greeting}</p>
        ${questions.length > 0 ? html`<p class="try">可以这样问</p>` : nothing}
        <ul class="starters">
          ${questions.map(
            (question) =>
              html`<li><button type="button" class="starter" @click=${() => this.submit(question, this.day)}>${question}</button></li>`,
          )}
        </ul>
      </div>
    `;
  }

  /** Sends the draft. Without a network it stays in the field. */
  private send(): void {
    if (!isSendable(this.draft) || this.offline) return;
    const question = this.draft.trim();
    this.draft = '';
    void this.submit(question, this.day);
  }

  /** Asks the same again for the same day; the failed try goes away. */
  private retry(exchange: Exchange): void {
    this.exchanges = this.exchanges.filter(({ id }) => id !== exchange.id);
    void this.submit(exchange.question, exchange.chosenDay ?? '');
  }

  /**
   * Asks a question and follows its answer to the end. `day` is ISO, or empty for today. One question at a time:
   * the answer of a second would push the first away while it is being read.
   */
  private async submit(question: string, day: string): Promise<void> {
    if (this.exchanges.some(isRunning)) return;
    this.counter += 1;
    const id = `${Date.now().toString(36)}-${this.counter}`;
    this.exchanges = [...this.exchanges, begin(id, question, day || undefined)];
    this.choosingDay = false;
    this.listener('question', { question });
    saveHistory(this.exchanges);
    await this.updateComplete;
    this.scrollToEnd();
    this.takeFocus();

    const abort = new AbortController();
    this.abort = abort;
    await ask({
      base: this.config.base,
      question,
      asOf: day || undefined,
      signal: abort.signal,
      onEvent: (event) => {
        // A late event of a stopped question must not touch the next one.
        if (abort.signal.aborted) return;
        this.exchanges = this.exchanges.map((item) => (item.id === id ? apply(item, event) : item));
        if (event.type === 'done') this.listener('answer', event.data.answer);
        if (event.type === 'error') this.listener('error', event.data);
      },
    });
    if (this.abort === abort) this.abort = null;
    saveHistory(this.exchanges);
  }

  /** Applies to all following questions until it is taken back; an emptied field means today. */
  private setDay(day: string): void {
    this.day = day;
    if (day === '') this.choosingDay = false;
  }

  /** Opens the sheet and remembers the mark or row that it was opened from. */
  private openSheet(citation: Citation): void {
    this.markBefore = this.shadowRoot?.activeElement as HTMLElement | null;
    this.sheet = citation;
    this.listener('citation', citation);
  }

  /** Closes the sheet; `updated` then gives the focus back. */
  private closeSheet(): void {
    this.sheet = null;
  }

  /** Into the sheet when it opens, back to the mark when it closes. */
  private moveFocusForSheet(before: Citation | null | undefined): void {
    if (this.sheet) this.renderRoot.querySelector<HTMLElement>('.sheet-close')?.focus();
    else if (before && this.markBefore?.isConnected) this.markBefore.focus();
  }

  /** Large letters for those who see badly: 20 px and targets of 60 px. */
  private readonly toggleLarge = (): void => {
    this.large = !this.large;
    saveLarge(this.large);
  };

  /** Forgets the conversation, also in the tab's store. */
  private readonly startAnew = (): void => {
    this.stop();
    this.exchanges = [];
    saveHistory([]);
    this.field?.focus();
  };

  /** Copies and says whether it worked. */
  private async copy(text: string): Promise<void> {
    const ok = await copyText(text);
    clearTimeout(this.toastTimer);
    this.toast = ok ? '已复制，含出处' : '浏览器不允许复制，请长按选取文字';
    this.toastTimer = setTimeout(() => {
      this.toast = '';
    }, 2500);
  }

  /** Escape closes the sheet first, then the panel; Tab stays inside whichever is on top. */
  private readonly onPanelKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.isComposing) {
      event.stopPropagation();
      if (this.sheet) this.closeSheet();
      else void this.close();
      return;
    }
    const box = this.renderRoot.querySelector(this.sheet ? '.sheet' : '.panel');
    if (box) keepInside(event, box, this.shadowRoot?.activeElement ?? null);
  };

  /** The browser noticed that the network came or went. */
  private readonly onLineChange = (): void => {
    this.offline = navigator.onLine === false;
  };

  /** On phones the keyboard covers fixed things on some systems: the panel takes the height that is really visible. */
  private readonly fitKeyboard = (): void => {
    const height = window.visualViewport?.height;
    const root = this.renderRoot.querySelector<HTMLElement>('.root');
    if (height && root) root.style.setProperty('--pa-visible', `${Math.round(height)}px`);
  };

  /** The cursor goes into the field, except by touch: there the keyboard would come up and hide half of the panel. */
  private takeFocus(): void {
    const touch = matchMedia('(pointer: coarse)').matches;
    if (touch) this.renderRoot.querySelector<HTMLElement>('.panel')?.focus();
    else this.field?.focus();
  }

  /** The field for the question; `null` while the panel is closed. */
  private get field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  /** Brings the newest question to the top of the log: the answer is then read from its beginning. */
  private scrollToEnd(): void {
    const log = this.renderRoot.querySelector('.log');
    const last = log?.querySelector<HTMLElement>('.exchange:last-of-type');
    if (log && last) log.scrollTop = last.offsetTop - 12;
  }
}

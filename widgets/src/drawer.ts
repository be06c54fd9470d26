// The drawer of conversations: finding, marking, naming, exporting and deleting them.

import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Api } from './api';
import { icon } from './icons';
import { problemOf } from './problems';
import type { Conversation } from './types';
import { momentInWords } from './words';

/** What the drawer asks of the panel. */
export interface DrawerHost {
  open: (id: string) => void;
  startAnew: () => void;
  close: () => void;
  /** A conversation is gone. */
  removed: (id: string) => void;
  /** Says something in passing. */
  tell: (words: string) => void;
}

/** Pause after the last letter typed before searching, milliseconds. */
const TYPING_PAUSE = 250;
/** Longest title, in characters. */
const TITLE_LIMIT = 60;

/** What is being done to one conversation. */
type Doing = 'menu' | 'rename' | 'delete';

/** The drawer. It lives as long as it is open. */
export class DrawerElement extends LitElement {
  static properties = {
    current: { attribute: false },
    items: { state: true },
    next: { state: true },
    q: { state: true },
    favourite: { state: true },
    loading: { state: true },
    trouble: { state: true },
    busyWith: { state: true },
    doing: { state: true },
  };

  /** Id of the open conversation. */
  declare current: string | null;
  declare items: Conversation[];
  declare next: string | null;
  declare q: string;
  declare favourite: boolean;
  declare loading: boolean;
  declare trouble: string;
  /** The conversation with open actions. */
  declare busyWith: string | null;
  declare doing: Doing;

  api!: Api;
  host!: DrawerHost;
  private typing: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;

  constructor() {
    super();
    this.items = [];
    this.next = null;
    this.q = '';
    this.favourite = false;
    this.loading = true;
    this.trouble = '';
    this.busyWith = null;
    this.doing = 'menu';
  }

  /** The panel's sheet serves this element too. */
  protected createRenderRoot(): HTMLElement {
    return this;
  }

  connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.typing);
  }

  render() {
    const { host, favourite } = this;
    const tab = (on: boolean, words: string) => html`
      <button type="button" class="tab" aria-pressed=${favourite === on ? 'true' : 'false'} @click=${() => this.choose(on)}>${words}</button>
    `;
    return html`
      <header class="drawer-head">
        <h2 id="drawer-title">我的对话</h2>
        <button type="button" class="tool drawer-close" aria-label="关闭对话列表" @click=${host.close}>${icon('close')}</button>
      </header>
      <div class="drawer-tools">
        <button type="button" class="second new" @click=${host.startAnew}>${icon('plus')}新对话</button>
        <label class="find">${icon('find')}<input type="search" aria-label="查找对话" placeholder="查找标题或问题" .value=${this.q} @input=${this.type} /></label>
        <div class="tabs" role="group" aria-label="显示哪些对话">${tab(false, '全部')}${tab(true, '收藏')}</div>
      </div>
      <div class="drawer-list" tabindex="0" aria-busy=${this.loading ? 'true' : 'false'}>
        ${this.trouble ? html`<p class="empty" role="alert">${this.trouble}<button type="button" class="plain" @click=${() => this.load()}>${icon('retry')}重试</button></p>` : nothing}
        <ul>${this.items.map((item) => this.row(item))}</ul>
        ${this.note()}
        ${this.next && !this.loading ? html`<button type="button" class="plain further" @click=${() => this.load(true)}>显示更早的对话</button>` : nothing}
      </div>
    `;
  }

  /** One conversation: opening it, marking it, and what else can be done. */
  private row(item: Conversation): TemplateResult {
    const { id, title, favourite, running } = item;
    const busy = this.busyWith === id;
    const here = id === this.current;
    return html`
      <li class="talk ${here ? 'here' : ''}" data-id=${id}>
        <div class="talk-line">
          <button type="button" class="talk-open" aria-current=${here ? 'true' : 'false'} @click=${() => this.host.open(id)}>
            <span class="talk-title">${title || '未命名的对话'}</span>
            <span class="talk-when">${running ? html`<span class="badge tone-person">正在作答</span>` : momentInWords(item.updated_at)}</span>
          </button>
          <button type="button" class="tool star" aria-pressed=${favourite ? 'true' : 'false'} aria-label="收藏：${title}" @click=${() => this.mark(item)}>${icon(favourite ? 'starred' : 'star')}</button>
          <button type="button" class="tool talk-more" aria-expanded=${busy ? 'true' : 'false'} aria-label="更多操作：${title}" @click=${() => this.toggle(id)}>${icon('more')}</button>
        </div>
        ${busy ? this.actions(item) : nothing}
      </li>
    `;
  }

  /** The line that opens below a conversation. */
  private actions(item: Conversation): TemplateResult {
    const { id, title } = item;
    if (this.doing === 'rename') {
      return html`
        <form class="talk-form" @submit=${(event: Event) => this.rename(event, id)}>
          <input class="rename" aria-label="新标题" maxlength=${TITLE_LIMIT} .value=${title} />
          <button type="submit" class="main">保存</button>
          <button type="button" class="second" @click=${() => this.toggle(id)}>取消</button>
        </form>
      `;
    }
    if (this.doing === 'delete') {
      return html`
        <div class="talk-form confirm" role="alertdialog" aria-label="确认删除">
          <p>删除后不能恢复。</p>
          <button type="button" class="main" @click=${() => this.discard(id)}>删除</button>
          <button type="button" class="second keep" @click=${() => this.toggle(id)}>保留</button>
        </div>
      `;
    }
    return html`
      <div class="talk-actions" role="group" aria-label="操作">
        <button type="button" class="plain" @click=${() => this.begin('rename', '.rename')}>${icon('pen')}重命名</button>
        <button type="button" class="plain" @click=${() => this.save(item, 'md')}>${icon('file')}导出文本</button>
        <button type="button" class="plain" @click=${() => this.save(item, 'html')}>${icon('file')}导出网页</button>
        <button type="button" class="plain danger" @click=${() => this.begin('delete', '.keep')}>${icon('trash')}删除</button>
      </div>
    `;
  }

  /** What stands where a list is empty: why, and what to do. */
  private note(): TemplateResult | typeof nothing {
    if (this.loading) return html`<p class="empty" role="status">正在读取…</p>`;
    if (this.items.length > 0 || this.trouble) return nothing;
    let words = '还没有对话。问过的问题会保存在这里，方便回看。';
    if (this.q.trim()) words = '没有找到含有这些字词的对话，可以换一个词再找。';
    else if (this.favourite) words = '还没有收藏。点对话旁的星形即可收藏。';
    return html`<p class="empty" role="status">${words}</p>`;
  }

  /** Reads the list, from its beginning or from where it ended. A late answer to an older query is dropped. */
  private async load(further = false): Promise<void> {
    this.asked += 1;
    const { asked, q, favourite } = this;
    this.loading = true;
    this.trouble = '';
    try {
      const after = further ? (this.next ?? undefined) : undefined;
      const page = await this.api.list({ q, favourite, after });
      if (asked !== this.asked) return;
      this.items = further ? [...this.items, ...page.items] : page.items;
      this.next = page.next;
    } catch (error) {
      if (asked !== this.asked) return;
      const { title, detail } = problemOf(error);
      this.trouble = detail ?? title;
    }
    this.loading = false;
  }

  private choose(favourite: boolean): void {
    this.favourite = favourite;
    void this.load();
  }

  private readonly type = (event: Event): void => {
    this.q = (event.target as HTMLInputElement).value;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.load(), TYPING_PAUSE);
  };

  /** Opens or closes the line of actions; the focus goes back to its button. */
  private toggle(id: string): void {
    const closing = this.busyWith === id;
    this.busyWith = closing ? null : id;
    this.doing = 'menu';
    if (closing) void this.focusOn(`[data-id="${id}"] .talk-more`);
  }

  private begin(doing: Doing, first: string): void {
    this.doing = doing;
    void this.focusOn(first);
  }

  private async focusOn(selector: string): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>(selector)?.focus();
  }

  /** Closes what is open inside the drawer; says whether there was something. */
  retreat(): boolean {
    const id = this.busyWith;
    if (!id) return false;
    this.toggle(id);
    return true;
  }

  private async mark(item: Conversation): Promise<void> {
    await this.attempt(async () => {
      const changed = await this.api.change(item.id, { favourite: !item.favourite });
      this.put(changed);
    });
  }

  private async rename(event: Event, id: string): Promise<void> {
    event.preventDefault();
    const title = this.querySelector<HTMLInputElement>('.rename')?.value.trim();
    if (!title) return;
    await this.attempt(async () => {
      this.put(await this.api.change(id, { title }));
      this.toggle(id);
    });
  }

  private async discard(id: string): Promise<void> {
    await this.attempt(async () => {
      await this.api.remove(id);
      this.items = this.items.filter((item) => item.id !== id);
      this.busyWith = null;
      this.host.removed(id);
      this.host.tell('已删除');
      void this.focusOn('.new');
    });
  }

  /** Hands the browser a file. The request needs our token, so a plain link won't do. */
  private async save(item: Conversation, format: 'md' | 'html'): Promise<void> {
    await this.attempt(async () => {
      const address = URL.createObjectURL(await this.api.export(item.id, format));
      const link = document.createElement('a');
      link.href = address;
      link.download = `${item.title.replace(/[\\/:*?"<>|\s]+/g, ' ').trim() || '咨询记录'}.${format}`;
      document.body.append(link);
      link.click();
      link.remove();
      // The download has its own hold of the data once it has begun.
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      this.host.tell('已导出；微信中请用浏览器打开后再导出');
    });
  }

  /** Does something that may fail, and says so. */
  private async attempt(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      const { title, detail } = problemOf(error);
      this.host.tell(detail ?? title);
    }
  }

  /** Takes over what the server made of a conversation. Out of the favourites it is only dropped by the next reading. */
  private put(changed: Conversation): void {
    this.items = this.items.map((item) =>
      item.id === changed.id ? { ...item, ...changed } : item,
    );
  }
}

customElements.define('pa-drawer', DrawerElement);

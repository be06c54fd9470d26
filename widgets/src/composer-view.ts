// The lower part of the panel: the day, the field, the button.

import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icons';
import { waitInWords } from './problems';
import { COUNTER_FROM, dayInWords, lengthOf, QUESTION_LIMIT } from './words';

/** What the composer shows and tells. */
export interface ComposerOptions {
  /** Stands on its upper edge. */
  above: TemplateResult | typeof nothing;
  draft: string;
  running: boolean;
  offline: boolean;
  /** The server wants a pause. */
  limit: Limit | null;
  /** Words of the host page that may be taken over; empty: none. */
  context: string;
  /** The chosen day, ISO; empty: today. */
  day: string;
  /** The small day control is unfolded. */
  choosingDay: boolean;
  setDraft: (text: string) => void;
  setDay: (day: string) => void;
  toggleDay: () => void;
  takeContext: () => void;
  dropContext: () => void;
  send: () => void;
  stop: () => void;
}

/** A pause that the server asked for. */
export interface Limit {
  /** The server's own sentence. */
  words: string;
  /** Seconds left. */
  left: number;
}

/** Whether a draft may be sent. */
export function isSendable(draft: string): boolean {
  return draft.trim() !== '' && lengthOf(draft) <= QUESTION_LIMIT;
}

/** Enter sends, Shift+Enter breaks the line, and Enter that picks a word of an input method does neither. */
export function sendsOn(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

/** The composer. */
export function composerView(options: ComposerOptions): TemplateResult {
  const { draft, running, offline, limit } = options;
  const blocked = offline || limit !== null;
  const onKey = (event: KeyboardEvent) => {
    if (!sendsOn(event)) return;
    event.preventDefault();
    if (!running) options.send();
  };
  return html`
    <div class="composer">
      ${options.above}
      ${offline ? html`<p class="banner" role="status">${icon('alert')}<span>当前没有网络。您写的内容会保留，恢复后可继续提问。</span></p>` : nothing}
      ${limitView(limit)} ${contextView(options)}
      <div class="field">
        <textarea
          rows=${rowsFor(draft)}
          aria-label="输入问题"
          aria-describedby="composer-note"
          placeholder="输入党务问题"
          .value=${draft}
          @input=${(event: Event) => options.setDraft((event.target as HTMLTextAreaElement).value)}
          @keydown=${onKey}
        ></textarea>
        ${
          running
            ? html`<button type="button" class="go stop" aria-label="停止回答" @click=${options.stop}>${icon('stop')}</button>`
            : html`<button type="button" class="go send" aria-label="发送" ?disabled=${!isSendable(draft) || blocked} @click=${options.send}>${icon('send')}</button>`
        }
      </div>
      <div class="below">
        ${dayView(options)}
        <p class="note" id="composer-note">${counterView(draft)}<span>请勿输入涉密内容和个人隐私</span></p>
      </div>
    </div>
  `;
}

/** A pause and what is left of it. The seconds run for the eye only: read out one by one they would drown everything. */
function limitView(limit: Limit | null): TemplateResult | typeof nothing {
  if (!limit) return nothing;
  return html`
    <p class="banner limit">
      ${icon('clock')}<span role="status">${limit.words}</span>
      <strong class="left" aria-hidden="true">${waitInWords(limit.left)}</strong>
    </p>
  `;
}

/** What the host page is about, to be taken into the question or not. Nothing of it is sent unasked. */
function contextView({
  context,
  takeContext,
  dropContext,
}: ComposerOptions): TemplateResult | typeof nothing {
  if (!context) return nothing;
  return html`
    <div class="context">
      <span class="context-words">当前页面：${context}</span>
      <button type="button" class="plain" @click=${takeContext}>写入问题</button>
      <button type="button" class="tool" aria-label="不需要当前页面" @click=${dropContext}>${icon('close')}</button>
    </div>
  `;
}

/**
 * The choice of the day whose law is asked about. Folded, it is a word that says what applies now, because
 * most people ask about today; a chosen day stands out in red and can be taken back with one click.
 */
function dayView({ day, choosingDay, setDay, toggleDay }: ComposerOptions): TemplateResult {
  return html`
    <div class="day">
      <button type="button" class="day-toggle ${day ? 'chosen' : ''}" aria-expanded=${choosingDay ? 'true' : 'false'} @click=${toggleDay}>
        ${icon('calendar')}${day ? `按${dayInWords(day)}有效的规定` : '按今天的规定'}
      </button>
      ${
        choosingDay
          ? html`<input type="date" aria-label="按某日有效的规定" min="1921-07-01" max="2099-12-31" .value=${day}
              @change=${(event: Event) => setDay((event.target as HTMLInputElement).value)} />`
          : nothing
      }
      ${day ? html`<button type="button" class="plain day-reset" @click=${() => setDay('')}>改回今天</button>` : nothing}
    </div>
  `;
}

/** Nothing while there is room; near the limit the count, beyond it how much is too much. */
function counterView(draft: string): TemplateResult | typeof nothing {
  const length = lengthOf(draft);
  if (length < COUNTER_FROM) return nothing;
  const over = length - QUESTION_LIMIT;
  return over > 0
    ? html`<strong class="counter over" role="status">超出 ${over} 字，请缩短</strong>`
    : html`<span class="counter">${length} / ${QUESTION_LIMIT}</span>`;
}

/** The field grows with its text, by rows: a height in a style attribute could be forbidden by the page. */
function rowsFor(draft: string): number {
  const rows = draft
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 20)), 0);
  return Math.min(5, rows);
}

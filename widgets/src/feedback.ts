// 有用 or 没用, and in the second case why.

import { html, LitElement, nothing } from 'lit';
import { icon } from './icons';
import type { Feedback, Reason } from './types';
import { REASONS } from './words';

/** Longest comment, in characters; the server refuses longer ones. */
const COMMENT_LIMIT = 500;

/** Two buttons and, behind the second, a small form. It keeps what is being filled in; the panel keeps what was said. */
export class FeedbackElement extends LitElement {
  static properties = {
    given: { attribute: false },
    asking: { state: true },
    reasons: { state: true },
    comment: { state: true },
  };

  /** What was said of this answer before. */
  declare given: Feedback | undefined;
  /** The form is open. */
  declare asking: boolean;
  declare reasons: Reason[];
  declare comment: string;

  /** Takes what is said. */
  send: (feedback: Feedback) => void = () => {};

  constructor() {
    super();
    this.asking = false;
    this.reasons = [];
    this.comment = '';
  }

  /** The panel's sheet serves this element too, so it has no shadow of its own. */
  protected createRenderRoot(): HTMLElement {
    return this;
  }

  render() {
    const { given, asking } = this;
    const pressed = (verdict: Feedback['verdict']) =>
      given?.verdict === verdict ? 'true' : 'false';
    return html`
      <button type="button" class="plain useful" aria-pressed=${pressed('useful')} @click=${this.praise}>${icon('up')}有用</button>
      <button type="button" class="plain useless" aria-pressed=${pressed('not_useful')} aria-expanded=${asking ? 'true' : 'false'} @click=${this.toggle}>${icon('down')}没用</button>
      ${asking ? this.form() : nothing}
      ${given && !asking ? html`<p class="thanks" role="status">已记录您的评价，谢谢。</p>` : nothing}
    `;
  }

  /** Reasons to tick, a field for more, and the button. One reason at least: a bare 没用 helps nobody. */
  private form() {
    const ready = this.reasons.length > 0;
    return html`
      <form class="why" aria-label="没用的原因" @submit=${this.submit} @keydown=${this.onKey}>
        <fieldset>
          <legend>哪里没帮上？<span>可多选</span></legend>
          ${Object.entries(REASONS).map(
            ([reason, words]) => html`
              <label class="reason"><input type="checkbox" name="reason" value=${reason}
                .checked=${this.reasons.includes(reason as Reason)} @change=${this.tick} /><span>${words}</span></label>
            `,
          )}
        </fieldset>
        <textarea rows="2" maxlength=${COMMENT_LIMIT} aria-label="补充说明" placeholder="补充说明（可不填，请勿写个人隐私）"
          .value=${this.comment} @input=${this.write}></textarea>
        <div class="why-foot">
          <button type="button" class="second" @click=${this.cancel}>取消</button>
          <button type="submit" class="main" ?disabled=${!ready}>提交</button>
        </div>
      </form>
    `;
  }

  private readonly praise = (): void => {
    this.asking = false;
    this.send({ verdict: 'useful', reasons: [] });
  };

  /** Opens the form with what was said before. */
  private readonly toggle = async (): Promise<void> => {
    this.asking = !this.asking;
    if (!this.asking) return;
    this.reasons = this.given?.reasons ?? [];
    this.comment = this.given?.comment ?? '';
    await this.updateComplete;
    this.querySelector<HTMLElement>('input')?.focus();
    this.querySelector('form')?.scrollIntoView({ block: 'nearest' });
  };

  private readonly tick = (event: Event): void => {
    const { value, checked } = event.target as HTMLInputElement;
    const others = this.reasons.filter((reason) => reason !== value);
    this.reasons = checked ? [...others, value as Reason] : others;
  };

  private readonly write = (event: Event): void => {
    this.comment = (event.target as HTMLTextAreaElement).value;
  };

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    if (this.reasons.length === 0) return;
    this.asking = false;
    const comment = this.comment.trim() || undefined;
    this.send({ verdict: 'not_useful', reasons: this.reasons, comment });
    void this.back();
  };

  private readonly cancel = (): void => {
    this.asking = false;
    void this.back();
  };

  /** Escape closes the form, not the panel. */
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.stopPropagation();
    this.cancel();
  };

  /** The form took the focus with it: it goes back to the button. */
  private async back(): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>('.useless')?.focus();
  }
}

customElements.define('pa-feedback', FeedbackElement);

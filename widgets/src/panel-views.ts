// The parts of the panel around the answers: head, greeting, trouble at the start.

import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icons';
import { canRetry } from './problems';
import type { Problem, Starter } from './types';

/** What the head shows and tells. */
export interface HeadOptions {
  title: string;
  large: boolean;
  /** There is something that a new conversation would leave. */
  begun: boolean;
  /** A loader shows us and can close us. */
  closable: boolean;
  openDrawer: () => void;
  toggleLarge: () => void;
  startAnew: () => void;
  close: () => void;
}

/** Title and buttons. */
export function headView(options: HeadOptions): TemplateResult {
  const { title, large, begun, closable } = options;
  return html`
    <header class="head">
      <button type="button" class="tool open-drawer" aria-haspopup="dialog" aria-label="我的对话" title="我的对话" @click=${options.openDrawer}>${icon('menu')}</button>
      <h1 id="panel-title">${title}<span class="sub">每句结论都有条文出处</span></h1>
      <button type="button" class="tool words large-letters" aria-pressed=${large ? 'true' : 'false'} @click=${options.toggleLarge}>大字</button>
      <button type="button" class="tool new" aria-label="新对话" title="新对话" ?disabled=${!begun} @click=${options.startAnew}>${icon('plus')}</button>
      ${closable ? html`<button type="button" class="tool close" aria-label="关闭" title="关闭" @click=${options.close}>${icon('close')}</button>` : nothing}
    </header>
  `;
}

/** Shown where neither host nor server greets. */
const GREETING =
  '您好，我依据现行有效的党内法规回答党务问题，结论都附条文原文。规定里没有写到的，我会直接告诉您。';

/** What the greeting shows and tells. */
export interface WelcomeOptions {
  greeting: string | undefined;
  starters: readonly Starter[];
  /** Code of the chosen category; one that is not there stands for the first. */
  category: string;
  /** All categories are shown, not only the first few. */
  unfolded: boolean;
  unfold: () => void;
  choose: (category: string) => void;
  ask: (question: string) => void;
}

/** So many categories leave room for the questions below them on a phone. */
const FIRST_CATEGORIES = 6;

/** What stands in an empty log: who is speaking, and questions to begin with, by category. */
export function welcomeView(options: WelcomeOptions): TemplateResult {
  const { greeting, starters, unfolded } = options;
  // One more than shown would only be replaced by the button that shows it.
  const folded = !unfolded && starters.length > FIRST_CATEGORIES + 1;
  const shown = folded ? starters.slice(0, FIRST_CATEGORIES) : starters;
  const chosen = starters.find(({ category }) => category === options.category) ?? starters[0];
  return html`
    <div class="welcome">
      <span class="emblem">${icon('book')}</span>
      <p class="greeting">${greeting || GREETING}</p>
      ${
        starters.length > 1
          ? html`<div class="categories" role="group" aria-label="问题类别">
              ${shown.map(
                ({ category, label }) =>
                  html`<button type="button" class="category" aria-pressed=${category === chosen?.category ? 'true' : 'false'} @click=${() => options.choose(category)}>${label}</button>`,
              )}
              ${folded ? html`<button type="button" class="category unfold" aria-expanded="false" @click=${options.unfold}>更多类别</button>` : nothing}
            </div>`
          : nothing
      }
      ${
        chosen
          ? html`<p class="try">可以这样问</p>
              <ul class="starters">${chosen.questions.map(
                (question) =>
                  html`<li><button type="button" class="starter" @click=${() => options.ask(question)}><span>${question}</span>${icon('link')}</button></li>`,
              )}</ul>`
          : nothing
      }
    </div>
  `;
}

/** The conversation can't begin, or the last one can't be read. */
export function troubleView(problem: Problem, again: () => void): TemplateResult {
  return html`
    <div class="problem tone-bad trouble" role="alert" data-code=${problem.code}>
      ${icon('alert')}
      <div class="problem-words"><strong>${problem.title}</strong><span>${problem.detail ?? ''}</span></div>
      ${canRetry(problem) ? html`<button type="button" class="plain" @click=${again}>${icon('retry')}重试</button>` : nothing}
    </div>
  `;
}

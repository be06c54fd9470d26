// How one exchange looks. Templates only: what happens on a click is handed in.

import { html, nothing, type TemplateResult } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { type Exchange, isFixed, isRunning } from './exchange';
import { icon } from './icons';
import { readerLink } from './links';
import { renderMarkdown } from './markdown';
import { canRetry } from './problems';
import type { Citation, Feedback, Notice } from './types';
import {
  answerLook,
  dayInWords,
  effectLook,
  HELPLINES,
  isTalk,
  type Look,
  versionInWords,
} from './words';
import './feedback';

/** What the reader can do with an exchange. */
export interface Actions {
  openCitation: (citation: Citation) => void;
  retry: (exchange: Exchange) => void;
  copy: (exchange: Exchange) => void;
  ask: (question: string) => void;
  feedback: (exchange: Exchange, feedback: Feedback) => void;
}

/** Question and answer. `last`: the newest one, which alone offers how to go on. */
export function exchangeView(exchange: Exchange, actions: Actions, last = true): TemplateResult {
  return html`
    <section class="exchange" data-id=${exchange.id} data-phase=${exchange.phase} aria-label="问答">
      <div class="question">
        <span class="sr">您问：</span><span class="question-words">${exchange.question}</span>
        ${exchange.chosenDay ? html`<span class="asked-day">按${dayInWords(exchange.chosenDay)}有效的规定</span>` : nothing}
      </div>
      ${
        exchange.condensed
          ? html`<p class="condensed"><span>理解为：</span>${exchange.condensed}</p>`
          : nothing
      }
      <div class="answer" data-state=${exchange.state ?? ''} data-code=${exchange.code ?? ''} aria-busy=${isRunning(exchange) ? 'true' : 'false'}>
        ${stateView(exchange)} ${textView(exchange, actions)} ${progressView(exchange)}
        ${helplinesView(exchange)} ${problemView(exchange, actions)} ${noticesView(exchange.notices)}
        ${referencesView(exchange, actions)} ${cardsView(exchange)} ${footView(exchange, actions)}
      </div>
      ${last ? onwardView(exchange, actions) : nothing}
    </section>
  `;
}

/** The coloured line that tells which of the four states this is. */
export function stateView(exchange: Exchange): TemplateResult | typeof nothing {
  if (!exchange.state) return nothing;
  const look = answerLook(exchange.state, exchange.code);
  if (!look) return nothing;
  return html`
    <div class="state tone-${look.tone}">
      ${icon(look.icon)}<strong>${look.label}</strong><span class="state-hint">${look.hint}</span>
    </div>
  `;
}

/** A small label with icon and words. */
export function badge(look: Look, extra = ''): TemplateResult {
  return html`<span class="badge tone-${look.tone} ${extra}">${icon(look.icon)}${look.label}</span>`;
}

/** What is going on while one waits; below the text, where the next words will come. */
function progressView(exchange: Exchange): TemplateResult | typeof nothing {
  if (!isRunning(exchange)) return nothing;
  const { broken, stopping, found, phase } = exchange;
  let words = '正在查找规定';
  if (stopping) words = '正在停止';
  else if (broken) words = '连接断开，正在恢复，已有内容不会丢失';
  else if (phase === 'streaming') words = '正在作答';
  else if (found === 0) words = '没有找到相关条文，正在整理答复';
  else if (found) words = `找到 ${found} 处相关内容，正在作答`;
  return html`<div class="progress ${broken ? 'tone-warn' : ''}"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${words}</div>`;
}

/** Numbers to call, where somebody is in despair: one tap. */
function helplinesView(exchange: Exchange): TemplateResult | typeof nothing {
  if (exchange.code !== 'DISTRESS') return nothing;
  return html`
    <ul class="helplines">
      ${HELPLINES.map(
        ([number, name]) =>
          html`<li><a class="helpline" href="tel:${number}">${icon('phone')}<strong>${number}</strong><span>${name}</span></a></li>`,
      )}
    </ul>
  `;
}

/** Procedures at an office: what they are, and the way there if there is one. */
function cardsView(exchange: Exchange): TemplateResult | typeof nothing {
  if (exchange.phase !== 'done' || exchange.cards.length === 0) return nothing;
  return html`
    <ul class="cards">
      ${exchange.cards.map((card) => {
        const link = readerLink(card.url);
        return html`
          <li class="card" data-code=${card.code}>
            <span class="card-words"><strong>${card.title}</strong><span>${card.text}</span></span>
            ${
              link
                ? html`<a class="second" href=${link} target="_blank" rel="noopener" aria-label="去办理${card.title}（新窗口）">去办理${icon('link')}</a>`
                : nothing
            }
          </li>
        `;
      })}
    </ul>
  `;
}

/** How to go on: what the question back offers, else what one could ask next. */
function onwardView(exchange: Exchange, actions: Actions): TemplateResult | typeof nothing {
  if (exchange.phase !== 'done') return nothing;
  const { options, suggestions } = exchange;
  const questions = options.length > 0 ? options : suggestions;
  if (questions.length === 0) return nothing;
  return html`
    <div class="onward" data-kind=${options.length > 0 ? 'options' : 'suggestions'}>
      <p class="onward-title">${options.length > 0 ? '请选一项，也可以自己写' : isFixed(exchange) ? '可以改问' : '接着问'}</p>
      ${questions.map(
        (question) =>
          html`<button type="button" class="chip" @click=${() => actions.ask(question)}>${question}</button>`,
      )}
    </div>
  `;
}

/**
 * What the reader must know of the answer: no model, another version, a sample. The answer comes first, for
 * that is what was asked; then these, plain and never hidden behind a click.
 */
function noticesView(notices: readonly Notice[]): TemplateResult | typeof nothing {
  if (notices.length === 0) return nothing;
  return html`
    <ul class="notices">
      ${notices.map(({ code, text }) => html`<li data-code=${code}>${icon('info')}<span>${text}</span></li>`)}
    </ul>
  `;
}

/** Rendered text by exchange. Exchanges never change, they are replaced: while one grows, the others are not rendered again. */
const rendered = new WeakMap<Exchange, string>();

/** The text as sanitised HTML. */
function htmlOf(exchange: Exchange): string {
  const before = rendered.get(exchange);
  if (before !== undefined) return before;
  const known = new Set(exchange.citations.map(({ n }) => n));
  const made = renderMarkdown(exchange.text, { known, streaming: isRunning(exchange) });
  rendered.set(exchange, made);
  return made;
}

/**
 * The answer's text with its marks, and what the glossary understood differently.
 * Marks without a citation are left out by the renderer, so every button leads somewhere.
 */
function textView(exchange: Exchange, actions: Actions): TemplateResult | typeof nothing {
  const { text, citations, rewrites } = exchange;
  // The marks live in sanitised HTML, so one listener on the whole text serves them all.
  const onClick = (event: Event) => {
    const n = Number((event.target as Element).closest('button.mark')?.getAttribute('data-n'));
    const citation = citations.find((one) => one.n === n);
    if (citation) actions.openCitation(citation);
  };
  const understood = rewrites.filter(({ from, to }) => from !== to);
  return html`
    ${
      understood.length > 0 && !isFixed(exchange)
        ? html`<p class="understood">${understood.map(({ from, to }) => `「${from}」按「${to}」查找`).join('；')}</p>`
        : nothing
    }
    ${text ? html`<div class="text" @click=${onClick}>${unsafeHTML(htmlOf(exchange))}</div>` : nothing}
  `;
}

/**
 * A failure or a stop: what happened, what that means for the text above, and a way on.
 * A partial answer stays visible, but it gets no state: nobody has verified it.
 */
function problemView(exchange: Exchange, actions: Actions): TemplateResult | typeof nothing {
  if (exchange.phase === 'stopped') {
    return html`
      <div class="problem tone-quiet">
        ${icon('stop')}
        <div class="problem-words"><strong>已停止</strong><span>回答没有完成，请不要据此办理。</span></div>
        <button type="button" class="plain" @click=${() => actions.retry(exchange)}>${icon('retry')}重新提问</button>
      </div>
    `;
  }
  const { problem } = exchange;
  if (!problem) return nothing;
  return html`
    <div class="problem tone-bad" data-code=${problem.code}>
      ${icon('alert')}
      <div class="problem-words"><strong>${problem.title}</strong><span>${problem.detail ?? ''}</span></div>
      ${
        canRetry(problem)
          ? html`<button type="button" class="plain" @click=${() => actions.retry(exchange)}>${icon('retry')}${problem.code === 'CUT_OFF' ? '继续接收' : '重试'}</button>`
          : nothing
      }
    </div>
  `;
}

/**
 * The lists under an answer: the basis, and provisions worth reading beside it.
 * The second is folded where there is a basis, and open where it is all that there is.
 */
function referencesView(exchange: Exchange, actions: Actions): TemplateResult | typeof nothing {
  if (exchange.phase !== 'done') return nothing;
  const { citations, related, state } = exchange;
  const relatedTitle = state === 'no_match' ? '内容相近的条文，供参考' : '相关条文';
  return html`
    ${
      citations.length > 0
        ? html`<h3 class="list-title">依据</h3>
            <ul class="references" data-list="citations">${citations.map((c) => referenceRow(c, actions, true))}</ul>`
        : nothing
    }
    ${
      related.length > 0
        ? html`<details class="related" ?open=${citations.length === 0}>
            <summary>${relatedTitle}<span class="count">${related.length} 条</span></summary>
            <ul class="references" data-list="related">${related.map((c) => referenceRow(c, actions, false))}</ul>
          </details>`
        : nothing
    }
  `;
}

/** One provision of a list: label, version, whether it holds, whether it is a sample. The whole row is the button. */
function referenceRow(citation: Citation, actions: Actions, numbered: boolean): TemplateResult {
  return html`
    <li>
      <button type="button" class="reference" aria-haspopup="dialog" @click=${() => actions.openCitation(citation)}>
        ${numbered ? html`<span class="number">${citation.n}</span>` : nothing}
        <span class="reference-words">
          <span class="reference-label">${citation.label}</span>
          <span class="reference-meta">
            ${citation.version ? html`<span>${versionInWords(citation.version)}</span>` : nothing}
            ${badge(effectLook(citation.effect))}
            ${citation.sample ? html`<span class="badge sample">示例</span>` : nothing}
          </span>
        </span>
      </button>
    </li>
  `;
}

/** The last lines: the label of generated text, the day whose law was applied, and what one can do with the answer. */
function footView(exchange: Exchange, actions: Actions): TemplateResult | typeof nothing {
  if (!exchange.text) return nothing;
  const { phase, state, asOf } = exchange;
  const over = (phase === 'done' || phase === 'stopped') && !isTalk(exchange.code);
  // What was said about a day is only there where provisions were consulted.
  const day = phase === 'done' && asOf && !isFixed(exchange) && state !== 'unavailable';
  return html`
    <div class="foot">
      <p class="label"><span class="ai">${exchange.label}</span>${day ? html`<span>按${dayInWords(asOf)}有效的规定</span>` : nothing}</p>
      ${
        over
          ? html`<div class="doings">
              <button type="button" class="plain copy" @click=${() => actions.copy(exchange)}>${icon('copy')}复制</button>
              ${
                state === 'unavailable'
                  ? html`<button type="button" class="plain" @click=${() => actions.retry(exchange)}>${icon('retry')}重新提问</button>`
                  : html`<pa-feedback .given=${exchange.feedback} .send=${(said: Feedback) => actions.feedback(exchange, said)}></pa-feedback>`
              }
            </div>`
          : nothing
      }
    </div>
  `;
}

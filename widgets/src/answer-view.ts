// How one exchange looks. Templates only: what happens on a click is handed in.

import { html, nothing, type TemplateResult } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { type Exchange, isRunning } from './exchange';
import { icon } from './icons';
import { renderMarkdown } from './markdown';
import { canRetry } from './problems';
import type { Citation, Notice } from './types';
import { dayInWords, effectLook, type Look, stateLook, versionInWords } from './words';

/** What the reader can do with an exchange. */
export interface Actions {
  /** Origin of the server, for links to its pages. */
  base: string;
  openCitation: (citation: Citation) => void;
  retry: (exchange: Exchange) => void;
  copy: (exchange: Exchange) => void;
}

/** Question and answer. */
export function exchangeView(exchange: Exchange, actions: Actions): TemplateResult {
  return html`
    <section class="exchange" data-id=${exchange.id} data-phase=${exchange.phase}>
      <div class="question">
        <span class="sr">您问：</span><span class="question-words">${exchange.question}</span>
        ${exchange.chosenDay ? html`<span class="asked-day">按${dayInWords(exchange.chosenDay)}有效的规定</span>` : nothing}
      </div>
      <div class="answer" data-state=${exchange.state ?? ''} aria-busy=${isRunning(exchange) ? 'true' : 'false'}>
        ${progressView(exchange)} ${stateView(exchange)}
        ${textView(exchange, actions)} ${problemView(exchange, actions)} ${noticesView(exchange.notices)}
        ${referencesView(exchange, actions)} ${footView(exchange, actions)}
      </div>
    </section>
  `;
}

/** The coloured line that tells which of the four states this is. */
export function stateView(exchange: Exchange): TemplateResult | typeof nothing {
  if (!exchange.state) return nothing;
  const look = stateLook(exchange.state);
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

/** What is going on while one waits. */
function progressView(exchange: Exchange): TemplateResult | typeof nothing {
  if (!isRunning(exchange)) return nothing;
  const words =
    exchange.found === undefined
      ? '正在查找规定'
      : exchange.found === 0
        ? '没有找到相关条文，正在整理答复'
        : `找到 ${exchange.found} 处相关内容，正在作答`;
  return html`<div class="progress"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${words}</div>`;
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

/**
 * The answer's text with its marks, and what the glossary understood differently.
 * Marks without a citation are left out by the renderer, so every button leads somewhere.
 */
function textView(exchange: Exchange, actions: Actions): TemplateResult | typeof nothing {
  const { text, citations, rewrites } = exchange;
  const known = new Map(citations.map((citation) => [citation.n, citation]));
  // The marks live in sanitised HTML, so one listener on the whole text serves them all.
  const onClick = (event: Event) => {
    const mark = (event.target as Element).closest('button.mark');
    const citation = known.get(Number(mark?.getAttribute('data-n')));
    if (citation) actions.openCitation(citation);
  };
  const understood = rewrites.filter(({ from, to }) => from !== to);
  return html`
    ${
      understood.length > 0
        ? html`<p class="understood">${understood.map(({ from, to }) => `「${from}」按「${to}」查找`).join('；')}</p>`
        : nothing
    }
    ${
      text
        ? html`<div class="text" @click=${onClick}>${unsafeHTML(
            renderMarkdown(text, {
              known: new Set(known.keys()),
              streaming: isRunning(exchange),
              base: actions.base,
            }),
          )}</div>`
        : nothing
    }
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
          ? html`<button type="button" class="plain" @click=${() => actions.retry(exchange)}>${icon('retry')}重试</button>`
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

/** The last line: the day whose law was applied, and copying; after an outage a new try instead. */
function footView(exchange: Exchange, actions: Actions): TemplateResult | typeof nothing {
  if (exchange.phase !== 'done') return nothing;
  // What was said about a day, and a text worth copying, is only there where provisions were consulted.
  if (exchange.state === 'unavailable') {
    return html`
      <div class="foot">
        <button type="button" class="plain" @click=${() => actions.retry(exchange)}>${icon('retry')}重新提问</button>
      </div>
    `;
  }
  if (exchange.state === 'needs_human') return nothing;
  return html`
    <div class="foot">
      ${exchange.asOf ? html`<span>按${dayInWords(exchange.asOf)}有效的规定</span>` : nothing}
      <button type="button" class="plain" @click=${() => actions.copy(exchange)}>${icon('copy')}复制回答</button>
    </div>
  `;
}

// Markdown to safe HTML. Two walls: raw HTML of the model is never parsed as HTML, and DOMPurify checks what is left.

import DOMPurify from 'dompurify';
import { Marked, type TokenizerAndRendererExtension } from 'marked';

/** What rendering needs to know. */
export interface RenderOptions {
  /** Numbers that have a citation; other marks don't become buttons. */
  known: ReadonlySet<number>;
  /** The text is still growing: half-written constructs at its end are held back. */
  streaming?: boolean;
}

/** All elements that an answer may consist of. Nothing here loads, runs or styles anything. */
const TAGS = [
  ...['p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'a'],
  ...['h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'button', 'div', 'span'],
];
/** All attributes that may stay. No `style`, no `id`, nothing that starts with `on`. */
const ATTRIBUTES = [
  'href',
  'target',
  'rel',
  'type',
  'class',
  'data-n',
  'aria-label',
  'start',
  'align',
  'tabindex',
];
/** A path on our own server. */
const OWN_PAGE = /^\/(?![/\\])/;

/**
 * Marks with the character before and the punctuation after them. A line may break around any button, whatever
 * joiners stand there, so these three are held together by a span that doesn't break.
 */
const MARK_IN_LINE =
  /([^<>\s&;])?((?:<(button|span)[^>]*class="mark[^>]*>\d+<\/\3>)+)([，。；：、！？）」』”]?)/gu;

/** Renders Markdown with citation marks to sanitised HTML. */
export function renderMarkdown(text: string, options: RenderOptions): string {
  const source = options.streaming ? holdBack(text) : text;
  const html = build(options).parse(source, { async: false });
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: OWN_PAGE,
    // With an address pattern of our own, DOMPurify tests *every* attribute against it unless it is named here.
    ADD_URI_SAFE_ATTR: ATTRIBUTES.filter((name) => name !== 'href'),
  });
}

/** Escapes text for HTML. */
export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** Takes off the end of a growing text what would flash as raw signs: half a mark, a table without its rule. */
export function holdBack(text: string): string {
  let kept = text.replace(/\[\d{0,3}$/, '').replace(/([^*])\*$/, '$1');
  const lines = kept.replace(/\n$/, '').split('\n');
  let first = lines.length;
  while (first > 0 && lines[first - 1].trimStart().startsWith('|')) first -= 1;
  const table = lines.slice(first);
  // A table can be drawn once the rule under its head is complete; the row being written may stay out.
  const ruleEnded = table.length > 2 || kept.endsWith('\n');
  const hasRule = ruleEnded && table.length > 1 && /^\s*\|[\s:|-]+\|\s*$/.test(table[1]);
  if (table.length > 0 && !hasRule) kept = lines.slice(0, first).join('\n');
  // An opened ** without its end would show two stars until the end comes.
  const lastBlock = kept.slice(kept.lastIndexOf('\n\n') + 1);
  if ((lastBlock.match(/\*\*/g) ?? []).length % 2 === 0) return kept;
  return kept.endsWith('**') ? kept.slice(0, -2) : `${kept.replace(/\s+$/, '')}**`;
}

/** The numbers of the marks in a text, in order, without doubles. */
export function marksIn(text: string): number[] {
  return [...new Set([...text.matchAll(/\[(\d{1,3})\](?!\()/g)].map((match) => Number(match[1])))];
}

/** A parser of its own for each call: the extension needs to know the citations, and marked's default is global. */
function build({ known, streaming = false }: RenderOptions): Marked {
  return new Marked({
    gfm: true,
    breaks: true,
    extensions: [citationMark(known, streaming), strong],
    tokenizer: {
      // A line `[1]: …` would turn every later mark into a link of the model's choice.
      def: () => undefined,
    },
    renderer: {
      html: (token) => (token.block ? `<p>${escapeHtml(token.text)}</p>` : escapeHtml(token.text)),
      image: ({ text }) => escapeHtml(text),
      // Pages have their own main headings: those of an answer start at the third level.
      heading({ tokens, depth }) {
        const level = Math.min(6, depth + 2);
        return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
      },
      // Only our own pages are linked. Where else a model would send people is shown as text, for them to judge.
      link({ href, text, tokens }) {
        const inner = this.parser.parseInline(tokens);
        if (OWN_PAGE.test(href)) {
          return `<a href="${escapeHtml(href)}" target="_blank" rel="noopener noreferrer">${inner}</a>`;
        }
        return /^https?:/i.test(href) && text !== href ? `${inner}（${escapeHtml(href)}）` : inner;
      },
      checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    },
    hooks: {
      // Wide tables scroll inside their own box, which the keyboard can reach. Only our own tags can match: what the
      // model wrote as HTML is escaped by now.
      postprocess: (html) =>
        html
          .replace(MARK_IN_LINE, '<span class="hold">$1$2$4</span>')
          .replace(/<table>/g, '<div class="table" tabindex="0"><table>')
          .replace(/<\/table>/g, '</table></div>'),
    },
  });
}

/**
 * The mark `[1]`, unless it is the text of a link. It becomes a button if its citation is known.
 * While the text is streaming the citation may still come, so the mark waits as a plain sign; afterwards it is left out.
 */
function citationMark(
  known: ReadonlySet<number>,
  streaming: boolean,
): TokenizerAndRendererExtension {
  return {
    name: 'citationMark',
    level: 'inline',
    start: (source) => {
      const at = source.search(/\[\d/);
      return at < 0 ? undefined : at;
    },
    tokenizer: (source) => {
      const match = /^\[(\d{1,3})\](?!\()/.exec(source);
      return match ? { type: 'citationMark', raw: match[0], n: Number(match[1]) } : undefined;
    },
    renderer: ({ n }) => {
      if (known.has(n)) {
        return `<button type="button" class="mark" data-n="${n}" aria-label="查看依据 ${n}">${n}</button>`;
      }
      return streaming ? `<span class="mark pending">${n}</span>` : '';
    },
  };
}

/**
 * `**…**` for Chinese. The rule of CommonMark looks at spaces and punctuation around the stars, so that the common
 * `**不能。**没有` would show its stars. Here whatever stands between two pairs of stars is strong.
 */
const strong: TokenizerAndRendererExtension = {
  name: 'strongChinese',
  level: 'inline',
  start: (source) => {
    const at = source.indexOf('**');
    return at < 0 ? undefined : at;
  },
  tokenizer(source) {
    const match = /^\*\*(?=[^\s*])([\s\S]*?[^\s*])\*\*(?!\*)/.exec(source);
    if (!match) return undefined;
    return { type: 'strongChinese', raw: match[0], tokens: this.lexer.inlineTokens(match[1]) };
  },
  renderer(token) {
    return `<strong>${this.parser.parseInline(token.tokens ?? [])}</strong>`;
  },
};

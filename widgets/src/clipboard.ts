// Copying with the source, so that a passage never travels alone.

import { type Exchange, isFixed } from './exchange';
import { readerLink } from './links';
import type { Citation } from './types';
import { dayInWords, effectLook, versionInWords } from './words';

/** A provision with its source, as plain text. */
export function citationText(citation: Citation): string {
  const about = [versionInWords(citation.version), effectLook(citation.effect).label];
  if (citation.sample) about.push('示例文本');
  const link = readerLink(citation.url);
  const source = `——${citation.label}（${about.filter(Boolean).join('，')}）`;
  return [citation.text, source, link ? `全文：${link}` : ''].filter(Boolean).join('\n');
}

/** An answer with its question, sources and the day, as plain text. */
export function answerText(exchange: Exchange): string {
  const sources = exchange.citations.map(({ n, label, version, effect, sample }) => {
    const about = [versionInWords(version), effectLook(effect).label, sample ? '示例文本' : ''];
    return `[${n}] ${label}（${about.filter(Boolean).join('，')}）`;
  });
  return [
    `问：${exchange.question}`,
    `答：${exchange.text.replace(/\*\*/g, '')}`,
    sources.length > 0 ? `依据：\n${sources.join('\n')}` : '',
    exchange.asOf && !isFixed(exchange)
      ? `（按${dayInWords(exchange.asOf)}有效的规定；${exchange.label}）`
      : `（${exchange.label}）`,
  ]
    .filter(Boolean)
    .join('\n');
}

/** Puts text on the clipboard; says whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No permission, or a page without https: the old way needs a field of the page itself.
    return copyBySelection(text);
  }
}

/** The way of old browsers: select text in a hidden field and let the page copy it. */
function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.setAttribute('readonly', '');
  field.setAttribute('aria-hidden', 'true');
  document.body.append(field);
  field.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
  }
}

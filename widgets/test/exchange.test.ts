import { beforeEach, describe, expect, it } from 'vitest';
import { answerText, citationText } from '../src/clipboard';
import { readConfig, readerLink } from '../src/config';
import { apply, begin, stopped } from '../src/exchange';
import { KEPT, loadHistory, saveHistory } from '../src/history';
import { canRetry, isProblem, problemFor } from '../src/problems';
import type { Answer, State } from '../src/types';
import { citation } from './samples';

function answer(state: State, more: Partial<Answer> = {}): Answer {
  const lists = { citations: [citation(1)], related: [citation(2)], notices: [] };
  return { state, text: '终稿[1]', as_of: '2026-11-24', ...lists, ...more };
}

// The reducer: streams in every order, and what each state may show.
describe('an exchange', () => {
  const fresh = begin('1', '问');

  // The verifier may have mended the text meanwhile: the last word is the server's.
  it('grows by deltas and is replaced by the verified text', () => {
    let exchange = apply(fresh, {
      type: 'accepted',
      data: { question: '问', as_of: '2026-11-24' },
    });
    exchange = apply(exchange, {
      type: 'retrieved',
      data: { count: 8, rewrites: [{ from: 'a', to: 'b' }] },
    });
    exchange = apply(exchange, { type: 'delta', data: { text: '初' } });
    exchange = apply(exchange, { type: 'delta', data: { text: '稿' } });
    expect(exchange).toMatchObject({
      text: '初稿',
      phase: 'streaming',
      found: 8,
      asOf: '2026-11-24',
    });
    exchange = apply(exchange, { type: 'done', data: { id: 'x', answer: answer('grounded') } });
    expect(exchange).toMatchObject({ text: '终稿[1]', phase: 'done', state: 'grounded' });
  });

  // Citations arrive with the sentence that uses them first, so not always by number.
  it('takes citations in any order, each once', () => {
    let exchange = apply(fresh, { type: 'citation', data: citation(2) });
    exchange = apply(exchange, { type: 'citation', data: citation(1) });
    exchange = apply(exchange, { type: 'citation', data: citation(2) });
    expect(exchange.citations.map(({ n }) => n)).toEqual([1, 2]);
  });

  it.each([
    ['grounded', 1, 1],
    ['no_match', 0, 1],
    ['unavailable', 0, 0],
    ['needs_human', 0, 0],
  ] as const)('in state %s keeps %i citations and %i related', (state, citations, related) => {
    const exchange = apply(fresh, { type: 'done', data: { id: 'x', answer: answer(state) } });
    expect(exchange.citations).toHaveLength(citations);
    expect(exchange.related).toHaveLength(related);
  });

  // The network may deliver what was sent before the stop.
  it('changes no more once it is over', () => {
    const halted = stopped(apply(fresh, { type: 'delta', data: { text: '初' } }));
    expect(halted.phase).toBe('stopped');
    expect(apply(halted, { type: 'delta', data: { text: '迟' } })).toBe(halted);
    expect(stopped(halted)).toBe(halted);
  });

  // Half an answer without a state can't be taken for a checked one.
  it('keeps what was shown when the line breaks, but has no state', () => {
    const begun = apply(fresh, { type: 'delta', data: { text: '初' } });
    const failed = apply(begun, { type: 'error', data: problemFor('CUT_OFF') });
    expect(failed).toMatchObject({ phase: 'failed', text: '初' });
    expect(failed.state).toBeUndefined();
  });
});

// The store belongs to the page: anything may stand in it.
describe('history', () => {
  beforeEach(() => sessionStorage.clear());

  it('comes back, and an unfinished answer comes back as stopped', () => {
    saveHistory([begin('1', '问')]);
    expect(loadHistory()).toMatchObject([{ question: '问', phase: 'stopped' }]);
  });

  it('keeps the newest only', () => {
    saveHistory(Array.from({ length: KEPT + 5 }, (_, i) => begin(String(i), '问')));
    expect(loadHistory()).toHaveLength(KEPT);
    expect(loadHistory()[0].id).toBe('5');
  });

  it.each(['{', '5', '[{"id":1}]', '[null]'])('survives %s in the store', (stored) => {
    sessionStorage.setItem('party-assistant:history', stored);
    expect(loadHistory()).toEqual([]);
  });
});

// The script tag is written by people who have never seen this code.
describe('settings', () => {
  function script(attributes: Record<string, string>): HTMLScriptElement {
    const element = document.createElement('script');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  it('have defaults of our own', () => {
    const config = readConfig(null);
    expect(config.title).toBe('党务通');
    expect(config.questions.length).toBeGreaterThan(2);
  });

  it('come from the tag', () => {
    const tag = script({
      'data-title': '问规定',
      'data-questions': '["甲？","乙？"]',
      'data-api': 'http://h/x/',
    });
    expect(readConfig(tag)).toMatchObject({
      title: '问规定',
      questions: ['甲？', '乙？'],
      base: 'http://h/x',
    });
  });

  it('fall back when the questions are no list', () => {
    expect(readConfig(script({ 'data-questions': 'oops' })).questions).toEqual(
      readConfig(null).questions,
    );
  });

  // On a foreign page a path would otherwise lead into that page's own site.
  it('lead reader links to the host of the script', () => {
    expect(readerLink('http://h', '/regulations/r/2026/a1')).toBe('http://h/regulations/r/2026/a1');
    expect(readerLink('http://h', 'javascript:alert(1)')).toBeNull();
    expect(readerLink('http://h', null)).toBeNull();
  });
});

// A second try of a question that is too long would only fail again.
describe('failures', () => {
  it('are retried only where that can help', () => {
    expect(canRetry(problemFor('NETWORK'))).toBe(true);
    expect(canRetry(problemFor('HTTP', 429))).toBe(true);
    expect(canRetry(problemFor('HTTP', 413))).toBe(false);
  });

  it('are recognised by code and title', () => {
    expect(isProblem({ code: 'A', title: 'b' })).toBe(true);
    expect(isProblem({ code: 'A' })).toBe(false);
    expect(isProblem(null)).toBe(false);
  });
});

// A copied passage is pasted into documents: it must say where it is from and whether it holds.
describe('copied text', () => {
  it('carries its source', () => {
    expect(citationText(citation(1), 'http://h')).toBe(
      '条文原文第1段\n——《示范规定》第1条（2026年版，在效，示例文本）\n全文：http://h/regulations/r/2026/a1',
    );
  });

  it('of an answer names question, sources and day', () => {
    const done = apply(begin('1', '问'), {
      type: 'done',
      data: { id: 'x', answer: answer('grounded') },
    });
    const text = answerText(done);
    expect(text).toContain('问：问\n答：终稿[1]\n依据：\n[1] 《示范规定》第1条（2026年版，在效）');
    expect(text).toContain('2026年11月24日');
    expect(text).toContain('AI 生成，仅供参考');
  });
});

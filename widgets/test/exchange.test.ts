import { describe, expect, it } from 'vitest';
import { answerText, citationText } from '../src/clipboard';
import { apply, begin, failed, remembered, stopped } from '../src/exchange';
import { readerLink } from '../src/links';
import { canRetry, isProblem, problemFor, waitInWords } from '../src/problems';
import type { Answer, State, Turn } from '../src/types';
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
      data: { turn_id: 't1', question: '问', as_of: '2026-11-24' },
    });
    exchange = apply(exchange, {
      type: 'retrieved',
      data: { candidates: 8, rewrites: [{ from: 'a', to: 'b' }] },
    });
    exchange = apply(exchange, { type: 'delta', data: { text: '初' } });
    exchange = apply(exchange, { type: 'delta', data: { text: '稿' } });
    expect(exchange).toMatchObject({
      text: '初稿',
      phase: 'streaming',
      found: 8,
      asOf: '2026-11-24',
    });
    exchange = apply(exchange, { type: 'done', data: { id: 't1', ...answer('grounded') } });
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
    const exchange = apply(fresh, { type: 'done', data: { id: 'x', ...answer(state) } });
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

// Refusals must not look like answers, whatever came with them.
describe('a fixed reply', () => {
  it.each(['grounded', 'no_match', 'needs_human'] as State[])(
    'in state %s shows no references',
    (state) => {
      const data = { id: 'x', ...answer(state, { code: 'OUT_OF_SCOPE' }) };
      const exchange = apply(apply(begin('1', '问'), { type: 'citation', data: citation(1) }), {
        type: 'done',
        data,
      });
      expect(exchange.citations).toEqual([]);
      expect(exchange.related).toEqual([]);
    },
  );
});

// What was stopped was never checked as a whole.
it('a stopped answer keeps its text and gets no state', () => {
  const data = { id: 'x', stopped: true, ...answer('grounded', { suggestions: ['乙'] }) };
  const exchange = apply(begin('1', '问'), { type: 'done', data });
  expect(exchange).toMatchObject({ phase: 'stopped', text: '终稿[1]', suggestions: [] });
  expect(exchange.state).toBeUndefined();
});

// A reload brings back what the server kept.
describe('a remembered turn', () => {
  const turn: Turn = { id: 't1', question: '问', status: 'done', first_seq: 1, last_seq: 9 };

  it('comes back as it was', () => {
    const feedback = { verdict: 'useful', reasons: [] } as const;
    const back = remembered({
      ...turn,
      condensed: '完整的问题',
      answer: answer('grounded'),
      feedback: { ...feedback, reasons: [] },
    });
    expect(back).toMatchObject({ phase: 'done', condensed: '完整的问题', turnId: 't1', feedback });
    expect(back.citations).toHaveLength(1);
  });

  it.each([
    ['running', 'waiting'],
    ['stopping', 'waiting'],
    ['stopped', 'stopped'],
    ['failed', 'failed'],
  ] as const)('%s without an answer comes back as %s', (status, phase) => {
    expect(remembered({ ...turn, status }).phase).toBe(phase);
  });
});

it('a failure keeps the text and no state', () => {
  const begun = apply(begin('1', '问'), { type: 'delta', data: { text: '初' } });
  expect(failed(begun, problemFor('NETWORK'))).toMatchObject({ phase: 'failed', text: '初' });
});

it('addresses are only followed to the web', () => {
  expect(readerLink('/regulations/r/2026/a1')).toMatch(/\/regulations\/r\/2026\/a1$/);
  expect(readerLink('javascript:alert(1)')).toBeNull();
  expect(readerLink(null)).toBeNull();
});

// A second try of a question that is too long would only fail again.
describe('failures', () => {
  it('are retried only where that can help', () => {
    expect(canRetry(problemFor('NETWORK'))).toBe(true);
    expect(canRetry(problemFor('HTTP', 429))).toBe(true);
    expect(canRetry(problemFor('HTTP', 413))).toBe(false);
  });

  it.each([
    [5, '5 秒'],
    [60, '1 分钟'],
    [65, '1 分 5 秒'],
    [7200, '2 小时'],
    [7800, '2 小时 10 分'],
  ])('%i seconds are said as %s', (seconds, words) => {
    expect(waitInWords(seconds)).toBe(words);
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
    expect(citationText(citation(1))).toMatch(
      /^条文原文第1段\n——《示范规定》第1条（2026年版，在效，示例文本）\n全文：.*\/regulations\/r\/2026\/a1$/,
    );
  });

  it('of an answer names question, sources and day', () => {
    const done = apply(begin('1', '问'), {
      type: 'done',
      data: { id: 'x', ...answer('grounded') },
    });
    const text = answerText(done);
    expect(text).toContain(
      '问：问\n答：终稿[1]\n依据：\n[1] 《示范规定》第1条（2026年版，在效，示例文本）',
    );
    expect(text).toContain('2026年11月24日');
    expect(text).toContain('AI 生成，仅供参考');
  });
});

import { expect, it } from 'vitest';
import { Announcer } from '../src/announcer';
import { apply, begin, type Exchange } from '../src/exchange';
import { momentInWords, spoken } from '../src/words';

/** Lets an answer grow piece by piece and collects what is said. */
function said(pieces: string[]): string[] {
  const announcer = new Announcer();
  let exchange: Exchange = begin('1', '问');
  const words: string[] = [];
  for (const text of pieces) {
    exchange = apply(exchange, { type: 'delta', data: { text } });
    words.push(announcer.next(exchange));
  }
  const data = { id: 't', state: 'grounded' as const, text: exchange.text, as_of: '2026-11-24' };
  exchange = apply(exchange, {
    type: 'done',
    data: { ...data, citations: [], related: [], notices: [] },
  });
  words.push(announcer.next(exchange));
  return words.filter(Boolean);
}

// A screen reader that begins afresh at every piece says nothing that anybody can follow.
it('whole sentences are said, each once, and then how it ended', () => {
  expect(said(['**不能', '。**流动党员', '不行使表决权[1]。可', '以回去'])).toEqual([
    '不能。',
    '流动党员不行使表决权。',
    '可以回去\n回答完毕：有依据。',
  ]);
});

it('a table is said once it is whole', () => {
  const words = said([
    '如下。\n\n',
    '| 事项 | 地点 |\n|---|---|\n',
    '| 选举 | 流出地 |\n',
    '\n完。',
  ]);
  expect(words[0]).toBe('如下。');
  expect(words).toHaveLength(2);
  expect(words[1]).toContain('选举，流出地');
});

it('signs of Markdown are not said', () => {
  expect(spoken('## 标题\n- **甲**[1]\n> 乙')).toBe('标题\n甲\n乙');
});

it.each([
  ['2026-11-25T06:05:00', '06:05'],
  ['2026-11-24T23:59:00', '昨天'],
  ['2026-03-02T10:00:00', '3月2日'],
  ['2025-03-02T10:00:00', '2025年3月2日'],
  ['oops', ''],
])('%s is said as %s', (iso, words) => {
  expect(momentInWords(iso, new Date('2026-11-25T12:00:00'))).toBe(words);
});

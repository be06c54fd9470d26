import { nothing, render } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { type Actions, exchangeView } from '../src/answer-view';
import { sheetView } from '../src/citation-sheet';
import { composerView, isSendable, sendsOn } from '../src/composer-view';
import { begin, type Exchange } from '../src/exchange';
import { problemFor } from '../src/problems';
import type { Effect, State } from '../src/types';
import { dayInWords, EFFECTS, STATES, validity } from '../src/words';
import { citation } from './samples';

/** What the views would call; each a spy. */
function actions(): Actions {
  return { openCitation: vi.fn(), retry: vi.fn(), copy: vi.fn(), ask: vi.fn(), feedback: vi.fn() };
}

/** Draws one exchange into a detached element. */
function show(exchange: Partial<Exchange>, on: Actions = actions()): HTMLElement {
  const box = document.createElement('div');
  render(exchangeView({ ...begin('1', '能投票吗？'), phase: 'done', ...exchange }, on), box);
  return box;
}

/** Draws the sheet of one citation. */
function sheet(more: Parameters<typeof citation>[1]): HTMLElement {
  const box = document.createElement('div');
  render(sheetView(citation(1, more), { close: vi.fn(), copy: vi.fn() }), box);
  return box;
}

// Colour alone is not enough: some don't see it, and printers don't have it.
describe('the four states', () => {
  it.each([
    ['grounded', '有依据'],
    ['no_match', '未找到依据'],
    ['unavailable', '暂不可用'],
    ['needs_human', '需人工答复'],
  ] as [State, string][])('%s is told by words, icon and tone', (state, words) => {
    const bar = show({ state, text: '文字' }).querySelector('.state');
    expect(bar?.textContent).toContain(words);
    expect(bar?.querySelector('svg')).not.toBeNull();
    expect(bar?.classList.contains(`tone-${STATES[state].tone}`)).toBe(true);
  });

  it('differ in every one of the three', () => {
    const looks = Object.values(STATES);
    for (const key of ['tone', 'icon', 'label'] as const) {
      expect(new Set(looks.map((look) => look[key])).size).toBe(looks.length);
    }
    const effects = Object.values(EFFECTS);
    expect(new Set(effects.map(({ icon }) => icon)).size).toBe(effects.length);
  });

  it('an unknown state is called unknown, not grounded', () => {
    const box = show({ state: 'novel' as State, text: '文字' });
    expect(box.querySelector('.state')?.textContent).toContain('状态未知');
  });
});

// Answers of all kinds, and what can be clicked in them.
describe('an answer', () => {
  it('opens the citation of a mark and of a row', () => {
    const on = actions();
    const box = show(
      { state: 'grounded', text: '甲[2]。', citations: [citation(1), citation(2)] },
      on,
    );
    box.querySelector<HTMLElement>('button.mark')?.click();
    expect(on.openCitation).toHaveBeenLastCalledWith(expect.objectContaining({ n: 2 }));
    box.querySelector<HTMLElement>('[data-list=citations] button')?.click();
    expect(on.openCitation).toHaveBeenLastCalledWith(expect.objectContaining({ n: 1 }));
  });

  it('lists related provisions apart, open only when there is nothing else', () => {
    const related = [citation(3)];
    const none = show({ state: 'no_match', text: '没有。', related });
    expect(none.querySelector('[data-list=citations]')).toBeNull();
    expect(none.querySelector('details')?.hasAttribute('open')).toBe(true);
    const some = show({ state: 'grounded', text: '甲[1]', citations: [citation(1)], related });
    expect(some.querySelector('details')?.hasAttribute('open')).toBe(false);
  });

  it('shows notices as they are', () => {
    const notices = [{ code: 'NO_MODEL', text: '未配置大模型，仅列原文。<b>' }];
    expect(show({ notices }).querySelector('.notices')?.textContent).toContain('仅列原文。<b>');
  });

  // 413 and the like are faults of the question: only changing it helps.
  it('offers a retry after a fault of the line, none after a fault of the question', () => {
    const on = actions();
    const box = show({ phase: 'failed', problem: problemFor('CUT_OFF'), text: '一半' }, on);
    expect(box.textContent).toContain('不完整');
    expect(box.querySelector('.problem button')?.textContent).toContain('继续接收');
    expect(box.querySelector('.state')).toBeNull();
    box.querySelector<HTMLElement>('.problem button')?.click();
    expect(on.retry).toHaveBeenCalledOnce();
    expect(
      show({ phase: 'failed', problem: problemFor('HTTP', 413) }).querySelector('.problem button'),
    ).toBeNull();
  });

  it('says what it is doing meanwhile and is busy for screen readers', () => {
    const box = show({ phase: 'waiting' });
    expect(box.textContent).toContain('正在查找规定');
    expect(box.querySelector('.answer')?.getAttribute('aria-busy')).toBe('true');
    expect(show({ phase: 'waiting', found: 8 }).textContent).toContain('找到 8 处');
    expect(show({ phase: 'streaming', broken: true }).textContent).toContain('正在恢复');
    expect(show({ phase: 'streaming', stopping: true }).textContent).toContain('正在停止');
  });

  it('does not parse the question as HTML', () => {
    const box = show({ question: '<img src=x>' });
    expect(box.querySelector('img')).toBeNull();
    expect(box.querySelector('.question-words')?.textContent).toBe('<img src=x>');
  });

  // A strict policy of the page would block it and report it.
  it('carries no inline style', () => {
    const box = show({ state: 'grounded', text: '甲[1]', citations: [citation(1)] });
    expect(box.querySelector('[style]')).toBeNull();
  });
});

// What comes with an answer besides its words.
describe('around an answer', () => {
  it('shows how the question was understood', () => {
    expect(show({ condensed: '预备期需要几年？' }).querySelector('.condensed')?.textContent).toBe(
      '理解为：预备期需要几年？',
    );
  });

  it("carries the label of generated text, the server's own words first", () => {
    expect(
      show({ text: '文字', state: 'grounded' }).querySelector('.label')?.textContent,
    ).toContain('AI 生成，仅供参考');
    const own = show({ text: '文字', state: 'grounded', label: '本内容由人工智能生成' });
    expect(own.querySelector('.label')?.textContent).toContain('本内容由人工智能生成');
  });

  it('asks an option and a suggestion on a click, options first', () => {
    const on = actions();
    const box = show(
      { options: ['甲'], suggestions: ['乙'], code: 'CLARIFY', text: '哪一种？' },
      on,
    );
    expect(box.querySelectorAll('.chip')).toHaveLength(1);
    box.querySelector<HTMLElement>('.chip')?.click();
    expect(on.ask).toHaveBeenCalledWith('甲');
    expect(show({ suggestions: ['乙'] }).querySelector('.onward')?.textContent).toContain('接着问');
  });

  // Old offers would compete with those of the newest answer.
  it('offers how to go on below the newest answer only', () => {
    const box = document.createElement('div');
    const done: Exchange = { ...begin('1', '问'), phase: 'done', suggestions: ['乙'] };
    render(exchangeView(done, actions(), false), box);
    expect(box.querySelector('.onward')).toBeNull();
  });

  it('links a card only to a web address', () => {
    const card = { code: 'c', title: '转接', text: '在线办理' };
    const links = (url: string | null) =>
      show({ cards: [{ ...card, url }] }).querySelectorAll('.card a');
    expect(links('https://h.example/x')).toHaveLength(1);
    expect(links('javascript:alert(1)')).toHaveLength(0);
    expect(links(null)).toHaveLength(0);
  });

  it('gives numbers to call where somebody is in despair, and asks for no praise', () => {
    const box = show({ state: 'needs_human', code: 'DISTRESS', text: '…' });
    const numbers = [...box.querySelectorAll('.helpline')].map((a) => a.getAttribute('href'));
    expect(numbers).toEqual(['tel:12356', 'tel:120', 'tel:110']);
    expect(box.querySelector('pa-feedback')).toBeNull();
  });

  it.each([
    ['no_match', 'OUT_OF_SCOPE', '不在答复范围'],
    ['needs_human', 'CLARIFY', '请补充一点'],
    ['needs_human', 'CASE_DECISION', '需人工答复'],
  ] as [State, string, string][])('%s with code %s is called %s', (state, code, words) => {
    expect(show({ state, code, text: '文字' }).querySelector('.state')?.textContent).toContain(
      words,
    );
  });

  it('small talk has no state', () => {
    expect(
      show({ state: 'no_match', code: 'GREETING', text: '您好' }).querySelector('.state'),
    ).toBeNull();
  });
});

// What the sheet claims must be what the server said, no more.
describe('the citation sheet', () => {
  it.each(Object.keys(EFFECTS) as Effect[])('names the effect %s', (effect) => {
    expect(sheet({ effect }).querySelector('.effect')?.textContent).toContain(
      EFFECTS[effect].label,
    );
  });

  it('shows text word for word, version, dates, badges and the way to the full text', () => {
    const box = sheet({ text: '第一款\n\n<b>第二款', ended_on: '2027-01-01' });
    expect(box.querySelector('.verbatim')?.textContent).toBe('第一款\n\n<b>第二款');
    expect(box.textContent).toContain('2026年版');
    expect(box.textContent).toContain('2026年3月1日起施行，2027年1月1日起不再适用');
    expect(box.querySelector('.verified')?.textContent).toContain('已逐字核对');
    expect(box.querySelector('.sample')?.textContent).toBe('示例');
    expect(box.querySelector('a')?.getAttribute('href')).toMatch(/\/regulations\/r\/2026\/a1$/);
  });

  it('claims nothing that is not so', () => {
    const box = sheet({ verified: false, sample: false, url: null });
    expect(box.querySelector('.verified')).toBeNull();
    expect(box.querySelector('.sample')).toBeNull();
    expect(box.querySelector('a')).toBeNull();
  });
});

// Sending, counting, refusing.
describe('the field', () => {
  const key = (more: KeyboardEventInit) => new KeyboardEvent('keydown', { key: 'Enter', ...more });

  it('sends on Enter only', () => {
    expect(sendsOn(key({}))).toBe(true);
    expect(sendsOn(key({ shiftKey: true }))).toBe(false);
    expect(sendsOn(key({ isComposing: true }))).toBe(false);
    expect(sendsOn(key({ key: 'a' }))).toBe(false);
  });

  // In UTF-16 an emoji counts two; the server counts characters.
  it('counts characters as people do and refuses what is too long or empty', () => {
    expect(isSendable('  \n')).toBe(false);
    expect(isSendable('😀'.repeat(2000))).toBe(true);
    expect(isSendable('字'.repeat(2001))).toBe(false);
  });

  it.each([
    [1799, null],
    [1800, '1800 / 2000'],
    [2003, '超出 3 字'],
  ])('at %i characters shows the counter %s', (length, words) => {
    const box = document.createElement('div');
    const none = vi.fn();
    const calls = { setDraft: none, setDay: none, toggleDay: none, send: none, stop: none };
    const context = { context: '', takeContext: none, dropContext: none };
    const state = { running: false, offline: false, limit: null, day: '', choosingDay: false };
    render(
      composerView({ above: nothing, draft: '字'.repeat(length), ...state, ...calls, ...context }),
      box,
    );
    const counter = box.querySelector('.counter');
    if (words === null) expect(counter).toBeNull();
    else expect(counter?.textContent).toContain(words);
  });
});

it('writes days in words', () => {
  expect(dayInWords('2026-04-01')).toBe('2026年4月1日');
  expect(validity(null, null)).toBe('施行日期未知');
});

// The words, colours and icons of states: each is told apart by all three, never by colour alone.

import type { Effect, Reason, State } from './types';

/** Names of the drawings in `icons.ts`. */
export type IconName =
  | 'book'
  | 'check'
  | 'search'
  | 'pause'
  | 'person'
  | 'alert'
  | 'info'
  | 'close'
  | 'send'
  | 'stop'
  | 'retry'
  | 'copy'
  | 'out'
  | 'calendar'
  | 'history'
  | 'clock'
  | 'ban'
  | 'question'
  | 'find'
  | 'menu'
  | 'plus'
  | 'star'
  | 'starred'
  | 'more'
  | 'trash'
  | 'pen'
  | 'file'
  | 'phone'
  | 'up'
  | 'down'
  | 'arrow'
  | 'shield'
  | 'link';

/** How a state is shown. */
export interface Look {
  /** Suffix of the CSS class. */
  tone: 'good' | 'warn' | 'quiet' | 'person' | 'bad';
  icon: IconName;
  label: string;
  /** One sentence that says what the state means for the reader. */
  hint: string;
}

/** The four states of an answer. */
export const STATES: Record<State, Look> = {
  grounded: {
    tone: 'good',
    icon: 'check',
    label: '有依据',
    hint: '结论附有条文出处，点数字可看原文',
  },
  no_match: {
    tone: 'warn',
    icon: 'search',
    label: '未找到依据',
    hint: '收录的规定没有写到，不作推断',
  },
  unavailable: { tone: 'quiet', icon: 'pause', label: '暂不可用', hint: '系统有部分功能没有响应' },
  needs_human: {
    tone: 'person',
    icon: 'person',
    label: '需人工答复',
    hint: '这类事项要由党组织工作人员答复',
  },
};

/** Whether a provision holds on the day asked about. */
export const EFFECTS: Record<Effect, Look> = {
  effective: { tone: 'good', icon: 'check', label: '在效', hint: '所查日期适用此版本' },
  amended: { tone: 'warn', icon: 'history', label: '已修改', hint: '已有新版本，请以新版本为准' },
  abolished: { tone: 'bad', icon: 'ban', label: '已废止', hint: '此规定已停止执行' },
  not_yet: {
    tone: 'person',
    icon: 'clock',
    label: '尚未施行',
    hint: '已公布，但到所查日期还没有施行',
  },
  unknown: { tone: 'quiet', icon: 'question', label: '日期未知', hint: '没有可靠的施行日期' },
};

/**
 * Fixed replies that are neither an answer nor a lack of one. Small talk needs no line above it at all; a question back
 * and a refusal say what they are.
 */
const FIXED: Record<string, Look | null> = {
  GREETING: null,
  THANKS: null,
  ABOUT: null,
  CLARIFY: {
    tone: 'person',
    icon: 'question',
    label: '请补充一点',
    hint: '说得具体些，才能找准规定',
  },
  DISTRESS: { tone: 'bad', icon: 'phone', label: '您的安全最要紧', hint: '现在就可以找人说说' },
};
/** Other fixed replies say that we don't answer this; why is in the text. */
const REFUSED: Look = { tone: 'quiet', icon: 'shield', label: '不在答复范围', hint: '' };

/** The line above an answer; `null`: it needs none. */
export function answerLook(state: State, code: string | undefined): Look | null {
  if (code && code in FIXED) return FIXED[code];
  if (code && code !== 'NO_BASIS' && state === 'no_match') return REFUSED;
  return stateLook(state);
}

/** Whether a fixed reply is part of the talk rather than something to be copied or judged. */
export function isTalk(code: string | undefined): boolean {
  return code !== undefined && code in FIXED;
}

/** Who can be called at once, where somebody is in despair. */
export const HELPLINES: readonly [number: string, name: string][] = [
  ['12356', '全国心理援助热线'],
  ['120', '急救'],
  ['110', '报警'],
];

/** Why an answer was of no use. */
export const REASONS: Record<Reason, string> = {
  inaccurate: '不准确',
  incomplete: '不完整',
  outdated: '已过时',
  wrong_citation: '引用错误',
  other: '其他',
};

/** Never taken for a good state: what we don't know, we call unknown. */
const UNKNOWN: Look = { tone: 'quiet', icon: 'question', label: '状态未知', hint: '' };

/** Looks up a state; a newer server may send one that this script doesn't know. */
export function stateLook(state: string | undefined): Look {
  return STATES[state as State] ?? UNKNOWN;
}

/** Looks up an effect, likewise. */
export function effectLook(effect: string): Look {
  return EFFECTS[effect as Effect] ?? UNKNOWN;
}

/** 2026-04-01 → 2026年4月1日; anything else as it is. */
export function dayInWords(iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  return match ? `${match[1]}年${Number(match[2])}月${Number(match[3])}日` : iso;
}

/** `2026` → 2026年版; other labels as they are. */
export function versionInWords(version: string | null | undefined): string {
  if (!version) return '';
  return /^\d{4}$/.test(version) ? `${version}年版` : version;
}

/** From when to when a version holds, in words. */
export function validity(from: string | null | undefined, to: string | null | undefined): string {
  const start = from ? `${dayInWords(from)}起施行` : '施行日期未知';
  return to ? `${start}，${dayInWords(to)}起不再适用` : start;
}

/** Longest question, in characters as people count them. */
export const QUESTION_LIMIT = 2000;
/** From here on the counter is shown. */
export const COUNTER_FROM = 1800;

/** Counts characters, an emoji as one. */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** When something was last touched, as one would say it: 14:05, 昨天, 3月2日, 2025年3月2日. `now` for tests. */
export function momentInWords(iso: string, now = new Date()): string {
  const then = new Date(iso);
  if (Number.isNaN(then.getTime())) return '';
  const day = (date: Date) =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((day(now) - day(then)) / 86_400_000);
  const two = (n: number) => String(n).padStart(2, '0');
  if (days <= 0) return `${two(then.getHours())}:${two(then.getMinutes())}`;
  if (days === 1) return '昨天';
  const date = `${then.getMonth() + 1}月${then.getDate()}日`;
  return then.getFullYear() === now.getFullYear() ? date : `${then.getFullYear()}年${date}`;
}

/** What a screen reader should hear of an answer: words without the signs of Markdown. */
export function spoken(markdown: string): string {
  return markdown
    .replace(/\[(\d{1,3})\](?!\()/g, '')
    .replace(/\*\*|^\s*(?:#{1,6}|>|[-*+])\s+/gm, '')
    .replace(/^\s*\|?[\s:|-]+\|\s*$/gm, '')
    .replace(/\s*\|\s*/g, '，')
    .replace(/(?:，\s*)+$|^(?:\s*，)+/gm, '')
    .replace(/\n{2,}/g, '\n')
    .trim();
}

// The words, colours and icons of states: each is told apart by all three, never by colour alone.

import type { Effect, State } from './types';

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
  | 'clear'
  | 'history'
  | 'clock'
  | 'ban'
  | 'question';

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

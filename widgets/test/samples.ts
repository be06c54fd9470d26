// Invented citations for tests.

import type { Citation } from '../src/types';

/** A citation with number `n`. */
export function citation(n: number, more: Partial<Citation> = {}): Citation {
  return {
    n,
    title: '示范规定',
    version: '2026',
    label: `《示范规定》第${n}条`,
    text: `条文原文第${n}段`,
    effect: 'effective',
    effective_on: '2026-03-01',
    ended_on: null,
    url: `/regulations/r/2026/a${n}`,
    sample: true,
    verified: true,
    ...more,
  };
}

// What screen readers hear of an answer: whole sentences as they are finished, and how it ended. Were the growing text
// itself a live region, they would start afresh at every piece of a word.

import { type Exchange, isRunning } from './exchange';
import { answerLook, spoken } from './words';

/** Cuts behind the last finished sentence. */
const FINISHED = /^[\s\S]*[。！？；\n]/;

/** Turns the states of one exchange after the other into words that have not been said yet. */
export class Announcer {
  private id = '';
  private said = 0;

  /** What is to be said now that an exchange looks like this; empty: nothing. */
  next(exchange: Exchange): string {
    if (exchange.id !== this.id) {
      this.id = exchange.id;
      this.said = 0;
    }
    const over = !isRunning(exchange);
    const rest = exchange.text.slice(this.said);
    const ready = over ? rest : (FINISHED.exec(rest)?.[0] ?? '');
    // A table is read once it is whole: half of one makes no sense.
    if (!over && /\|/.test(ready)) return '';
    this.said += ready.length;
    return [spoken(ready), over ? ending(exchange) : ''].filter(Boolean).join('\n');
  }
}

/** How an exchange ended, in one sentence. */
function ending({ phase, state, code, problem, citations }: Exchange): string {
  if (phase === 'stopped') return '已停止，回答没有完成。';
  if (problem) return `${problem.title}。${problem.detail ?? ''}`;
  const look = state && answerLook(state, code);
  const basis = citations.length > 0 ? `，附 ${citations.length} 条依据` : '';
  return look ? `回答完毕：${look.label}${basis}。` : '回答完毕。';
}

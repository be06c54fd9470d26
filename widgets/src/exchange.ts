// One question and what became of it. Pure: an event goes in, a new exchange comes out.

import { problemFor } from './problems';
import type {
  Answer,
  Card,
  ChatEvent,
  Citation,
  Feedback,
  Notice,
  Problem,
  Rewrite,
  State,
  Turn,
} from './types';

/** Where an exchange stands. */
export type Phase = 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed';

/** A question with its answer, as far as it has come. */
export interface Exchange {
  /** Unique within the conversation: the command id, or the turn's id for what the server remembers. */
  id: string;
  /** The server's id, once it has accepted the question. */
  turnId?: string;
  question: string;
  /** The question as it was understood, where that differs. */
  condensed?: string;
  /** The day that the user chose, ISO; absent: today. */
  chosenDay?: string;
  phase: Phase;
  /** The line broke and is being mended. */
  broken?: boolean;
  /** The stop button was pressed, the server has not yet said so. */
  stopping?: boolean;
  /** Markdown. */
  text: string;
  state?: State;
  /** The fixed reply that this is. */
  code?: string;
  /** What must be shown with the text. */
  label: string;
  citations: Citation[];
  related: Citation[];
  notices: Notice[];
  rewrites: Rewrite[];
  suggestions: string[];
  options: string[];
  cards: Card[];
  /** How many passages were found; absent until the search has come back. */
  found?: number;
  /** The day whose law was applied, ISO. */
  asOf?: string;
  problem?: Problem;
  feedback?: Feedback;
}

/** Shown with every text that the program makes; the server's own words take its place. */
const LABEL = 'AI 生成，仅供参考';

/** A question that was just sent. */
export function begin(id: string, question: string, chosenDay?: string): Exchange {
  return {
    ...{ id, question, chosenDay, phase: 'waiting', text: '', label: LABEL },
    ...{ citations: [], related: [], notices: [], rewrites: [] },
    ...{ suggestions: [], options: [], cards: [] },
  };
}

/** What the server remembers of a question. A running one comes back as just asked: its events follow. */
export function remembered(turn: Turn): Exchange {
  const fresh = begin(turn.id, turn.question);
  const exchange: Exchange = {
    ...fresh,
    turnId: turn.id,
    condensed: turn.condensed ?? undefined,
    feedback: turn.feedback ?? undefined,
  };
  if (turn.status === 'running' || turn.status === 'stopping') return exchange;
  if (turn.answer) return finish(exchange, turn.answer, turn.status === 'stopped');
  return turn.status === 'stopped'
    ? { ...exchange, phase: 'stopped' }
    : failed(exchange, problemFor('FAILED'));
}

/** Whether an answer is still on its way. */
export function isRunning(exchange: Exchange): boolean {
  return exchange.phase === 'waiting' || exchange.phase === 'streaming';
}

/** Whether this is a refusal or another fixed reply: such an answer rests on no provision, so it shows none. */
export function isFixed(exchange: Exchange): boolean {
  return Boolean(exchange.code) || exchange.state === 'needs_human';
}

/** Applies one event of the stream. Events that come after the end change nothing. */
export function apply(exchange: Exchange, event: ChatEvent): Exchange {
  if (!isRunning(exchange)) return exchange;
  switch (event.type) {
    case 'accepted':
      return { ...exchange, turnId: event.data.turn_id, asOf: event.data.as_of ?? exchange.asOf };
    case 'condensed':
      return { ...exchange, condensed: event.data.question };
    case 'retrieved':
      return {
        ...exchange,
        found: event.data.candidates ?? 0,
        rewrites: event.data.rewrites ?? [],
        asOf: event.data.as_of ?? exchange.asOf,
      };
    case 'delta':
      return { ...exchange, phase: 'streaming', text: exchange.text + event.data.text };
    case 'citation':
      return { ...exchange, citations: addCitation(exchange.citations, event.data) };
    case 'notice':
      return { ...exchange, notices: addNotice(exchange.notices, event.data) };
    case 'done':
      return finish(
        { ...exchange, turnId: event.data.id },
        event.data,
        event.data.stopped ?? false,
      );
    case 'error':
      return failed(exchange, event.data);
  }
}

/** The answer won't come. What was shown of it stays. */
export function failed(exchange: Exchange, problem: Problem): Exchange {
  return { ...exchange, phase: 'failed', broken: false, problem };
}

/** The user pressed stop and nobody else will say so. */
export function stopped(exchange: Exchange): Exchange {
  return isRunning(exchange) ? { ...exchange, phase: 'stopped', broken: false } : exchange;
}

/** The whole answer replaces what was streamed: the two are the same unless a guard took something back. */
function finish(exchange: Exchange, answer: Answer, wasStopped: boolean): Exchange {
  const whole: Exchange = {
    ...exchange,
    phase: wasStopped ? 'stopped' : 'done',
    broken: false,
    stopping: false,
    text: answer.text,
    code: answer.code ?? undefined,
    label: answer.label || LABEL,
    notices: answer.notices ?? [],
    asOf: answer.as_of,
  };
  // A stopped answer was not checked as a whole: it gets no state and leads nowhere on.
  if (wasStopped) return { ...whole, citations: answer.citations ?? [] };
  const { state, code } = answer;
  return {
    ...whole,
    state,
    // A refusal shows no references, whatever came with it; the nearest provisions only where nothing was found.
    citations: state === 'grounded' && !code ? answer.citations : [],
    related: (state === 'grounded' || state === 'no_match') && !code ? (answer.related ?? []) : [],
    suggestions: answer.suggestions ?? [],
    options: answer.options ?? [],
    cards: answer.cards ?? [],
  };
}

/** Puts a citation in its place by number; the same number sent again replaces the first. */
function addCitation(list: Citation[], citation: Citation): Citation[] {
  return [...list.filter(({ n }) => n !== citation.n), citation].sort((a, b) => a.n - b.n);
}

/** Adds a notice unless the same words are there already: the final answer repeats those of the stream. */
function addNotice(list: Notice[], notice: Notice): Notice[] {
  const known = list.some(({ code, text }) => code === notice.code && text === notice.text);
  return known ? list : [...list, notice];
}

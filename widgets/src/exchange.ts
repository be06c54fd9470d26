// One question and what became of it. Pure: an event goes in, a new exchange comes out.

import type { Answer, ChatEvent, Citation, Notice, Problem, Rewrite, State } from './types';

/** Where an exchange stands. */
export type Phase = 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed';

/** A question with its answer, as far as it has come. */
export interface Exchange {
  /** Unique within the page. */
  id: string;
  question: string;
  /** The day that the user chose, ISO; absent: today. */
  chosenDay?: string;
  phase: Phase;
  /** Markdown. */
  text: string;
  state?: State;
  citations: Citation[];
  related: Citation[];
  notices: Notice[];
  rewrites: Rewrite[];
  /** How many passages were found; absent until the search has come back. */
  found?: number;
  /** The day whose law was applied, ISO. */
  asOf?: string;
  problem?: Problem;
}

/** A question that was just sent. */
export function begin(id: string, question: string, chosenDay?: string): Exchange {
  return {
    ...{ id, question, chosenDay, phase: 'waiting', text: '' },
    ...{ citations: [], related: [], notices: [], rewrites: [] },
  };
}

/** Whether an answer is still on its way. */
export function isRunning(exchange: Exchange): boolean {
  return exchange.phase === 'waiting' || exchange.phase === 'streaming';
}

/** Applies one event of the stream. Events that come after the end change nothing. */
export function apply(exchange: Exchange, event: ChatEvent): Exchange {
  if (!isRunning(exchange)) return exchange;
  switch (event.type) {
    case 'accepted':
      return { ...exchange, asOf: event.data.as_of ?? exchange.asOf };
    case 'retrieved':
      return {
        ...exchange,
        found: event.data.count,
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
      return finish(exchange, event.data.answer);
    case 'error':
      return { ...exchange, phase: 'failed', problem: event.data };
  }
}

/** The user pressed stop. */
export function stopped(exchange: Exchange): Exchange {
  return isRunning(exchange) ? { ...exchange, phase: 'stopped' } : exchange;
}

/** The whole answer replaces what was streamed: the verifier may have mended it meanwhile. */
function finish(exchange: Exchange, answer: Answer): Exchange {
  return {
    ...exchange,
    phase: 'done',
    state: answer.state,
    text: answer.text,
    // A refusal shows no references, whatever came with it; the nearest provisions only where nothing was found.
    citations: answer.state === 'grounded' ? answer.citations : [],
    related: answer.state === 'grounded' || answer.state === 'no_match' ? answer.related : [],
    notices: answer.notices,
    asOf: answer.as_of,
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

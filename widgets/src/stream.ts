// Asks, and follows the answer to its end however often the line breaks.
// Plain fetch on purpose: a stream client that reconnects by itself would send the question a second time. Here the
// question carries a command id, so that the server knows a repetition, and every event a number, so that we go on
// exactly where the line broke.

import { createParser } from 'eventsource-parser';
import type { Api } from './api';
import { ProblemError, problemFor, problemOf } from './problems';
import type { ChatEvent } from './types';

/** Names of the contract. Others are passed over, so that the server may add some. */
const EVENT_TYPES = [
  ...['accepted', 'condensed', 'retrieved', 'delta', 'citation', 'notice', 'done', 'error'],
];

/** The server says something every 15 seconds; a line that is silent for so long is dead, milliseconds. */
export const SILENCE_LIMIT = 40_000;
/** Tries in a row without a single new event before we give up. With the pauses below about two minutes. */
export const TRIES = 14;
/** First pause before a new try, milliseconds; each further one is twice as long, up to `LONGEST_PAUSE`. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 15_000;

/** An event with its number. */
export interface Numbered {
  seq: number;
  event: ChatEvent;
}

/** What is to be followed. */
export interface FollowOptions {
  api: Pick<Api, 'request'>;
  /** The conversation. */
  id: string;
  /** To be asked; absent: only listen on. */
  ask?: { question: string; as_of?: string; command_id: string };
  /** Number of the last event that is known already. */
  after: number;
  /** Aborted when nobody wants to hear any more. */
  signal: AbortSignal;
  onEvent: (event: ChatEvent, seq: number) => void;
  /** Told when the line breaks (`true`) and when it is there again (`false`). */
  onBroken?: (broken: boolean) => void;
  /** For tests; milliseconds. */
  silenceLimit?: number;
  /** For tests: what waits between two tries. */
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** How following ended: with the turn's last event, by our own will, or with nothing left to hear. */
export type Ending = 'finished' | 'aborted' | 'nothing';

/** Turns one raw event into a typed one; `null` for names that we don't know and data that is no JSON. */
export function decodeEvent(name: string | undefined, data: string): ChatEvent | null {
  if (!name || !EVENT_TYPES.includes(name)) return null;
  try {
    return { type: name, data: JSON.parse(data) } as ChatEvent;
  } catch {
    return null;
  }
}

/** Feeds a body, in whatever pieces it arrives, to `onEvent`. `onPiece` tells that the line is alive. */
export async function readEvents(
  response: Response,
  onEvent: (numbered: Numbered) => void,
  onPiece: () => void = () => {},
): Promise<void> {
  const parser = createParser({
    onEvent: (raw) => {
      const event = decodeEvent(raw.event, raw.data);
      if (event) onEvent({ seq: Number(raw.id) || 0, event });
    },
  });
  // Some old in-app browsers have fetch without streams: the answer then comes in one go.
  if (!response.body) {
    parser.feed(await response.text());
    return;
  }
  const reader = response.body.getReader();
  // One decoder for all pieces: a Chinese character is often cut between two of them.
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    onPiece();
    parser.feed(decoder.decode(value, { stream: true }));
  }
}

/**
 * Follows an answer. Rejects with a `ProblemError` where the server refuses, or where the line stays broken.
 * An event that comes twice, because the line broke after it, is passed on once.
 */
export async function follow(options: FollowOptions): Promise<Ending> {
  const { signal, onEvent, onBroken = () => {}, pause = pauseOrOnline } = options;
  let { after } = options;
  // Until the first event is there nobody knows whether the question arrived: it is sent again, under the same id.
  let asked = options.ask === undefined;
  let tries = 0;
  let broken = false;
  for (;;) {
    let finished = false;
    let alive = false;
    try {
      const open = (line: AbortSignal) =>
        asked
          ? options.api.request(
              'GET',
              `/conversations/${options.id}/events?after=${after}`,
              undefined,
              line,
            )
          : options.api.request('POST', `/conversations/${options.id}/turns`, options.ask, line);
      const nothing = await listen(options, open, ({ seq, event }) => {
        asked = true;
        if (!alive && broken) onBroken(false);
        alive = true;
        if (seq <= after) return;
        after = seq;
        finished = event.type === 'done' || event.type === 'error';
        onEvent(event, seq);
      });
      if (signal.aborted) return 'aborted';
      if (finished) return 'finished';
      if (nothing) return 'nothing';
    } catch (error) {
      if (signal.aborted) return 'aborted';
      if (finished) return 'finished';
      if (error instanceof ProblemError && !passes(error.problem.status, asked)) throw error;
      if (tries >= TRIES)
        throw new ProblemError(
          asked && after > options.after ? problemFor('CUT_OFF') : problemOf(error),
        );
    }
    tries = alive ? 0 : tries + 1;
    // A line that ends again and again without an event and without an error leads nowhere either.
    if (tries > TRIES) throw new ProblemError(problemFor('CUT_OFF'));
    broken = true;
    onBroken(true);
    await pause(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** tries), signal);
    if (signal.aborted) return 'aborted';
  }
}

/** Reads one line to its end; `true` where the server says that there is nothing to hear. */
async function listen(
  { signal, silenceLimit = SILENCE_LIMIT }: FollowOptions,
  open: (signal: AbortSignal) => Promise<Response>,
  onEvent: (numbered: Numbered) => void,
): Promise<boolean> {
  const line = new AbortController();
  const cut = () => line.abort();
  let timer = setTimeout(cut, silenceLimit);
  const onPiece = () => {
    clearTimeout(timer);
    timer = setTimeout(cut, silenceLimit);
  };
  signal.addEventListener('abort', cut);
  try {
    const response = await open(line.signal);
    onPiece();
    if (response.status === 204) return true;
    // A login page of a proxy also answers 200; only a stream is an answer.
    if (!(response.headers.get('content-type') ?? '').includes('text/event-stream'))
      throw new ProblemError(problemFor('HTTP', 502));
    await readEvents(
      response,
      (numbered) => {
        if (!signal.aborted) onEvent(numbered);
      },
      onPiece,
    );
    return false;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cut);
  }
}

/** Whether a status may pass by itself. A refusal of the question does not; while listening on, a gateway's may. */
function passes(status: number | undefined, listening: boolean): boolean {
  return listening && (status === undefined || status === 429 || status >= 500);
}

/** Waits, but not longer than until the network comes back, or until nobody wants to hear any more. */
function pauseOrOnline(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // Without a network every try is in vain: it is waited for, and looked for now and then all the same.
    const timer = setTimeout(over, navigator.onLine === false ? LONGEST_PAUSE : milliseconds);
    function over() {
      clearTimeout(timer);
      removeEventListener('online', over);
      signal.removeEventListener('abort', over);
      resolve();
    }
    addEventListener('online', over);
    signal.addEventListener('abort', over);
  });
}

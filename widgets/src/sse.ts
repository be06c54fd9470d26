// Asks the server and reads its answer stream.
// Plain fetch on purpose: a stream client that reconnects would send the question a second time.

import { createParser } from 'eventsource-parser';
import { isProblem, problemFor } from './problems';
import type { ChatEvent, Problem } from './types';

/** Names of the contract. Others are passed over, so that the server may add some. */
const EVENT_TYPES = ['accepted', 'retrieved', 'delta', 'citation', 'notice', 'done', 'error'];

/** How long the line may stay silent before we say so, milliseconds. */
export const SILENCE_LIMIT = 60_000;

/** What a question needs. */
export interface AskOptions {
  /** Origin (and prefix) of the server, without a slash at the end. */
  base: string;
  question: string;
  /** ISO day whose law is asked about; absent: today. */
  asOf?: string;
  /** Aborted by the stop button. */
  signal: AbortSignal;
  onEvent: (event: ChatEvent) => void;
  /** For tests; milliseconds. */
  silenceLimit?: number;
}

/** Turns one raw event into a typed one; `null` for names that we don't know and data that is no JSON. */
export function decodeEvent(name: string | undefined, data: string): ChatEvent | null {
  if (!name || !EVENT_TYPES.includes(name)) return null;
  try {
    return { type: name, data: settle(name, JSON.parse(data)) } as ChatEvent;
  } catch {
    return null;
  }
}

/** Evens out what servers may write in two ways: the answer beside its id or in a field of its own, and the count's name. */
function settle(name: string, data: Record<string, unknown>): unknown {
  if (name === 'done' && !data.answer) return { id: data.id, answer: data };
  if (name === 'retrieved') return { ...data, count: data.count ?? data.candidates ?? 0 };
  return data;
}

/** Feeds a body, in whatever pieces it arrives, to `onEvent`. `onPiece` tells that the line is alive. */
export async function readEvents(
  response: Response,
  onEvent: (event: ChatEvent) => void,
  onPiece: () => void = () => {},
): Promise<void> {
  const parser = createParser({
    onEvent: (raw) => {
      const event = decodeEvent(raw.event, raw.data);
      if (event) onEvent(event);
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
 * Asks one question. Resolves when the stream is over, whatever happened: failures arrive as an `error` event,
 * so that there is one way to show them. Only the user's own stop ends without an event.
 */
export async function ask(options: AskOptions): Promise<void> {
  const { signal, onEvent, silenceLimit = SILENCE_LIMIT } = options;
  const line = new AbortController();
  let silent = false;
  let finished = false;
  let begun = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silent = true;
      line.abort();
    }, silenceLimit);
  };
  const stop = () => line.abort();
  signal.addEventListener('abort', stop);
  const fail = (problem: Problem) => onEvent({ type: 'error', data: problem });

  listen();
  try {
    const response = await send(options, line.signal);
    if (!response.ok || !isEventStream(response)) {
      fail(await readProblem(response));
      return;
    }
    await readEvents(
      response,
      (event) => {
        begun = true;
        if (event.type === 'done' || event.type === 'error') finished = true;
        onEvent(event);
      },
      listen,
    );
    if (!finished && !signal.aborted) fail(problemFor('CUT_OFF'));
  } catch {
    if (signal.aborted || finished) return;
    fail(problemFor(reasonOf(silent, begun)));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** Why the line broke, as far as one can tell from here. */
function reasonOf(silent: boolean, begun: boolean): string {
  if (navigator.onLine === false) return 'OFFLINE';
  if (silent) return 'TIMEOUT';
  return begun ? 'CUT_OFF' : 'NETWORK';
}

/** Sends the question. No cookies go to another host: the default of `fetch` is kept. */
function send({ base, question, asOf }: AskOptions, signal: AbortSignal): Promise<Response> {
  const body: Record<string, string> = { question, channel: 'web_widget' };
  if (asOf) body.as_of = asOf;
  return fetch(`${base}/api/v1/chat`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
    body: JSON.stringify(body),
    signal,
  });
}

/** A login page of a proxy also answers 200; only a stream is an answer. */
function isEventStream(response: Response): boolean {
  return (response.headers.get('content-type') ?? '').includes('text/event-stream');
}

/** The server's own problem if it sent one, else words for the status. */
async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  return isProblem(body)
    ? { status: response.status, ...body }
    : problemFor('HTTP', response.status);
}

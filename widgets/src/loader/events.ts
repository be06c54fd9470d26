// What a host page may listen to.

import type { Trouble } from './grant';
import type { Message } from './line';

/** Events by name, with what a listener is given. */
export interface Events {
  /** The launcher is shown; from now on the assistant can be opened. */
  ready: Record<string, never>;
  open: Record<string, never>;
  close: Record<string, never>;
  /** An answer is complete. */
  message: Omit<Message<'message'>, 'type'>;
  /** A citation was opened. */
  citation: Omit<Message<'citation'>, 'type'>;
  /** Answers that came while the panel was closed. */
  unread: { count: number };
  error: Trouble;
}

/** Name of an event. */
export type EventName = keyof Events;
type Listener = (detail: never) => void;

/** All names; `on` refuses others, so that a misspelt one is noticed. */
export const EVENTS: readonly EventName[] = [
  'ready',
  'open',
  'close',
  'message',
  'citation',
  'unread',
  'error',
];

/** Who listens. */
export class Listeners {
  private readonly sets = new Map<EventName, Set<Listener>>();

  /** Listens; gives back a function that stops listening. The same function twice is heard once. */
  on<E extends EventName>(event: E, listener: (detail: Events[E]) => void): () => void {
    if (!EVENTS.includes(event) || typeof listener !== 'function') {
      console.warn(`党务通：没有名为“${event}”的事件，或者没有给出函数`);
      return () => {};
    }
    const set = this.sets.get(event) ?? new Set<Listener>();
    this.sets.set(event, set.add(listener as Listener));
    return () => void set.delete(listener as Listener);
  }

  /** Tells everyone. A fault in one listener reaches neither the others nor us. */
  emit<E extends EventName>(event: E, detail: Events[E]): void {
    // A copy: a listener may stop listening, or start, while it is told.
    for (const listener of [...(this.sets.get(event) ?? [])]) {
      try {
        (listener as (detail: Events[E]) => void)(detail);
      } catch (error) {
        console.error(error);
      }
    }
  }

  /** Forgets everyone. */
  clear(): void {
    this.sets.clear();
  }
}

// The open conversation: its exchanges, and what can be done with them. It draws nothing.

import type { Api } from './api';
import { apply, begin, type Exchange, failed, isRunning, remembered, stopped } from './exchange';
import { ProblemError, problemOf } from './problems';
import { keys, recall, remember } from './storage';
import { follow } from './stream';
import type { ChatEvent, Feedback, Problem } from './types';

/** What the conversation tells whoever shows it. */
export interface Listener {
  /** Something is different; draw again. */
  changed(): void;
  /** An event of the stream arrived and was applied. */
  heard(exchange: Exchange, event: ChatEvent): void;
  /** An exchange is over, in whatever way. */
  ended(exchange: Exchange): void;
  /** The server wants a pause: the question was not asked. */
  limited(question: string, day: string, problem: Problem): void;
}

/** How often a stop is repeated until the server knows the answer that is to be stopped, and after which time, ms. */
const STOP_TRIES = 20;
const STOP_PAUSE = 250;

/** One conversation with the server. */
export class Conversation {
  exchanges: Exchange[] = [];
  /** The server's id; `null` until the first question. */
  id: string | null = null;
  /** Number of the newest event that is known. */
  private seq = 0;
  private line: AbortController | null = null;
  /** What `line` belongs to, to wait for its end. */
  private following: Promise<void> = Promise.resolve();

  constructor(
    private readonly api: Api,
    private readonly listener: Listener,
  ) {}

  /** The exchange whose answer is on its way. */
  get running(): Exchange | undefined {
    return this.exchanges.find(isRunning);
  }

  /** Leaves the open conversation; the next question begins another. An answer on its way goes on at the server. */
  startAnew(): void {
    this.leave();
    this.remember(null);
    this.listener.changed();
  }

  /** Opens what was open last in this browser, if the server still has it. Says whether there was something. */
  async reopen(): Promise<boolean> {
    const id = recall(keys.conversation(this.api.channel));
    if (!id) return false;
    try {
      await this.open(id);
      return true;
    } catch (error) {
      // Deleted meanwhile, or another person's now. Any other failure may pass: then it stays remembered.
      if (error instanceof ProblemError && error.problem.status === 404) this.remember(null);
      else throw error;
      return false;
    }
  }

  /** Opens a conversation. An answer that is on its way is listened to from its beginning. */
  async open(id: string): Promise<void> {
    const { turns } = await this.api.read(id);
    this.leave();
    this.remember(id);
    this.exchanges = turns.map(remembered);
    const running = turns.find(({ status }) => status === 'running' || status === 'stopping');
    this.seq = running ? running.first_seq - 1 : Math.max(0, ...turns.map((turn) => turn.last_seq));
    this.listener.changed();
    if (running) this.following = this.listen(running.id);
  }

  /** Asks. `day` is ISO, or empty for today. A question that is still being answered is stopped first. */
  async ask(question: string, day: string): Promise<void> {
    if (this.running) {
      void this.stop();
      await this.following;
    }
    const exchange = begin(newCommandId(), question, day || undefined);
    this.exchanges = [...this.exchanges, exchange];
    this.listener.changed();
    this.following = this.listen(exchange.id, { question, as_of: day || undefined });
    await this.following;
  }

  /**
   * Tries an exchange once more. After a fault of the line nobody knows how far the question came, so it keeps its
   * command id, or is listened to where the line broke; after any other failure and after a stop it is a new question.
   */
  retry(exchange: Exchange): void {
    if (this.running) return;
    const { id, question, chosenDay, problem, turnId } = exchange;
    if (!problem || problem.status !== undefined || problem.code === 'FAILED') {
      this.exchanges = this.exchanges.filter((one) => one.id !== id);
      void this.ask(question, chosenDay ?? '');
      return;
    }
    this.replace(id, (it) => ({
      ...it,
      phase: it.text ? 'streaming' : 'waiting',
      problem: undefined,
    }));
    this.following = this.listen(id, turnId ? undefined : { question, as_of: chosenDay });
  }

  /** Stops the answer that is on its way. Its end, with what has come so far, arrives over the line. */
  async stop(): Promise<void> {
    const { running, line } = this;
    if (!running || !line) return;
    this.replace(running.id, (it) => ({ ...it, stopping: true }));
    for (let tries = 0; tries < STOP_TRIES && this.line === line; tries += 1) {
      // A question that is just arriving can't be stopped yet; a line that is broken will be there again.
      if (this.id) await this.api.stop(this.id).catch(() => false);
      await new Promise((resolve) => setTimeout(resolve, STOP_PAUSE));
    }
    // The server did not confirm it: at least here it is over.
    if (this.line === line) {
      line.abort();
      this.replace(running.id, stopped);
    }
  }

  /** Tells the server what one thinks of an answer; shown at once, taken back if it can't be told. */
  async feedback(exchange: Exchange, feedback: Feedback): Promise<void> {
    if (!exchange.turnId) return;
    const before = exchange.feedback;
    this.replace(exchange.id, (it) => ({ ...it, feedback }));
    try {
      await this.api.feedback(exchange.turnId, feedback);
    } catch (error) {
      this.replace(exchange.id, (it) => ({ ...it, feedback: before }));
      throw error;
    }
  }

  /** Listens to one exchange until it is over, asking first if there is something to ask. */
  private async listen(id: string, ask?: { question: string; as_of?: string }): Promise<void> {
    const line = new AbortController();
    this.line = line;
    const find = () => this.exchanges.find((exchange) => exchange.id === id);
    try {
      const conversation = this.id ?? (await this.api.create()).id;
      // Another conversation may have been opened while this one was being made.
      if (line.signal.aborted) return;
      this.remember(conversation);
      const ending = await follow({
        api: this.api,
        id: conversation,
        ask: ask && { ...ask, command_id: id },
        after: this.seq,
        signal: line.signal,
        onEvent: (event, seq) => {
          this.seq = seq;
          this.replace(id, (it) => apply(it, event));
          const now = find();
          if (now) this.listener.heard(now, event);
        },
        onBroken: (broken) => this.replace(id, (it) => ({ ...it, broken })),
      });
      // Over before we came: the server's memory has the rest.
      if (ending === 'nothing') await this.recover(conversation, id);
    } catch (error) {
      if (!line.signal.aborted) this.fail(id, problemOf(error));
    } finally {
      if (this.line === line) this.line = null;
      const exchange = find();
      if (exchange && !isRunning(exchange)) this.listener.ended(exchange);
    }
  }

  /** Takes an exchange from the server's memory. */
  private async recover(conversation: string, id: string): Promise<void> {
    const { turns } = await this.api.read(conversation);
    const mine = this.exchanges.find((exchange) => exchange.id === id);
    const turn = turns.find((one) => one.id === (mine?.turnId ?? id)) ?? turns[turns.length - 1];
    if (turn) this.replace(id, () => ({ ...remembered(turn), id }));
  }

  /** A failure. Where the server only wants a pause, the question goes back to where it was typed. */
  private fail(id: string, problem: Problem): void {
    const exchange = this.exchanges.find((one) => one.id === id);
    if (!exchange) return;
    if (problem.status === 429 && !exchange.text) {
      this.exchanges = this.exchanges.filter((one) => one.id !== id);
      this.listener.limited(exchange.question, exchange.chosenDay ?? '', problem);
      this.listener.changed();
    } else this.replace(id, (it) => failed(it, problem));
  }

  /** Hears no more of what is open, and forgets it. */
  private leave(): void {
    this.line?.abort();
    this.line = null;
    this.exchanges = [];
    this.id = null;
    this.seq = 0;
  }

  /** Which conversation is open, also after a reload. */
  private remember(id: string | null): void {
    this.id = id;
    remember(keys.conversation(this.api.channel), id);
  }

  /** Changes one exchange. */
  private replace(id: string, change: (exchange: Exchange) => Exchange): void {
    this.exchanges = this.exchanges.map((one) => (one.id === id ? change(one) : one));
    this.listener.changed();
  }
}

/** A name for a question that no other one has. `randomUUID` is missing in old browsers and on pages without https. */
function newCommandId(): string {
  const random = crypto.getRandomValues(new Uint32Array(3));
  return `p-${Date.now().toString(36)}-${Array.from(random, (n) => n.toString(36)).join('')}`;
}

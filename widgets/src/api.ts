// The server's interface for whoever holds a session: one request, one way to fail, one renewal.

import type { Bridge } from './bridge';
import type { SignedUser } from './messages';
import { ProblemError, readProblem } from './problems';
import { keys, recall, remember } from './storage';
import type { Conversation, ConversationPage, Feedback, Session, WholeConversation } from './types';

/** The channel of the server's own pages, which need no grant. */
const SITE = 'site';

/** Which conversations to list. */
export interface ListQuery {
  q: string;
  favourite: boolean;
  /** `next` of the page before; absent: from the newest. */
  after?: string;
}

/** Talks to the server that this page came from. */
export class Api {
  /** Vouched for by the host page; takes effect with the next session. */
  user: SignedUser | null = null;
  private session: Promise<Session> | null = null;

  constructor(
    readonly channel: string,
    private readonly bridge: Bridge,
  ) {}

  /** The session; begun by the first who asks and shared by all. A failed beginning may be tried again. */
  begin(): Promise<Session> {
    if (!this.session) {
      const session = this.newSession();
      this.session = session;
      session.catch(() => {
        if (this.session === session) this.session = null;
      });
    }
    return this.session;
  }

  /** Forgets the session, so that the next request begins another one. */
  end(): void {
    this.session = null;
  }

  /** One page of the visitor's conversations, newest first. */
  list({ q, favourite, after }: ListQuery): Promise<ConversationPage> {
    const query = new URLSearchParams();
    if (q.trim()) query.set('q', q.trim());
    if (favourite) query.set('favourite', 'true');
    if (after) query.set('after', after);
    return this.json('GET', `/conversations?${query}`);
  }

  /** A new conversation, still empty. */
  create(): Promise<{ id: string }> {
    return this.json('POST', '/conversations', {});
  }

  /** A conversation with its turns. */
  read(id: string): Promise<WholeConversation> {
    return this.json('GET', `/conversations/${id}`);
  }

  /** Changes title or favourite. */
  change(id: string, change: { title?: string; favourite?: boolean }): Promise<Conversation> {
    return this.json('PATCH', `/conversations/${id}`, change);
  }

  /** Deletes a conversation. */
  async remove(id: string): Promise<void> {
    await this.request('DELETE', `/conversations/${id}`);
  }

  /** A conversation as a file. */
  async export(id: string, format: 'md' | 'html'): Promise<Blob> {
    return (await this.request('GET', `/conversations/${id}/export?format=${format}`)).blob();
  }

  /** Asks the running answer of a conversation to stop; says whether there was one. */
  async stop(id: string): Promise<boolean> {
    return (await this.json<{ stopped: boolean }>('POST', `/conversations/${id}/stop`)).stopped;
  }

  /** Says what one thinks of an answer. */
  async feedback(turn: string, feedback: Feedback): Promise<void> {
    await this.request('PUT', `/turns/${turn}/feedback`, feedback);
  }

  /** A request whose answer is JSON. */
  private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await (await this.request(method, path, body)).json()) as T;
  }

  /**
   * A request with the session's token; `path` is what follows `/api/v1`. A token that has run out is renewed once.
   * Rejects with a `ProblemError` for every status that is not a success, and as `fetch` does where nothing answered.
   */
  async request(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Response> {
    const session = this.begin();
    const { token } = await session;
    let response = await this.send(method, path, body, signal, token);
    if (response.status === 401) {
      // Others may have renewed meanwhile.
      if (this.session === session) this.end();
      response = await this.send(method, path, body, signal, (await this.begin()).token);
    }
    if (!response.ok) throw new ProblemError(await readProblem(response));
    return response;
  }

  /** Exactly one request. No cookies are needed, so none are sent. */
  private send(
    method: string,
    path: string,
    body: unknown,
    signal?: AbortSignal,
    token?: string,
  ): Promise<Response> {
    const headers: Record<string, string> = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    return fetch(`/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'omit',
      signal,
    });
  }

  /** Begins a session with the loader's grant and the secret by which the server knows this browser again. */
  private async newSession(): Promise<Session> {
    const grant = this.channel === SITE ? undefined : await this.grant();
    const key = keys.visitor(this.channel);
    const visitor = recall(key) ?? undefined;
    const response = await this.send('POST', '/sessions', {
      channel: this.channel,
      grant,
      visitor,
      user: this.user ?? undefined,
    });
    if (!response.ok) throw new ProblemError(await readProblem(response));
    const session = (await response.json()) as Session;
    remember(key, session.visitor);
    return session;
  }

  /** The loader's grant; its refusal in the words of a problem. */
  private async grant(): Promise<string> {
    if (!this.bridge.connected) {
      const detail = '这个渠道只能在获准的网页中使用，请从原来的网页打开。';
      throw new ProblemError({ code: 'GRANT', title: '不能在这里使用', detail, status: 403 });
    }
    try {
      return await this.bridge.grant();
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      throw new ProblemError({ code, title: '本页面没有获准使用', detail: message, status: 403 });
    }
  }
}

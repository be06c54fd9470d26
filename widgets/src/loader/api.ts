// `window.PartyAssistant`: what the host page's own scripts may do.

import type { SignedUser } from '../messages';
import { Assistant } from './assistant';
import { type EventName, type Events, Listeners } from './events';
import { type Options, settle } from './options';

/** Characters of a context that are handed on. */
const LONGEST_CONTEXT = 200;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What the page may call. Nothing of it throws. */
export interface PartyAssistantApi {
  /** Starts with these options over those of the script tag; what runs already is replaced. */
  init(options?: Partial<Options>): void;
  open(): void;
  close(): void;
  toggle(): void;
  /** Opens and asks; `asOf` is the day whose rules are asked about, `YYYY-MM-DD`. */
  openWithQuery(question: string, options?: { asOf?: string }): void;
  /** The page's user as its server signed it, or `null` after logging out. */
  setUser(user: SignedUser | null): void;
  /** Words to offer in the panel's field, such as the page's subject. */
  setContext(text: string): void;
  /** A new conversation. */
  reset(): void;
  /** Takes everything off the page, listeners too; `init` begins anew. */
  destroy(): void;
  /** Listens; gives back a function that stops listening. */
  on<E extends EventName>(event: E, listener: (detail: Events[E]) => void): () => void;
}

/** Makes the interface for a server and the options of the script tag. */
export function makeApi(server: string | null, tag: Partial<Options>): PartyAssistantApi {
  const listeners = new Listeners();
  let assistant: Assistant | null = null;
  /** What was set before there was an assistant, or for the next one. */
  let user: SignedUser | null = null;
  let context = '';

  const complain = (code: string, message: string) => {
    console.warn(`党务通：${message}（${code}）`);
    listeners.emit('error', { code, message });
  };

  return {
    init(options = {}) {
      assistant?.destroy();
      assistant = null;
      const settled = settle(tag, options ?? {});
      if (!server) return complain('LOADER-SCRIPT', '找不到加载脚本的地址，请用 script 标签引入。');
      if (!settled) return complain('LOADER-CHANNEL', '渠道代码缺失或有误，请核对 data-channel。');
      assistant = new Assistant(settled, server, listeners);
      if (user) assistant.setUser(user);
      if (context) assistant.setContext(context);
      void assistant.start();
    },
    open: () => assistant?.open(),
    close: () => assistant?.close(),
    toggle: () => (assistant?.isOpen ? assistant.close() : assistant?.open()),
    openWithQuery(question, options) {
      const words = String(question ?? '').trim();
      const asOf = options?.asOf;
      // Asked without its day, the question would get another answer than the page wanted.
      if (asOf !== undefined && !DAY.test(String(asOf))) {
        return complain('LOADER-DAY', '日期 asOf 应写成 2024-01-31 的样子，问题没有提出。');
      }
      if (words) assistant?.ask(words, asOf);
      else assistant?.open();
    },
    setUser(signed) {
      if (signed && !isSigned(signed)) {
        return complain('LOADER-USER', '用户应有 id、expires_at 和服务器签出的 signature。');
      }
      user = signed ?? null;
      assistant?.setUser(user);
    },
    setContext(text) {
      context = String(text ?? '').slice(0, LONGEST_CONTEXT);
      assistant?.setContext(context);
    },
    reset: () => assistant?.reset(),
    destroy() {
      assistant?.destroy();
      assistant = null;
      listeners.clear();
      user = null;
      context = '';
    },
    on: (event, listener) => listeners.on(event, listener),
  };
}

/** Whether it has the shape; whether the signature is good is for the server to say. */
function isSigned(user: SignedUser): boolean {
  return (
    typeof user.id === 'string' &&
    typeof user.expires_at === 'number' &&
    typeof user.signature === 'string'
  );
}

// Entry of the bundle: puts one widget on the page and gives the page a small API.

// First: the libraries below may call what it adds.
import './old-browsers';
import { readConfig } from './config';
import { PartyAssistantElement, type WidgetEvent } from './widget';

type Listener = (detail: unknown) => void;

/** What `window.PartyAssistant` offers to the page. */
export interface PartyAssistantApi {
  open(): void;
  close(): void;
  toggle(): void;
  /** Opens the panel and asks. */
  openWithQuery(question: string): void;
  /** Listens; gives back a function that stops listening. */
  on(event: WidgetEvent, listener: Listener): () => void;
}

declare global {
  interface Window {
    PartyAssistant?: PartyAssistantApi;
  }
}

/** Name of the element; also what tells a second copy of the script that one is running. */
const TAG = 'party-assistant';

/** Only while the script runs for the first time is `currentScript` ours. */
const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[src*="party-assistant.js"]');

/** Makes the element, the API and the page's `[data-ask]` clicks. */
function start(): void {
  const element = document.createElement(TAG) as PartyAssistantElement;
  element.config = readConfig(script);
  const listeners = new Map<WidgetEvent, Set<Listener>>();
  element.listener = (event, detail) => {
    for (const listener of listeners.get(event) ?? []) callSafely(listener, detail);
  };
  document.body.append(element);

  window.PartyAssistant = {
    open: () => void element.open(),
    close: () => void element.close(),
    toggle: () => void (element.shown ? element.close() : element.open()),
    openWithQuery: (question) => void element.openWithQuery(String(question)),
    on: (event, listener) => {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
      return () => set.delete(listener);
    },
  };

  document.addEventListener('click', (event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const asker = target.closest('[data-ask]');
    if (!asker) return;
    event.preventDefault();
    const question = asker.getAttribute('data-ask')?.trim() || asker.textContent?.trim() || '';
    void element.openWithQuery(question);
  });
}

/** A fault in the page's listener must not stop the answer. */
function callSafely(listener: Listener, detail: unknown): void {
  try {
    listener(detail);
  } catch (error) {
    console.error(error);
  }
}

// A page may carry the tag twice, by a template and by hand: the first one wins.
if (!customElements.get(TAG)) {
  customElements.define(TAG, PartyAssistantElement);
  if (document.body) start();
  else document.addEventListener('DOMContentLoaded', start);
}

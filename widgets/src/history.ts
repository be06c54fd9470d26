// Keeps the conversation of this page while the tab lives. Nothing is written to disk for longer: questions may be private.

import { type Exchange, isRunning } from './exchange';

/** Key of the conversation in the tab's store. */
const KEY = 'party-assistant:history';
/** Key of the choice of large letters. */
const LARGE_KEY = 'party-assistant:large';
/** Older exchanges are dropped. */
export const KEPT = 20;

/** Reads the conversation; anything unreadable counts as none. */
export function loadHistory(): Exchange[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(looksLikeExchange).map(settle) : [];
  } catch {
    return [];
  }
}

/** Writes the conversation. Storage may be full or forbidden: then it is only not remembered. */
export function saveHistory(exchanges: readonly Exchange[]): void {
  write(KEY, JSON.stringify(exchanges.slice(-KEPT)));
}

/** Whether the user chose large letters. */
export function loadLarge(): boolean {
  try {
    return sessionStorage.getItem(LARGE_KEY) === '1';
  } catch {
    return false;
  }
}

/** Remembers the choice of large letters for this tab. */
export function saveLarge(large: boolean): void {
  write(LARGE_KEY, large ? '1' : '0');
}

/** Writes one value to the tab's store, if there is one and it has room. */
function write(key: string, value: string): void {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // Private mode or a full store: the widget works the same without memory.
  }
}

/** Whether a stored value has all that the views need; an older script may have stored less. */
function looksLikeExchange(value: unknown): value is Exchange {
  const item = value as Exchange | null;
  return (
    typeof item?.id === 'string' &&
    typeof item.question === 'string' &&
    typeof item.text === 'string' &&
    Array.isArray(item.citations) &&
    Array.isArray(item.related) &&
    Array.isArray(item.notices) &&
    Array.isArray(item.rewrites)
  );
}

/** The page was left while an answer was on its way: nobody will finish it. */
function settle(exchange: Exchange): Exchange {
  return isRunning(exchange) ? { ...exchange, phase: 'stopped' } : exchange;
}

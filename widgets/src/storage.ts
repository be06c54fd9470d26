// What this browser remembers for the panel. It is kept under the server's own address, out of the host page's reach.
// Browsers may forbid storage inside a frame: then the page's memory serves until it is closed.

const PREFIX = 'party-assistant:';
const memory = new Map<string, string>();

/** Reads a value; `null` where there is none. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

/** Writes a value; `null` forgets it. */
export function remember(key: string, value: string | null): void {
  if (value === null) memory.delete(key);
  else memory.set(key, value);
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // Forbidden or full: what is in memory has to do.
  }
}

/** Names of what is remembered. Visitor and conversation belong to a channel, the size of letters to the person. */
export const keys = {
  visitor: (channel: string) => `visitor:${channel}`,
  conversation: (channel: string) => `conversation:${channel}`,
  large: 'large',
};

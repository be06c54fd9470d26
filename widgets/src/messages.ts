// What the loader on the host page and the panel in the frame say to one another. Types only: both bundles use
// them, neither grows by them.

/** A user of the host page, as its server signed it. */
export interface SignedUser {
  id: string;
  name?: string;
  /** Good until then, seconds since 1970. */
  expires_at: number;
  /** hex(HMAC-SHA-256(user_secret, id + "\n" + expires_at)) */
  signature: string;
}

/** What the page says. */
export type ToPanel =
  | { type: 'options'; title?: string; greeting?: string; questions?: string[]; elder?: boolean }
  | { type: 'grant'; grant?: string; error?: { code: string; message: string } }
  | { type: 'opened' }
  | { type: 'closed' }
  | { type: 'ask'; question: string; asOf?: string }
  | { type: 'user'; user: SignedUser | null }
  | { type: 'context'; context: string }
  | { type: 'reset' };

/** What the panel says. */
export type FromPanel =
  | { type: 'ready' }
  | { type: 'need-grant' }
  | { type: 'close' }
  | { type: 'unread'; count: number }
  | { type: 'message'; id: string; question: string; state: string }
  | { type: 'citation'; n: number; title: string; label: string; url?: string | null }
  | { type: 'error'; code: string; message: string };

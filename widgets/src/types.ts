// The JSON that the server speaks. The Rust side owns these shapes (knowledge/src/answer/model.rs, chat/src).

/** The four states of an answer. */
export type State = 'grounded' | 'no_match' | 'unavailable' | 'needs_human';

/** Whether a cited version holds on the day asked about. */
export type Effect = 'effective' | 'amended' | 'abolished' | 'not_yet' | 'unknown';

/** A mark in the answer and the text behind it. */
export interface Citation {
  /** The number in the mark `[1]`. */
  n: number;
  /** Title without 《》. */
  title: string;
  /** Version label, e.g. `2026`. */
  version?: string | null;
  /** 《X》第十三条第一款 */
  label: string;
  /** The text, word for word. */
  text: string;
  effect: Effect;
  /** First valid day, ISO; absent: unknown. */
  effective_on?: string | null;
  /** First day no longer valid, ISO. */
  ended_on?: string | null;
  /** Path of the reader's page. */
  url?: string | null;
  /** A model regulation written for demonstration. */
  sample: boolean;
  /** The quotation was compared with the stored text. */
  verified: boolean;
}

/** Something that the reader must know. */
export interface Notice {
  code: string;
  text: string;
}

/** A way to something that is done rather than read. */
export interface Card {
  code: string;
  title: string;
  text: string;
  /** Where it is done; absent where no address is configured. */
  url?: string | null;
}

/** A whole answer, as the `done` event brings it and as a conversation keeps it. */
export interface Answer {
  state: State;
  /** The fixed reply that this is, e.g. `OTHERS_DATA`, `CLARIFY`; absent for an answer made from texts. */
  code?: string | null;
  /** What must be shown with every generated text. */
  label?: string;
  /** Markdown with marks `[1]`. */
  text: string;
  citations: Citation[];
  related: Citation[];
  notices: Notice[];
  /** Questions that one could ask next. */
  suggestions?: string[];
  /** Where the answer is a question back: answers to choose from. */
  options?: string[];
  cards?: Card[];
  /** The day whose law was applied, ISO. */
  as_of: string;
}

/** A glossary rewriting: what was said, what it was understood as. */
export interface Rewrite {
  from: string;
  to: string;
}

/** Problem JSON; `detail` is a Chinese sentence for people. */
export interface Problem {
  code: string;
  title: string;
  detail?: string;
  status?: number;
  /** After how many seconds another try makes sense; from the header `Retry-After`. */
  retryAfter?: number;
}

/** One event of the answer stream. */
export type ChatEvent =
  | { type: 'accepted'; data: { turn_id: string; question: string; as_of?: string } }
  | { type: 'condensed'; data: { question: string } }
  | { type: 'retrieved'; data: { candidates?: number; rewrites?: Rewrite[]; as_of?: string } }
  | { type: 'delta'; data: { text: string } }
  | { type: 'citation'; data: Citation }
  | { type: 'notice'; data: Notice }
  | { type: 'done'; data: Answer & { id: string; stopped?: boolean } }
  | { type: 'error'; data: Problem };

/** What was wrong with an answer. */
export type Reason = 'inaccurate' | 'incomplete' | 'outdated' | 'wrong_citation' | 'other';

/** What an asker says of an answer. */
export interface Feedback {
  verdict: 'useful' | 'not_useful';
  reasons: Reason[];
  comment?: string | null;
}

/** One question of a conversation, as the server keeps it. */
export interface Turn {
  id: string;
  question: string;
  /** As understood, where that differs. */
  condensed?: string | null;
  status: 'running' | 'stopping' | 'done' | 'stopped' | 'failed';
  answer?: Answer | null;
  feedback?: Feedback | null;
  /** Number of its first event. */
  first_seq: number;
  /** Number of its newest event. */
  last_seq: number;
}

/** A conversation in a list. */
export interface Conversation {
  id: string;
  title: string;
  favourite: boolean;
  /** ISO moment. */
  updated_at: string;
  running: boolean;
}

/** A page of the list. */
export interface ConversationPage {
  items: Conversation[];
  /** To be sent as `after` for the next page; `null` at the end. */
  next: string | null;
}

/** A conversation with all its turns. */
export interface WholeConversation extends Omit<Conversation, 'turns'> {
  turns: Turn[];
}

/** Questions of one category, for the greeting. */
export interface Starter {
  category: string;
  label: string;
  questions: string[];
}

/** A session as the server begins it. */
export interface Session {
  token: string;
  /** The visitor's secret, to be sent again next time. */
  visitor: string;
  title?: string;
  greeting?: string;
  starters?: Starter[];
}

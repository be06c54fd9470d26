// The JSON that the server speaks. The Rust side owns these shapes (knowledge/src/answer/model.rs).

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

/** A whole answer, as the `done` event brings it. */
export interface Answer {
  state: State;
  /** Markdown with marks `[1]`. */
  text: string;
  citations: Citation[];
  related: Citation[];
  notices: Notice[];
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
}

/** One event of the answer stream. */
export type ChatEvent =
  | { type: 'accepted'; data: { question: string; as_of?: string } }
  | { type: 'retrieved'; data: { count: number; rewrites?: Rewrite[]; as_of?: string } }
  | { type: 'delta'; data: { text: string } }
  | { type: 'citation'; data: Citation }
  | { type: 'notice'; data: Notice }
  | { type: 'done'; data: { id: string; answer: Answer } }
  | { type: 'error'; data: Problem };

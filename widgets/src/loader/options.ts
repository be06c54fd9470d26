// What a host page may set: on the script tag by `data-*`, or by `PartyAssistant.init`.

/** Settings of one assistant on one page. */
export interface Options {
  /** Code of the channel, as the administrator made it. */
  channel: string;
  /** Words of the launcher and of the panel's head. */
  title: string;
  /** First words of the panel; absent: the channel's own. */
  greeting?: string;
  /** Questions to begin with; absent: the server's own. */
  questions?: string[];
  /** Corner of the launcher. */
  side: 'left' | 'right';
  /** Large letters and large targets from the start. */
  elder: boolean;
}

/** As on the server: what it refuses needn't be asked for. */
const CODE = /^[A-Za-z0-9_-]{1,32}$/;
/** A longer title would push the launcher off a phone's screen. */
const LONGEST_TITLE = 12;
/** More would push the field of the panel off a phone's screen. */
const MOST_QUESTIONS = 6;

/** The `data-*` of the script tag, as far as they are there. A broken list of questions is left out. */
export function fromTag(script: HTMLScriptElement | null): Partial<Options> {
  const { channel, title, greeting, questions, side, elder } = script?.dataset ?? {};
  return {
    channel,
    title,
    greeting,
    questions: questions === undefined ? undefined : list(questions),
    side: side === 'left' ? 'left' : undefined,
    // `data-elder` alone means yes, as with every attribute that is a switch.
    elder: elder === undefined ? undefined : elder !== 'false',
  };
}

/**
 * Options that can be relied on: a later source wins over an earlier one, and what a page got wrong
 * (pages are written without types) falls back. `null` where there is no usable channel.
 */
export function settle(...sources: Partial<Options>[]): Options | null {
  const given: Partial<Options> = {};
  for (const source of sources) {
    for (const [name, value] of Object.entries(source)) {
      if (value !== undefined) Object.assign(given, { [name]: value });
    }
  }
  if (typeof given.channel !== 'string' || !CODE.test(given.channel)) return null;
  const questions = Array.isArray(given.questions)
    ? given.questions
        .filter((one) => typeof one === 'string' && one.trim())
        .slice(0, MOST_QUESTIONS)
    : [];
  return {
    channel: given.channel,
    title: text(given.title)?.slice(0, LONGEST_TITLE) ?? '党务通',
    greeting: text(given.greeting),
    questions: questions.length > 0 ? questions : undefined,
    side: given.side === 'left' ? 'left' : 'right',
    elder: given.elder === true,
  };
}

/** The script's own server, `https://host[:port]`; `null` where the script was not loaded from one. */
export function serverOf(script: HTMLScriptElement | null): string | null {
  try {
    const { protocol, origin } = new URL(script?.src ?? '', document.baseURI);
    return script?.src && /^https?:$/.test(protocol) ? origin : null;
  } catch {
    return null;
  }
}

/** Words, or nothing. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() ? value.trim() : undefined;
}

/** A JSON list; anything else is as good as nothing. */
function list(json: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

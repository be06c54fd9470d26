// What the page may set on the script tag.

/** Settings of one widget. */
export interface Config {
  /** Where the API lives, without a slash at the end. */
  base: string;
  /** Address of the style sheet for browsers that need it as a file. */
  styleSheet: string;
  title: string;
  greeting: string;
  questions: string[];
  /** Corner of the launcher. */
  side: 'left' | 'right';
}

/** Used where the tag says nothing. The questions are ones that the demonstration knowledge answers. */
const DEFAULTS = {
  title: '党务通',
  greeting:
    '您好，我按现行有效的党内法规回答党务问题，每个结论都附条文出处。规定里没有写到的，我会直接告诉您。',
  questions: [
    '流动党员没有转组织关系，能在流入地投票吗？',
    '预备期从哪天算，最多能延长多久？',
    '支部党员大会、支委会、党小组会多久开一次？',
    '换单位了组织关系一定要转吗？',
  ],
};

/** Reads `data-*` of the script tag; what is missing or broken falls back to our own. */
export function readConfig(script: HTMLScriptElement | null): Config {
  const data = script?.dataset ?? {};
  return {
    base: (data.api ?? originOf(script?.src) ?? '').replace(/\/+$/, ''),
    styleSheet: (script?.src ?? '').replace(/\.js(?=$|[?#])/, '.css'),
    title: data.title?.trim() || DEFAULTS.title,
    greeting: data.greeting?.trim() || DEFAULTS.greeting,
    questions: readQuestions(data.questions) ?? DEFAULTS.questions,
    side: data.side === 'left' ? 'left' : 'right',
  };
}

/** Reads the list of questions; more than six would push the field off a phone's screen. */
function readQuestions(json: string | undefined): string[] | undefined {
  if (json === undefined) return undefined;
  try {
    const list: unknown = JSON.parse(json);
    if (Array.isArray(list)) return list.filter((item) => typeof item === 'string').slice(0, 6);
  } catch {
    console.warn('party-assistant: data-questions is not a JSON list of strings');
  }
  return undefined;
}

/** The script's own host: the widget asks the server that it came from, also on a foreign page. */
function originOf(src: string | undefined): string | undefined {
  if (!src) return undefined;
  try {
    return new URL(src, document.baseURI).origin;
  } catch {
    return undefined;
  }
}

/** Makes a reader path absolute against the API's host; `null` for anything that is not a web address. */
export function readerLink(base: string, url: string | null | undefined): string | null {
  if (!url) return null;
  try {
    const absolute = new URL(url, base || document.baseURI);
    return absolute.protocol === 'http:' || absolute.protocol === 'https:' ? absolute.href : null;
  } catch {
    return null;
  }
}

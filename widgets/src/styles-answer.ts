// Looks of questions, answers and the citation sheet.

import { css } from 'lit';

/** Tones, exchanges, references, sheet. */
export const answerStyles = css`
  /* Each tone: dark words on a light ground, all above 4.5 : 1. */
  .tone-good { --pa-tone: #17613a; --pa-tint: #e9f4ee; }
  .tone-warn { --pa-tone: #7a4a00; --pa-tint: #fcf2df; }
  .tone-quiet { --pa-tone: #434b53; --pa-tint: #eceef1; }
  .tone-person { --pa-tone: #1d4f91; --pa-tint: #e8f0fa; }
  .tone-bad { --pa-tone: #8c1519; --pa-tint: #fbecec; }

  .exchange { padding: 16px 0; }
  /* Room below the newest question, so that it can stand at the top while its answer grows. */
  .exchange:last-of-type { min-height: 100%; }
  /* The question stands right in a warm grey-red, the answer left on white: who speaks is seen at once. */
  .question {
    width: fit-content;
    max-width: 88%;
    margin: 0 0 12px auto;
    padding: 10px 14px;
    border-radius: 12px 4px 12px 12px;
    background: #f3e3e2;
    color: #3d1113;
    line-height: 1.6;
    overflow-wrap: anywhere;
    word-break: break-word;
  }
  .question-words { white-space: pre-wrap; }
  .asked-day { display: block; margin-top: 2px; color: #6e3a3b; font-size: 0.8125em; }
  /* The answer is a card: state on top, text, lists, foot. */
  .answer {
    overflow: hidden;
    border: 1px solid var(--pa-line);
    border-radius: 4px 12px 12px 12px;
    background: var(--pa-paper);
  }
  .answer > * { margin: 12px 16px; }

  /* The state runs across the whole card, so that it can't be missed. */
  .answer > .state {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    margin: 0;
    padding: 8px 16px;
    border-bottom: 1px solid rgba(0, 0, 0, 0.06);
    background: var(--pa-tint);
    color: var(--pa-tone);
  }
  .state .icon { margin-right: 6px; }
  .state strong { margin-right: 10px; font-weight: 700; }
  .state-hint { font-size: 0.8125em; }

  /* Three dots that breathe, next to words that say what is going on. */
  .progress { display: flex; align-items: center; color: var(--pa-soft); font-size: 0.875em; }
  .dots { display: flex; margin-right: 10px; }
  .dots i {
    width: 6px;
    height: 6px;
    margin-right: 4px;
    border-radius: 50%;
    background: var(--pa-red);
    animation: pulse 1.2s infinite both;
  }
  .dots i:nth-child(2) { animation-delay: 0.2s; }
  .dots i:nth-child(3) { animation-delay: 0.4s; }
  @keyframes pulse {
    0%,
    80%,
    100% { opacity: 0.25; }
    40% { opacity: 1; }
  }

  /* Notices are quiet and follow the text. */
  .notices li {
    display: flex;
    align-items: flex-start;
    padding: 7px 10px;
    border-left: 3px solid #8b929a;
    border-radius: 0 6px 6px 0;
    background: #f3f4f6;
    color: #3c434a;
    font-size: 0.875em;
    line-height: 1.6;
  }
  .notices li + li { margin-top: 6px; }
  .notices .icon { margin: 0.15em 8px 0 0; }
  .understood { color: var(--pa-soft); font-size: 0.875em; }

  /* Text of the answer. Long words and addresses break rather than run over. */
  .text { overflow-wrap: anywhere; word-break: break-word; }
  .text > * + * { margin-top: 0.7em; }
  .text h3, .text h4, .text h5, .text h6 { font-weight: 700; line-height: 1.45; }
  .text > h3 + *, .text > h4 + *, .text > h5 + * { margin-top: 0.35em; }
  /* Lists, quotations, links. */
  .text ul, .text ol { padding-left: 1.5em; }
  .text ul { list-style: disc; }
  .text li + li { margin-top: 0.3em; }
  .text strong { font-weight: 700; }
  .text blockquote { padding: 2px 0 2px 12px; border-left: 3px solid #d3a5a6; color: #3c434a; }
  .text blockquote p + p { margin-top: 0.4em; }
  .text a { color: #1d4f91; text-decoration: underline; }
  .text code { padding: 1px 4px; border-radius: 4px; background: #f0f1f3; font-family: monospace; }
  .text pre { overflow-x: auto; }
  .text hr { border: 0; border-top: 1px solid var(--pa-line); }
  /* A wide table scrolls inside its own box. */
  .table { overflow-x: auto; }
  .text table { border-collapse: collapse; font-size: 0.9375em; line-height: 1.5; }
  .text th, .text td {
    min-width: 4.5em;
    padding: 6px 10px;
    border: 1px solid var(--pa-line);
    text-align: left;
    vertical-align: top;
  }
  .text th { background: var(--pa-ground); font-weight: 600; }
  /* The citation mark, a small button in the line. */
  .mark {
    position: relative;
    display: inline-block;
    min-width: 1.75em;
    height: 1.75em;
    margin: 0 3px;
    padding: 0 0.35em;
    border: 1px solid #d9b4b5;
    border-radius: 0.5em;
    background: #fdf4f4;
    color: var(--pa-red-dark);
    font-size: 0.75em;
    font-weight: 700;
    line-height: 1.5em;
    text-align: center;
    vertical-align: 0.12em;
  }
  /* The mark is small in the line; the finger gets more. */
  .mark::after {
    content: '';
    position: absolute;
    top: -12px;
    right: -8px;
    bottom: -12px;
    left: -8px;
  }
  /* The mark with its neighbours; see MARK_IN_LINE. */
  .hold { white-space: nowrap; }
  .mark.pending { opacity: 0.7; }
  button.mark:hover { background: var(--pa-red); color: #fff; }

  /* Failures and stops, with a way on at the right. */
  .problem {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    padding: 10px 12px;
    border-radius: 8px;
    background: var(--pa-tint);
    color: var(--pa-tone);
  }
  .problem > .icon { margin-right: 10px; }
  .problem-words { flex: 1; min-width: 10em; font-size: 0.9375em; line-height: 1.55; }
  .problem-words strong { display: block; font-weight: 700; }
  /* A button that looks like a word; its height is a full target all the same. */
  .plain {
    display: inline-flex;
    align-items: center;
    min-height: var(--pa-target);
    padding: 0 10px;
    border: 0;
    border-radius: 8px;
    background: none;
    color: var(--pa-red-dark);
    font-size: 0.9375em;
    white-space: nowrap;
  }
  .plain:hover { text-decoration: underline; }
  .plain .icon { margin-right: 5px; }

  .answer > .list-title {
    margin-bottom: 0;
    color: var(--pa-soft);
    font-size: 0.875em;
    font-weight: 600;
  }
  .answer > .references { margin-top: 6px; }
  /* The basis of an answer and related provisions. */
  .references { display: grid; grid-gap: 6px; }
  .reference {
    display: flex;
    align-items: flex-start;
    width: 100%;
    min-height: var(--pa-target);
    padding: 8px 12px;
    border: 1px solid var(--pa-line);
    border-radius: 8px;
    background: #fbfbfc;
    line-height: 1.5;
    text-align: left;
  }
  .reference:hover { border-color: var(--pa-red); }
  /* The number of the mark that leads here. */
  .number {
    flex: none;
    min-width: 1.6em;
    margin: 0.1em 10px 0 0;
    border: 1px solid #d9b4b5;
    border-radius: 0.4em;
    background: #fdf4f4;
    color: var(--pa-red-dark);
    font-size: 0.8125em;
    font-weight: 700;
    text-align: center;
  }
  .reference-words { flex: 1; min-width: 0; }
  .reference-label {
    display: block;
    /* Newer browsers drop the empty half of 《 at the start of a line. */
    text-spacing-trim: trim-start;
    font-size: 0.9375em;
  }
  .reference-meta {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    color: var(--pa-soft);
    font-size: 0.875em;
  }
  .reference-meta > * { margin: 3px 8px 0 0; }
  /* Effect, version, sample, verified: words in a light field, with an icon where there is a tone. */
  .badge {
    display: inline-flex;
    align-items: center;
    padding: 0 8px;
    border-radius: 5px;
    background: var(--pa-tint, #eceef1);
    color: var(--pa-tone, #434b53);
    font-size: 0.9em;
    line-height: 1.75;
    white-space: nowrap;
  }
  .badge .icon { width: 1.1em; height: 1.1em; margin-right: 4px; }
  .badge.sample { background: #fff; color: #6b3d00; box-shadow: inset 0 0 0 1px #b98a3d; }
  .related summary {
    min-height: var(--pa-target);
    padding: 0.6em 0;
    color: var(--pa-soft);
    font-size: 0.875em;
    font-weight: 600;
    cursor: pointer;
  }
  .related .count { margin-left: 8px; font-weight: 400; }
  .answer > .foot {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    margin: 8px 0 0;
    padding: 0 6px 0 16px;
    border-top: 1px solid var(--pa-line);
    color: var(--pa-soft);
    font-size: 0.8125em;
  }
  .foot .plain { margin-left: auto; color: var(--pa-soft); font-size: 1em; }

  /* The citation sheet covers the lower part of the panel; what is behind it goes dim and inert. */
  .shade {
    position: absolute;
    z-index: 1;
    top: 0;
    right: 0;
    bottom: 0;
    left: 0;
    background: rgba(24, 28, 33, 0.42);
  }
  /* The sheet grows with its text up to most of the panel, then scrolls inside. */
  .sheet {
    position: absolute;
    z-index: 2;
    right: 0;
    bottom: 0;
    left: 0;
    display: flex;
    flex-direction: column;
    max-height: 88%;
    border-top: 4px solid var(--pa-red);
    border-radius: 12px 12px 0 0;
    background: var(--pa-paper);
    animation: rise 0.16s ease-out;
  }
  .sheet-head { display: flex; flex: none; align-items: flex-start; padding: 10px 10px 6px 18px; }
  .sheet-head h2 {
    flex: 1;
    min-width: 0;
    padding: 8px 8px 0 0;
    font-size: 1.06em;
    font-weight: 700;
    line-height: 1.5;
  }
  .sheet-body {
    flex: 1;
    min-height: 0;
    padding: 0 18px 12px;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .sheet-body:focus { outline-offset: -3px; }
  .badges { display: flex; flex-wrap: wrap; font-size: 0.9375em; }
  .badges .badge { margin: 0 8px 6px 0; }
  .validity { margin-top: 4px; color: var(--pa-soft); font-size: 0.875em; }
  /* Words of a regulation are set in a book face, so that they look quoted, and keep their paragraphs. */
  .verbatim {
    margin-top: 12px;
    padding: 12px 16px;
    border-left: 3px solid var(--pa-red);
    background: #faf8f6;
    font-family: 'Songti SC', 'SimSun', 'Noto Serif CJK SC', 'Noto Serif SC', serif;
    font-size: 1.06em;
    line-height: 1.9;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    word-break: break-word;
  }
  .sample-note { margin-top: 10px; color: #6b3d00; font-size: 0.875em; }
  /* Full text and copying, always in reach below the text. */
  .sheet-foot {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    padding: 8px 12px calc(10px + env(safe-area-inset-bottom, 0px)) 18px;
    border-top: 1px solid var(--pa-line);
  }
  .main,
  .second {
    display: inline-flex;
    flex: 1;
    align-items: center;
    justify-content: center;
    min-height: var(--pa-target);
    margin: 4px 6px 4px 0;
    padding: 0 16px;
    border: 1px solid var(--pa-red);
    border-radius: 9px;
    background: var(--pa-red);
    color: #fff;
    text-decoration: none;
    white-space: nowrap;
    cursor: pointer;
  }
  .main:hover { background: var(--pa-red-dark); }
  .second { border-color: #8b929a; background: #fff; color: var(--pa-ink); }
  .second:hover { background: #f0f1f3; }
  .main .icon,
  .second .icon { margin-right: 6px; }
`;

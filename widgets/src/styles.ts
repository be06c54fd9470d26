// All looks of the widget. Constructable style sheets: a strict style-src of the page does not block them.
// For Chromium 80: no flex gap, no `inset`, no aspect-ratio; grid gap is old enough.

import { css } from 'lit';
import { answerStyles } from './styles-answer';

/** Root, launcher, panel, head, greeting, composer; then the rules for phones, motion and paper. */
const frame = css`
  /* Inside a shadow tree "important" beats the page's rules, even its important ones. */
  :host { all: initial !important; }
  /* What the page's rules set on the host still inherits: the wall stands here. Only custom properties pass it. */
  .root {
    all: initial;
    --pa-red: #a61b1f;
    --pa-red-dark: #84131a;
    --pa-ink: #1f2429;
    --pa-soft: #565e66;
    --pa-line: #dfe2e6;
    --pa-paper: #ffffff;
    --pa-ground: #f5f6f7;
    --pa-size: 16px;
    --pa-target: 44px;
    /* Our colours are for light; a page that follows the system's dark mode must not turn our fields black. */
    color-scheme: light;
    position: fixed;
    z-index: 2147483000;
    bottom: 0;
    right: 0;
    display: block;
    color: var(--pa-ink);
    font: 400 var(--pa-size) / 1.7 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC',
      'Source Han Sans SC', sans-serif;
    text-align: left;
    -webkit-text-size-adjust: 100%;
  }
  .root.side-left { right: auto; left: 0; }
  .root.large { --pa-size: 20px; --pa-target: 60px; }
  *,
  *::before,
  *::after { box-sizing: border-box; }
  h1, h2, h3, h4, h5, h6, p, ul, ol, li, blockquote, table {
    margin: 0;
    padding: 0;
    font-size: inherit;
    font-weight: inherit;
  }
  ul { list-style: none; }
  button, textarea, input { margin: 0; color: inherit; font: inherit; letter-spacing: inherit; }
  button { cursor: pointer; }
  button:disabled { cursor: default; }
  .icon {
    display: inline-block;
    flex: none;
    width: 1.25em;
    height: 1.25em;
    vertical-align: -0.25em;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip: rect(0 0 0 0);
    white-space: nowrap;
  }
  :focus { outline: 3px solid #1c5fb0; outline-offset: 2px; }
  /* Browsers without :focus-visible drop this rule and keep the ring: the safe side. */
  :focus:not(:focus-visible) { outline: none; }

  /* A pill with icon and words: older readers look for words, and 56 px is easy to hit. */
  .launcher {
    position: absolute;
    right: 24px;
    bottom: calc(24px + env(safe-area-inset-bottom, 0px));
    display: flex;
    align-items: center;
    height: 56px;
    padding: 0 22px 0 18px;
    border: 1px solid var(--pa-red-dark);
    border-radius: 28px;
    background: var(--pa-red);
    color: #fff;
    font-size: 17px;
    font-weight: 600;
    letter-spacing: 0.06em;
    white-space: nowrap;
    box-shadow: 0 6px 20px rgba(60, 10, 12, 0.26);
    transition: background 0.15s;
  }
  .side-left .launcher { right: auto; left: 24px; }
  .launcher:hover { background: var(--pa-red-dark); }
  .launcher .icon { width: 24px; height: 24px; margin-right: 8px; }

  /* The panel floats at the desk; the rules for narrow screens below make it fill the phone. */
  .panel {
    position: fixed;
    right: 24px;
    bottom: 24px;
    width: 440px;
    height: calc(100vh - 48px);
    max-height: 760px;
    overflow: hidden;
    border: 1px solid var(--pa-line);
    border-radius: 14px;
    background: var(--pa-ground);
    box-shadow: 0 18px 56px rgba(20, 24, 30, 0.24);
    animation: rise 0.16s ease-out;
  }
  .large .panel { width: 540px; max-height: 900px; }
  .side-left .panel { right: auto; left: 24px; }
  .panel:focus { outline: none; }
  .under { display: flex; flex-direction: column; height: 100%; }
  @keyframes rise {
    from { opacity: 0; transform: translateY(12px); }
  }

  /* White with a red edge: official without shouting. */
  .head {
    display: flex;
    flex: none;
    align-items: center;
    padding: 10px 10px 10px 16px;
    border-top: 4px solid var(--pa-red);
    border-bottom: 1px solid var(--pa-line);
    background: var(--pa-paper);
  }
  .emblem {
    display: flex;
    flex: none;
    align-items: center;
    justify-content: center;
    width: 38px;
    height: 38px;
    margin-right: 10px;
    border-radius: 9px;
    background: var(--pa-red);
    color: #fff;
  }
  .head h2 { flex: 1; min-width: 0; font-size: 1.06em; font-weight: 700; line-height: 1.3; }
  .ai { display: block; color: var(--pa-soft); font-size: 0.75em; font-weight: 400; }
  /* Buttons of the head. Their size follows the target size, which large letters raise. */
  .tool {
    display: flex;
    flex: none;
    align-items: center;
    justify-content: center;
    min-width: var(--pa-target);
    min-height: var(--pa-target);
    padding: 0 8px;
    border: 0;
    border-radius: 8px;
    background: none;
    color: var(--pa-soft);
    white-space: nowrap;
  }
  .tool.words { font-size: 0.875em; }
  .tool:hover:not(:disabled) { background: #f0f1f3; color: var(--pa-ink); }
  .tool:disabled { color: #a3a9b0; }
  .tool[aria-pressed='true'],
  .tool[aria-pressed='true']:hover:not(:disabled) {
    background: #f7e9e9;
    color: var(--pa-red-dark);
    font-weight: 600;
  }

  /* The only part of the panel that scrolls. The page below doesn't scroll along. */
  .log {
    position: relative;
    flex: 1;
    min-height: 0;
    padding: 0 16px;
    overflow-y: auto;
    overscroll-behavior: contain;
    -webkit-overflow-scrolling: touch;
  }
  .log:focus { outline-offset: -3px; }

  .welcome { padding: 20px 0; }
  .greeting {
    padding: 14px 16px;
    border-radius: 4px 12px 12px 12px;
    background: var(--pa-paper);
    border: 1px solid var(--pa-line);
  }
  .try { margin: 20px 0 8px; color: var(--pa-soft); font-size: 0.875em; }
  /* Suggested questions, one below the other: side by side they would be cut on phones. */
  .starters { display: grid; grid-gap: 8px; }
  .starter {
    width: 100%;
    min-height: var(--pa-target);
    padding: 9px 14px;
    border: 1px solid var(--pa-line);
    border-radius: 10px;
    background: var(--pa-paper);
    text-align: left;
    line-height: 1.5;
  }
  .starter:hover { border-color: var(--pa-red); color: var(--pa-red-dark); }

  /* The lower edge keeps clear of the home bar of phones. */
  .composer {
    flex: none;
    padding: 6px 16px calc(8px + env(safe-area-inset-bottom, 0px));
    border-top: 1px solid var(--pa-line);
    background: var(--pa-paper);
  }
  .offline {
    display: flex;
    align-items: center;
    margin: 4px 0;
    padding: 8px 12px;
    border-radius: 8px;
    background: #fbeeee;
    color: #7d1216;
    font-size: 0.875em;
  }
  .offline .icon { margin-right: 8px; }
  /* The choice of the day. */
  .day { display: flex; flex-wrap: wrap; align-items: center; font-size: 0.875em; }
  .day-toggle {
    display: flex;
    align-items: center;
    min-height: var(--pa-target);
    padding: 0 10px 0 2px;
    border: 0;
    border-radius: 8px;
    background: none;
    color: var(--pa-soft);
  }
  .day-toggle:hover { color: var(--pa-red-dark); }
  .day-toggle.chosen { color: var(--pa-red-dark); font-weight: 600; }
  .day-toggle .icon { margin-right: 6px; }
  .day-change { margin-left: 10px; text-decoration: underline; text-underline-offset: 3px; }
  .day input {
    min-height: 36px;
    padding: 0 8px;
    border: 1px solid #8b929a;
    border-radius: 8px;
    background: #fff;
  }
  /* Field and button share one frame, which shows the focus for both. */
  .field {
    display: flex;
    align-items: flex-end;
    padding: 4px;
    border: 1px solid #8b929a;
    border-radius: 12px;
    background: #fff;
  }
  .field:focus-within { border-color: var(--pa-red); box-shadow: 0 0 0 1px var(--pa-red); }
  textarea {
    flex: 1;
    min-width: 0;
    min-height: var(--pa-target);
    padding: calc((var(--pa-target) - 1.5em) / 2) 10px;
    border: 0;
    background: none;
    line-height: 1.5;
    resize: none;
  }
  textarea:focus,
  textarea:focus-visible { outline: none; }
  textarea::placeholder { color: #6b737b; opacity: 1; }
  /* Send and stop stand in the same place and differ in colour, icon and name. */
  .go {
    display: flex;
    flex: none;
    align-items: center;
    justify-content: center;
    width: var(--pa-target);
    height: var(--pa-target);
    padding: 0;
    border: 0;
    border-radius: 9px;
    background: var(--pa-red);
    color: #fff;
  }
  .go:hover { background: var(--pa-red-dark); }
  .go:disabled { background: #e8eaed; color: #757c84; }
  .go.stop { background: #3d444b; }
  .note {
    margin-top: 6px;
    color: var(--pa-soft);
    font-size: 0.75em;
    line-height: 1.5;
    text-align: center;
  }
  /* Shown near the limit only. */
  .counter { margin-right: 8px; }
  .counter.over { color: #a61b1f; }

  /* Short confirmation above the composer; read out by screen readers as a status. */
  .toast {
    position: absolute;
    z-index: 3;
    right: 16px;
    bottom: 150px;
    left: 16px;
    width: fit-content;
    margin: 0 auto;
    padding: 8px 18px;
    border-radius: 20px;
    background: #262b30;
    color: #fff;
    font-size: 0.875em;
    opacity: 0;
    pointer-events: none;
    transition: opacity 0.15s;
  }
  .toast.visible { opacity: 1; }

  /* Phones and small tablets: the panel is the screen, also while the keyboard is up (--pa-visible). */
  @media (max-width: 767px) {
    .launcher { right: 16px; bottom: calc(16px + env(safe-area-inset-bottom, 0px)); }
    .side-left .launcher { left: 16px; }
    .panel,
    .large .panel,
    .side-left .panel {
      top: 0;
      right: 0;
      bottom: auto;
      left: 0;
      width: auto;
      height: var(--pa-visible, 100%);
      max-height: none;
      border: 0;
      border-radius: 0;
    }
    .head { padding: calc(6px + env(safe-area-inset-top, 0px)) 6px 6px 14px; }
  }
  /* Large letters on a narrow phone: the words of the head get what the drawing gives up. */
  @media (max-width: 430px) {
    .large .emblem { display: none; }
    .large .tool { padding: 0 4px; }
  }
  /* A phone held sideways: the field matters more than the note. */
  @media (max-height: 480px) {
    .note span:last-child { display: none; }
  }
  /* Some people get sick from movement; the system tells us. */
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after { animation: none !important; transition: none !important; }
  }
  /* The page is printed without us. */
  @media print {
    .root { display: none; }
  }
`;

/** The sheets of the component. */
export const styles = [frame, answerStyles];

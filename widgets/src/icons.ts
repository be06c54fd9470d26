// Line drawings of our own, 24 × 24, coloured by the text around them.

import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { IconName } from './words';

/** One drawing per name. Different outlines, so that states can be told apart without colour. */
const PATHS: Record<IconName, SVGTemplateResult> = {
  book: svg`<path d="M4 5.5C6.5 4.3 9.3 4.3 12 6c2.700-1.700 5.500-1.700 8-.5V18.500c-2.500-1.200-5.300-1.200-8 .5-2.700-1.700-5.500-1.700-8-.5z"/><path d="M12 6v13"/>`,
  check: svg`<circle cx="12" cy="12" r="9"/><path d="m8 12.300 2.800 2.700L16 9.500"/>`,
  search: svg`<circle cx="10.500" cy="10.500" r="6.500"/><path d="m15.500 15.500 5 5M8 10.500h5"/>`,
  pause: svg`<circle cx="12" cy="12" r="9"/><path d="M9.800 8.500v7M14.200 8.500v7"/>`,
  person: svg`<circle cx="12" cy="8" r="4"/><path d="M4.500 20.500c.8-4.200 3.700-6 7.500-6s6.700 1.800 7.500 6"/>`,
  alert: svg`<path d="M12 3.500 21.500 20h-19z"/><path d="M12 10v4.500M12 17v.3"/>`,
  info: svg`<circle cx="12" cy="12" r="9"/><path d="M12 11v5.500M12 7.600v.3"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  send: svg`<path d="M12 19.500v-14M5.500 12 12 5.500l6.500 6.500"/>`,
  stop: svg`<rect x="7" y="7" width="10" height="10" rx="1.500" fill="currentColor"/>`,
  retry: svg`<path d="M19.500 12a7.500 7.500 0 1 1-2.300-5.400M19.500 3.500v4.200h-4.200"/>`,
  copy: svg`<rect x="8.500" y="8.500" width="11" height="11.500" rx="1.500"/><path d="M15.500 8.500v-4h-11V16h4"/>`,
  out: svg`<path d="M13.500 4.500h6v6M19.500 4.500 11 13M17 14v5.500H4.500V7H10"/>`,
  calendar: svg`<rect x="4" y="5.500" width="16" height="14.500" rx="1.500"/><path d="M4 10h16M8.500 3.500v4M15.500 3.500v4"/>`,
  clear: svg`<path d="M12 5v14M5 12h14"/>`,
  history: svg`<path d="M4.500 12a7.500 7.500 0 1 0 2.300-5.400M4.500 3.500v4.200h4.200M12 8v4.300l3 1.800"/>`,
  clock: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5.300l3.500 2"/>`,
  ban: svg`<circle cx="12" cy="12" r="9"/><path d="m5.800 5.800 12.400 12.400"/>`,
  question: svg`<circle cx="12" cy="12" r="9"/><path d="M9.500 9.500c.2-3.200 5.200-3 5 .2-.1 2-2.500 2-2.500 4M12 16.700v.3"/>`,
};

/** One drawing. It says nothing to screen readers: words always stand next to it. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.800" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`;
}

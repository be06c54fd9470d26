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
  history: svg`<path d="M4.500 12a7.500 7.500 0 1 0 2.300-5.400M4.500 3.500v4.200h4.200M12 8v4.300l3 1.800"/>`,
  clock: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5.300l3.500 2"/>`,
  ban: svg`<circle cx="12" cy="12" r="9"/><path d="m5.800 5.800 12.400 12.400"/>`,
  question: svg`<circle cx="12" cy="12" r="9"/><path d="M9.500 9.500c.2-3.200 5.200-3 5 .2-.1 2-2.500 2-2.500 4M12 16.700v.3"/>`,
  find: svg`<circle cx="10.500" cy="10.500" r="6.500"/><path d="m15.500 15.500 5 5"/>`,
  menu: svg`<path d="M4 7h16M4 12h11M4 17h16"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  star: svg`<path d="m12 4.200 2.400 4.900 5.400.8-3.900 3.800.9 5.400L12 16.500l-4.800 2.600.9-5.400-3.900-3.800 5.400-.8z"/>`,
  starred: svg`<path fill="currentColor" d="m12 4.200 2.400 4.900 5.400.8-3.900 3.800.9 5.400L12 16.500l-4.800 2.600.9-5.400-3.900-3.800 5.400-.8z"/>`,
  more: svg`<g fill="currentColor"><circle cx="5.500" cy="12" r=".9"/><circle cx="12" cy="12" r=".9"/><circle cx="18.500" cy="12" r=".9"/></g>`,
  trash: svg`<path d="M4.500 7h15M9.500 7V4.500h5V7M6.500 7l1 12.500h9l1-12.500M10 10.500v5.500M14 10.500v5.500"/>`,
  pen: svg`<path d="m15.500 4.500 4 4L8.500 19.500l-5 1 1-5zM13 7l4 4"/>`,
  file: svg`<path d="M6 3.500h8l4 4v13H6zM14 3.500v4h4M9 12h6M9 15.500h6"/>`,
  phone: svg`<path d="M6.500 4h3l1.500 4.500-2 1.500c1 2.300 2.700 4 5 5l1.500-2L20 14.500v3c0 1.400-1.100 2.500-2.500 2.500C10.500 20 4 13.500 4 6.500 4 5.100 5.100 4 6.500 4z"/>`,
  up: svg`<path d="M7.500 10.500 11 4c1.400 0 2.300 1 2.100 2.400l-.6 3.600h5.300c1.100 0 1.900 1 1.700 2.100l-1.200 6c-.2.800-.9 1.400-1.700 1.400H7.500zM7.500 10.500h-3v9h3"/>`,
  down: svg`<path d="M7.500 13.500 11 20c1.400 0 2.300-1 2.100-2.400l-.6-3.600h5.300c1.100 0 1.900-1 1.700-2.100l-1.200-6c-.2-.8-.9-1.400-1.700-1.400H7.500zM7.500 13.500h-3v-9h3"/>`,
  arrow: svg`<path d="M12 5v13.500M6 13l6 6 6-6"/>`,
  shield: svg`<path d="M12 3.500 19 6v5.500c0 4.300-2.800 7.400-7 9-4.200-1.600-7-4.700-7-9V6z"/><path d="M9 12h6"/>`,
  link: svg`<path d="M5 12h13M13 7l5 5-5 5"/>`,
};

/** One drawing. It says nothing to screen readers: words always stand next to it. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.800" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`;
}

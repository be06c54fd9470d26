// What stands on the host page: an element of our own with a closed shadow root, in it the launcher and the box
// with the frame. Built without HTML text, which pages with Trusted Types would refuse.

import sheet from './loader.css?inline';
import type { Options } from './options';

/** Name of our element on the page. */
const TAG = 'party-assistant';
/** A speech bubble with two lines, 24 × 24. */
const DRAWING = 'M4 5h16v11.500H11L7 20v-3.500H4zM8 9h8M8 12.500h5';

/** What the view tells. */
export interface Acts {
  /** The launcher was pressed. */
  open(): void;
  /** The way out was taken while the panel was not there. */
  close(): void;
  /** Loading the panel shall be tried again. */
  again(): void;
  /** The frame has loaded something, the panel or an error page. */
  loaded(frame: HTMLIFrameElement): void;
}

/** The element and its parts. It holds no state of its own beyond what it shows. */
export class View {
  /** Our element; what is focused in it looks from outside as if it were focused itself. */
  readonly host = document.createElement(TAG);
  private readonly root = part('div', 'root');
  private readonly launcher = part('button', 'launcher');
  private readonly badge = part('span', 'badge');
  private readonly status = part('p', 'sr');
  private readonly panel = part('section', 'panel');
  private readonly wait = part('div', 'wait');
  private readonly words = part('p');
  private readonly closer = part('button', 'away');
  private frame: HTMLIFrameElement | null = null;

  /** Builds all of it; nothing is on the page before `mount`. */
  constructor(
    private readonly options: Options,
    private readonly server: string,
    private readonly acts: Acts,
  ) {
    const { side, elder, title } = options;
    this.root.classList.toggle('left', side === 'left');
    this.root.classList.toggle('elder', elder);
    this.badge.setAttribute('aria-hidden', 'true');
    this.launcher.append(drawing(), title, this.badge);
    this.launcher.setAttribute('aria-haspopup', 'dialog');
    this.launcher.onclick = acts.open;
    this.status.setAttribute('role', 'status');
    this.panel.setAttribute('role', 'dialog');
    this.panel.setAttribute('aria-label', title);
    this.panel.tabIndex = -1;
    const again = part('button', 'again');
    again.append('重试');
    again.onclick = acts.again;
    this.closer.append('关闭');
    this.closer.onclick = acts.close;
    this.words.setAttribute('role', 'status');
    this.wait.append(this.words, again, this.closer);
    this.panel.append(this.edge(), this.wait, this.edge());
    this.root.append(this.status, this.launcher, this.panel);
    this.setUnread(0);
  }

  /**
   * Puts it on the page, beside the body: pages replace, hide and transform their body, and some make everything
   * in it unreachable while a dialog of theirs is open.
   */
  mount(): void {
    // Closed: scripts of the page can't reach in by accident.
    const shadow = this.host.attachShadow({ mode: 'closed' });
    this.dress(shadow);
    shadow.append(this.root);
    document.documentElement.append(this.host);
    this.raise();
  }

  /** Whether the keyboard is somewhere in it. */
  get focused(): boolean {
    return document.activeElement === this.host;
  }

  /** Whether the panel has come. */
  get here(): boolean {
    return this.root.classList.contains('here');
  }

  /** Shows the box, with the frame in it from the first time on. */
  open(): void {
    this.root.classList.add('open');
    this.raise();
    if (!this.frame) this.load();
    this.focus();
  }

  /** Hides the box. The frame stays: loading it again would lose an answer in the making. */
  close(): void {
    this.root.classList.remove('open');
  }

  /** Puts the keyboard into the panel, or on the way out while there is none. */
  focus(): void {
    (this.here ? this.frame : this.closer)?.focus();
  }

  /** Puts the keyboard on the launcher. */
  focusLauncher(): void {
    this.launcher.focus();
  }

  /** Loads the frame, or loads it again. */
  load(): void {
    this.setWaiting('正在打开…', false);
    this.frame?.remove();
    const frame = document.createElement('iframe');
    frame.title = `${this.options.title}对话`;
    frame.allow = 'clipboard-write';
    // The server need not know which page of the site it was.
    frame.referrerPolicy = 'strict-origin';
    frame.onload = () => this.acts.loaded(frame);
    frame.src = `${this.server}/widget/frame?channel=${encodeURIComponent(this.options.channel)}`;
    this.frame = frame;
    this.wait.after(frame);
  }

  /** Says what is being waited for, or that it failed. */
  setWaiting(words: string, failed: boolean): void {
    this.root.classList.remove('here');
    this.wait.classList.toggle('failed', failed);
    this.words.textContent = words;
  }

  /** The panel has come. */
  setHere(): void {
    const waiting = this.focused && !this.here;
    this.root.classList.add('here');
    if (waiting) this.focus();
  }

  /** How many answers came unseen. */
  setUnread(count: number): void {
    const { title } = this.options;
    this.badge.textContent = count > 0 ? (count > 9 ? '9+' : String(count)) : '';
    const news = count > 0 ? `，有 ${count} 条新回答` : '';
    this.launcher.setAttribute('aria-label', `打开${title}${news}`);
    this.status.textContent = count > 0 ? `${title}${news}` : '';
  }

  /** Fits the full screen to what the phone's keyboard leaves of it; `null` takes that back. */
  fit(visible: VisualViewport | null): void {
    // By script: a strict policy forbids styles in markup, not these.
    this.panel.style.top = visible ? `${visible.offsetTop}px` : '';
    this.panel.style.height = visible ? `${visible.height}px` : '';
  }

  /** Whether the page behind is out of reach. */
  setModal(modal: boolean): void {
    if (modal) this.panel.setAttribute('aria-modal', 'true');
    else this.panel.removeAttribute('aria-modal');
  }

  /** Takes everything away. */
  destroy(): void {
    this.host.remove();
  }

  /** Where Tab would leave the open box it goes round instead; outside of it there is only the page. */
  private edge(): HTMLElement {
    const edge = part('span');
    edge.tabIndex = 0;
    edge.setAttribute('aria-hidden', 'true');
    edge.onfocus = () => this.focus();
    return edge;
  }

  /** Above everything, whatever the page has transformed or numbered, where the browser has a top layer. */
  private raise(): void {
    if (typeof this.root.showPopover !== 'function') return;
    this.root.popover = 'manual';
    if (this.root.matches(':popover-open')) this.root.hidePopover();
    this.root.showPopover();
  }

  /**
   * Constructable sheets, which no policy of the page blocks. Browsers without them (Safari before 16.4) load the
   * same as a file, and where the page's policy forbids that too, we stay away rather than stand there undressed.
   */
  private dress(shadow: ShadowRoot): void {
    try {
      const made = new CSSStyleSheet();
      made.replaceSync(sheet);
      shadow.adoptedStyleSheets = [made];
    } catch {
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = `${this.server}/widget/loader.css`;
      this.root.style.display = 'none';
      link.onload = () => this.root.style.removeProperty('display');
      shadow.append(link);
    }
  }
}

/** An element with a class. Buttons don't submit the forms of anybody. */
function part<T extends keyof HTMLElementTagNameMap>(tag: T, name = ''): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (made instanceof HTMLButtonElement) made.type = 'button';
  return made;
}

/** The launcher's drawing. Screen readers get the words. */
function drawing(): SVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const attributes = {
    viewBox: '0 0 24 24',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '1.8',
    'stroke-linejoin': 'round',
    'stroke-linecap': 'round',
    'aria-hidden': 'true',
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', DRAWING);
  svg.append(path);
  return svg;
}

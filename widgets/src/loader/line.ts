// The line between this page and the panel: one MessagePort. Both ends name the other's exact origin.

import type { FromPanel, ToPanel } from '../messages';

/** The message of the panel with this type. */
export type Message<T extends FromPanel['type']> = Extract<FromPanel, { type: T }>;

/** Version of the protocol. */
const VERSION = 1;

/** The page's end. What is said before the panel listens waits for it. */
export class Line {
  private port: MessagePort | null = null;
  private waiting: ToPanel[] = [];

  /** `hear` is told what the panel says. */
  constructor(private readonly hear: (message: FromPanel) => void) {}

  /**
   * Introduces the page to the frame that has just loaded. `first` is what a fresh panel must know before
   * anything else; what waited follows. A frame that was loaded again gets a new line.
   */
  connect(frame: HTMLIFrameElement, server: string, first: ToPanel[]): void {
    this.close();
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = ({ data }) => {
      const known = typeof data === 'object' && data !== null && typeof data.type === 'string';
      if (known) this.hear(data as FromPanel);
    };
    // The browser drops this unless the frame shows a page of the server: an error page or a stranger hears nothing.
    frame.contentWindow?.postMessage({ type: 'party-assistant', version: VERSION }, server, [
      port2,
    ]);
    const waited = this.waiting;
    this.waiting = [];
    for (const message of [...first, ...waited]) port1.postMessage(message);
  }

  /** Says something now, or nothing: for what `connect` says anyway. */
  send(message: ToPanel): void {
    this.port?.postMessage(message);
  }

  /** Says something now, or as soon as there is a panel. */
  sendOrKeep(message: ToPanel): void {
    if (this.port) this.port.postMessage(message);
    else this.waiting.push(message);
  }

  /** Hangs up. */
  close(): void {
    this.port?.close();
    this.port = null;
  }
}

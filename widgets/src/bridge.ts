// The line to the page that shows us: one MessagePort, handed over by the loader. Nothing else of the page is heard.

import type { FromPanel, ToPanel } from './messages';

/** How long a loader has to introduce itself after our page has loaded, milliseconds. */
export const INTRODUCTION = 300;

/** How long a loader may take to fetch a grant, milliseconds. */
const GRANT_TIME = 10_000;

/** The line. Without a loader it leads nowhere, and everything still works. */
export class Bridge {
  private port: MessagePort | null = null;
  private waiting: ((message: ToPanel & { type: 'grant' }) => void)[] = [];

  /** Told of everything but grants, which are answers to `grant()`. */
  constructor(private readonly onMessage: (message: ToPanel) => void) {}

  /** Whether a loader shows us. */
  get connected(): boolean {
    return this.port !== null;
  }

  /**
   * Waits for the loader's introduction. `onConnect` is called when it comes, which may be after `start` has resolved:
   * a busy page can be late. Only the window that frames us is believed.
   */
  start(onConnect: () => void): Promise<void> {
    if (window.parent === window) return Promise.resolve();
    return new Promise((resolve) => {
      addEventListener('message', (event) => {
        const hello = event.data as { type?: unknown; version?: unknown } | null;
        const port = event.ports[0];
        if (event.source !== window.parent || !port || this.port) return;
        if (hello?.type !== 'party-assistant' || hello.version !== 1) return;
        this.port = port;
        port.onmessage = ({ data }) => this.receive(data as ToPanel);
        onConnect();
        resolve();
      });
      const wait = () => setTimeout(resolve, INTRODUCTION);
      if (document.readyState === 'complete') wait();
      else addEventListener('load', wait);
    });
  }

  /** Says something to the loader. */
  send(message: FromPanel): void {
    this.port?.postMessage(message);
  }

  /** Asks the loader for a grant. Rejects with the loader's reason. */
  grant(): Promise<string> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject({ code: 'GRANT_LATE', message: '所在网页没有及时提供授权。' }),
        GRANT_TIME,
      );
      this.waiting.push(({ grant, error }) => {
        clearTimeout(late);
        if (grant) resolve(grant);
        else reject(error ?? { code: 'GRANT', message: '所在网页没有取得授权。' });
      });
      this.send({ type: 'need-grant' });
    });
  }

  /** One message of the loader. A grant answers everyone who waits for one. */
  private receive(message: ToPanel): void {
    if (message?.type === 'grant') {
      for (const take of this.waiting.splice(0)) take(message);
    } else if (message && typeof message.type === 'string') this.onMessage(message);
  }
}

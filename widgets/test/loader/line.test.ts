import { afterEach, describe, expect, it, vi } from 'vitest';
import { Line } from '../../src/loader/line';
import type { FromPanel } from '../../src/messages';

const SERVER = 'https://s.example';

/** A frame whose window only notes what is posted to it. */
function frame() {
  const posted = vi.fn();
  return {
    frame: { contentWindow: { postMessage: posted } } as unknown as HTMLIFrameElement,
    posted,
  };
}

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** The panel's end, and what comes in on it. */
function panelEnd(posted: ReturnType<typeof vi.fn>) {
  const port = posted.mock.lastCall?.[2][0] as MessagePort;
  ports.push(port);
  const heard: unknown[] = [];
  port.onmessage = ({ data }) => heard.push(data);
  return { port, heard };
}

describe('the line to the panel', () => {
  it('names the exact origin, says first things first, then what waited', async () => {
    const line = new Line(vi.fn());
    line.send({ type: 'opened' });
    line.sendOrKeep({ type: 'ask', question: '问' });
    const { frame: element, posted } = frame();
    line.connect(element, SERVER, [{ type: 'user', user: null }]);
    expect(posted).toHaveBeenCalledWith({ type: 'party-assistant', version: 1 }, SERVER, [
      expect.anything(),
    ]);
    const { heard } = panelEnd(posted);
    line.send({ type: 'closed' });
    // What is for `connect` to say is not kept.
    await vi.waitFor(() =>
      expect(heard).toEqual([
        { type: 'user', user: null },
        { type: 'ask', question: '问' },
        { type: 'closed' },
      ]),
    );
    line.close();
  });

  it('hears objects with a type and nothing else', async () => {
    const heard: FromPanel[] = [];
    const line = new Line((message) => heard.push(message));
    const { frame: element, posted } = frame();
    line.connect(element, SERVER, []);
    const { port } = panelEnd(posted);
    for (const message of [null, 'ready', 7, {}, { type: 3 }, { type: 'ready' }]) {
      port.postMessage(message);
    }
    await vi.waitFor(() => expect(heard).toEqual([{ type: 'ready' }]));
    line.close();
  });
});

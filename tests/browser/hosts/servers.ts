// Two servers that meet in a browser: a host, whose pages are those of some organisation, and a product server
// that plays just enough of ours. Both on free ports, so that they are strangers to each other.

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HostPage, hostPage, hostPolicy } from './pages';
import { PANEL, PANEL_PAGE } from './panel';

/** A running server. */
export interface Running {
  /** `http://127.0.0.1:port` */
  origin: string;
  close(): Promise<void>;
}

/** The product server, and what the tests may change and read. */
export interface Product extends Running {
  /** Channels with their origins, as the administrator would list them. */
  channels: Record<string, string[]>;
  /** Answers to requests for grants: the origin that asked and the status it got. */
  asked: { origin: string; status: number }[];
  /** While set, grants are answered with this status. */
  trouble: number | null;
}

/** What the loader is built to. */
const DIST = new URL('../../../widgets/dist/', import.meta.url);

/** Starts the product server. */
export async function startProduct(): Promise<Product> {
  const product: Omit<Product, keyof Running> = { channels: {}, asked: [], trouble: null };
  const running = await listen(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://product');
    const grants = /^\/api\/v1\/channels\/([\w-]+)\/grants$/.exec(pathname);
    if (pathname === '/widget/loader.js' || pathname === '/widget/loader.css') {
      const type = pathname.endsWith('js') ? 'text/javascript' : 'text/css';
      const file = await readFile(new URL(pathname.slice('/widget/'.length), DIST));
      send(response, 200, type, file, { 'Access-Control-Allow-Origin': '*' });
    } else if (pathname === '/widget/frame') {
      const origins = product.channels[searchParams.get('channel') ?? ''];
      if (!origins) return send(response, 404, 'text/plain', '');
      const ancestors = origins.length > 0 ? `'self' ${origins.join(' ')}` : "'none'";
      const policy = `default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; frame-ancestors ${ancestors}`;
      send(response, 200, 'text/html', PANEL_PAGE, { 'Content-Security-Policy': policy });
    } else if (pathname === '/widget/panel.js') send(response, 200, 'text/javascript', PANEL);
    else if (grants) {
      const origin = request.headers.origin ?? '';
      const origins = product.channels[grants[1]];
      const status = product.trouble ?? (!origins ? 404 : origins.includes(origin) ? 200 : 403);
      product.asked.push({ origin, status });
      const code = { 403: 'CHANNEL-002', 404: 'CHANNEL-001' }[status] ?? 'COMMON-500';
      const body =
        status === 200
          ? { grant: `grant-${product.asked.length}`, expires_in: 300 }
          : { code, title: '不允许', detail: '不允许', status };
      const cors = { 'Access-Control-Allow-Origin': origin, Vary: 'origin' };
      send(response, status, 'application/json', JSON.stringify(body), cors);
    } else send(response, 404, 'text/plain', '');
  });
  return Object.assign(product, running);
}

/** Starts a host whose pages load the loader of `product`; see `pages.ts` for the pages. */
export function startHost(product: string): Promise<Running> {
  return listen(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host');
    const name = pathname.slice(1) as HostPage;
    const channel = searchParams.get('channel') ?? 'web';
    const body = hostPage(name, product, channel);
    if (body === null) return send(response, 404, 'text/plain', '');
    const type = name.endsWith('.css')
      ? 'text/css'
      : name.endsWith('.js')
        ? 'text/javascript'
        : 'text/html';
    send(response, 200, type, body, hostPolicy(name, product));
  });
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': `${type}; charset=utf-8`, ...headers });
  response.end(body);
}

/** Listens on a port that the system chooses. */
async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Running> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Browsers keep their lines open; nobody needs them any more.
        server.closeAllConnections();
      }),
  };
}

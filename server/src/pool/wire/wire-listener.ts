// Where other servers of the pool come in: a listener of its own, not the one that clients use.
import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Disks } from '@strata/store/disks';
import type { Logger } from '../../config/log.ts';
import { StartError } from '../../config/start-error.ts';
import { BlobRoutes } from './blob-routes.ts';
import { MAX_CONNECTIONS, PROGRESS_MS } from './limits.ts';
import { type OrderHandlers, OrderRoutes } from './order-routes.ts';
import { answerProof, isNonce, type Speaker, signerOf } from './signature.ts';
import type { Pem } from './tls.ts';
import { Refusal, refusalOf } from './wire-error.ts';

export interface WireListenerOptions {
  /** Port 0 takes any free one. */
  readonly listen: { readonly host: string; readonly port: number; readonly publicHost?: string | undefined };
  readonly tls?: Pem | undefined;
  /** Of the pool, hex. */
  readonly key: string;
  readonly self: Speaker;
  /** Null at a server that keeps no blobs. */
  readonly disks: Disks | null;
  readonly handlers: OrderHandlers;
  readonly log: Logger;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const HEADERS_BYTES = 8 * 1024;

export class WireListener {
  /** Where other servers reach this one. */
  readonly url: string;
  readonly port: number;
  readonly #server: http.Server;
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(server: http.Server, url: string, port: number, sockets: ReadonlySet<Socket>) {
    this.#server = server;
    this.url = url;
    this.port = port;
    this.#sockets = sockets;
  }

  /** @throws StartError 'port-busy' when it cannot listen there, 'bad-settings' when it may not without certificates */
  static async start(options: WireListenerOptions): Promise<WireListener> {
    const { listen, tls } = options;
    if (!tls && !LOOPBACK.has(listen.host)) {
      throw new StartError(
        'bad-settings',
        `pool.listen.host is ${listen.host}, which other machines reach: give pool.tls too, or listen on 127.0.0.1.`,
      );
    }
    const limits = {
      ...{ maxHeaderSize: HEADERS_BYTES, headersTimeout: PROGRESS_MS, requestTimeout: 0 },
      ...{ keepAliveTimeout: 60_000, connectionsCheckingInterval: 1_000 },
    };
    const server = tls
      ? https.createServer({
          ...limits,
          ...{ cert: tls.certificate, key: tls.key, ca: tls.authority },
          ...{ requestCert: true, rejectUnauthorized: true },
        })
      : http.createServer(limits);
    server.maxConnections = MAX_CONNECTIONS;
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.on('clientError', (_, socket) => socket.destroy());
    const answer = answerer(options);
    server.on('request', (request, response) => void answer(request, response));
    server.listen(listen.port, listen.host);
    try {
      await once(server, 'listening');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StartError('port-busy', `The pool's listener cannot be opened (pool.listen): ${why}.`, error);
    }
    const { port } = server.address() as AddressInfo;
    const host = listen.publicHost ?? (listen.host === 'localhost' ? '127.0.0.1' : listen.host);
    const shown = host.includes(':') ? `[${host}]` : host;
    return new WireListener(server, `${tls ? 'https' : 'http'}://${shown}:${port}`, port, sockets);
  }

  /** Takes no more requests, waits a moment for those that run, and breaks off the rest. */
  async close(graceMs = 500): Promise<void> {
    this.#server.close();
    this.#server.closeIdleConnections();
    const late = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, graceMs);
    await new Promise<void>((resolve) =>
      this.#sockets.size === 0 ? resolve() : this.#server.once('close', resolve),
    );
    clearTimeout(late);
  }
}

/** What deals with one request. Never rejects. */
function answerer({ key, self, disks, handlers, log }: WireListenerOptions) {
  const blobs = new BlobRoutes(disks, handlers, log);
  const orders = new OrderRoutes(handlers, log);
  return async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const nonce = headers['strata-nonce'];
    // Whoever cannot sign learns nothing, not even what there is.
    const prove = (status: number) =>
      isNonce(nonce)
        ? response.setHeader('strata-proof', answerProof(key, self.id, nonce, status))
        : response;
    const isSigned = (body: string): boolean =>
      isNonce(nonce) &&
      signerOf(key, headers.authorization, { method, url, target: self.id, nonce, body }) !== null;
    response.on('error', () => undefined); // gone before the answer: nothing to tell
    request.on('error', () => undefined);
    try {
      if (method === 'POST') {
        await orders.answer({ request, response, isSigned, prove });
        return;
      }
      if (!isSigned(''))
        throw new Refusal(401, 'unauthorised', 'The request is not signed with the key of the pool.');
      if (method === 'GET' && url === '/state') await orders.state({ request, response, isSigned, prove });
      else await blobs.answer({ request, response, prove });
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.status === 500 && !request.socket.destroyed)
        log.warn({ err: error, method }, 'a request of another server failed');
      refuse(request, response, refusal, prove);
    }
  };
}

function refuse(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { status, code, message }: Refusal,
  prove: (status: number) => unknown,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (status !== 401) prove(status);
  const body = JSON.stringify({ code, message: message.slice(0, 4000) });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  // A body that is not wanted is not waited for.
  const isDone = request.complete || request.headers['content-length'] === undefined;
  response.writeHead(status, isDone ? headers : { ...headers, connection: 'close' });
  response.end(request.method === 'HEAD' ? undefined : body, () => {
    if (!isDone) setTimeout(() => request.destroy(), 100).unref();
  });
}

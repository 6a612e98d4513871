// One HTTP exchange with another server: bounded wait for the connection, then for progress in either direction.
import { randomBytes } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import { Answer, broken } from './answer.ts';
import { CONNECT_MS, CONNECTIONS_PER_PEER, IDLE_MS, PIECE, PROGRESS_MS } from './limits.ts';
import { Progress } from './progress.ts';
import { authorization, isAnswerProof, type Speaker } from './signature.ts';
import type { Pem } from './tls.ts';
import { aborted, garbage, hung, type Peer, unreachable, type WireError } from './wire-error.ts';

export interface Asked {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST';
  /** Path and query. */
  readonly url: string;
  readonly range?: { readonly offset: number; readonly length: number };
  /** The parts of a blob, one after the other. */
  readonly parts?: readonly Uint8Array[];
  readonly json?: string;
  readonly signal?: AbortSignal | undefined;
  readonly progressMs?: number | undefined;
}

export interface ExchangeParts {
  readonly key: string;
  readonly self: Speaker;
  readonly tls?: Pem | undefined;
}

export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #tls: { readonly cert?: string; readonly key?: string; readonly ca?: string } = {};
  readonly #agents: { readonly http: http.Agent; readonly https: https.Agent };

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    const options = {
      keepAlive: true,
      maxSockets: CONNECTIONS_PER_PEER,
      maxFreeSockets: 16,
      timeout: IDLE_MS,
    };
    if (parts.tls) this.#tls = { cert: parts.tls.certificate, key: parts.tls.key, ca: parts.tls.authority };
    this.#agents = { http: new http.Agent(options), https: new https.Agent({ ...options, ...this.#tls }) };
  }

  /**
   * Asks once; a kept connection that turns out to be closed is replaced by a new one. The answer is proven to come from
   * the peer. @throws WireError
   */
  async ask(peer: Peer, asked: Asked): Promise<Answer> {
    try {
      return await this.#askOnce(peer, asked);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      return this.#askOnce(peer, asked, true);
    }
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #askOnce(peer: Peer, asked: Asked, onNewConnection = false): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { signal } = asked;
      if (signal?.aborted) return reject(aborted(peer));
      const nonce = randomBytes(16).toString('hex');
      const request = this.#begin(peer, asked, nonce, onNewConnection);
      let failure: WireError | null = null;
      const end = () => {
        progress.stop();
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (error: Error) => {
        end();
        request.destroy();
        reject(error);
      };
      const giveUp = (error: WireError) => {
        failure ??= error;
        fail(failure);
      };
      const onAbort = () => giveUp(aborted(peer));
      const progress = new Progress(asked.progressMs ?? PROGRESS_MS, () => giveUp(hung(peer)));
      signal?.addEventListener('abort', onAbort, { once: true });
      request.on('socket', (socket) => {
        if (!socket.connecting) return;
        const late = () => giveUp(unreachable(peer, 'it does not take the connection'));
        const timer = setTimeout(late, CONNECT_MS);
        socket.once('connect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        const isStale = request.reusedSocket && !onNewConnection && failure === null;
        fail(isStale ? new StaleConnection('the kept connection was closed') : broken(peer, error));
      });
      request.on('response', (response) => {
        progress.touch();
        const { statusCode: status = 0, headers } = response;
        if (!isAnswerProof(this.#parts.key, headers['strata-proof'], peer.id, nonce, status))
          return giveUp(garbage(peer, `the answer ${status} is not signed by it`));
        resolve(new Answer(peer, response, { progress, failure: () => failure, end }));
      });
      void send(request, asked, progress);
    });
  }

  #begin(peer: Peer, asked: Asked, nonce: string, onNewConnection: boolean): http.ClientRequest {
    const { method, url, range, parts, json = '' } = asked;
    const target = new URL(peer.wireUrl);
    const secure = target.protocol === 'https:';
    const { key, self } = this.#parts;
    const length = parts ? parts.reduce((sum, part) => sum + part.length, 0) : Buffer.byteLength(json);
    const signed = { method, url, target: peer.id, nonce, body: json };
    return (secure ? https : http).request({
      ...{ host: target.hostname.replace(/^\[|\]$/g, ''), port: target.port, method, path: url },
      agent: onNewConnection ? false : secure ? this.#agents.https : this.#agents.http,
      ...(secure && this.#tls),
      headers: {
        authorization: authorization(key, self, signed),
        'strata-nonce': nonce,
        ...(range && { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }),
        ...((parts || json !== '') && { 'content-length': length }),
        ...(json !== '' && { 'content-type': 'application/json' }),
      },
    });
  }
}

class StaleConnection extends Error {}

/** Sends the body in pieces, as fast as the other side takes it. Never rejects: the request tells of errors. */
async function send(request: http.ClientRequest, { parts, json }: Asked, progress: Progress): Promise<void> {
  for (const part of parts ?? []) {
    for (let at = 0; at < part.length; at += PIECE) {
      if (request.destroyed) return;
      const hasRoom = request.write(part.subarray(at, at + PIECE));
      if (!hasRoom) await drained(request);
      progress.touch();
    }
  }
  request.end(json);
}

function drained(request: http.ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      request.off('drain', end).off('close', end);
      resolve();
    };
    request.on('drain', end).on('close', end);
  });
}

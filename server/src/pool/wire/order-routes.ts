// Orders of other servers: fetch, verify, remove, restart; those that take long show signs of life.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDigest } from '@strata/store/blob-names';
import type { BlobCheck } from '@strata/store/blob-store';
import { z } from 'zod';
import type { Logger } from '../../config/log.ts';
import type { WriteGuard } from './blob-routes.ts';
import { MAX_BLOB, MAX_JSON, MAX_ORDERS, ORDER_MS, PROGRESS_MS, TICK_MS } from './limits.ts';
import { Slots } from './slots.ts';
import type { KeptBlob } from './wire-client.ts';
import { Refusal, refusalOf } from './wire-error.ts';

const digest = z.string().refine(isDigest);
const fetchOrder = z.strictObject({
  digest,
  length: z.int().min(0).max(MAX_BLOB),
  from: z.array(z.string().min(1).max(100)).min(1).max(100),
  disk: z.string().max(200).optional(),
});
const verifyOrder = z.strictObject({ digest });
const removeOrder = z.strictObject({ digest, leastOthers: z.int().min(1).max(100) });

export type FetchOrder = z.output<typeof fetchOrder>;
type RemoveOrder = z.output<typeof removeOrder>;

/** What is done with an order; each may take long, and stops when the signal says that nobody waits any more. */
export interface OrderHandlers extends WriteGuard {
  readonly fetch: (order: FetchOrder, signal: AbortSignal) => Promise<KeptBlob>;
  readonly verify: (digest: string) => Promise<BlobCheck>;
  /** @returns whether the replica was removed */
  readonly remove: (order: RemoveOrder) => Promise<boolean>;
  /** Begins a restart; it goes on after the answer. */
  readonly restart: () => void;
  readonly state: () => Promise<object>;
}

/** A request that may be signed. */
export interface OrderRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whether request and body are signed. */
  readonly isSigned: (body: string) => boolean;
  readonly prove: (status: number) => unknown;
}

export class OrderRoutes {
  readonly #handlers: OrderHandlers;
  readonly #log: Logger;
  readonly #slots = new Slots(MAX_ORDERS, 'orders are carried out');

  constructor(handlers: OrderHandlers, log: Logger) {
    this.#handlers = handlers;
    this.#log = log;
  }

  /** GET /state. @throws what the handler throws */
  async state({ response, prove }: OrderRequest): Promise<void> {
    const body = JSON.stringify(await this.#handlers.state());
    prove(200);
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  }

  /** A POST. @throws Refusal before the answer begins; later failures are told in it */
  async answer({ request, response, isSigned, prove }: OrderRequest): Promise<void> {
    const body = await bodyOf(request);
    if (!isSigned(body))
      throw new Refusal(401, 'unauthorised', 'The request is not signed with the key of the pool.');
    const carryOut = this.#orderOf(request.url ?? '', parsed(body));
    await this.#slots.use(async () => {
      prove(200);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      // White space before JSON says nothing, but that somebody is there.
      const tick = setInterval(() => response.write('\n'), TICK_MS);
      const late = setTimeout(() => response.destroy(), ORDER_MS);
      try {
        response.end(JSON.stringify(await carryOut(gone.signal)));
      } catch (error) {
        const { status, code, message } = refusalOf(error);
        if (status === 500 && !gone.signal.aborted)
          this.#log.warn({ err: error, order: request.url }, 'an order of another server failed');
        response.end(JSON.stringify({ refused: { code, message: message.slice(0, 4000) } }));
      } finally {
        clearInterval(tick);
        clearTimeout(late);
      }
    });
  }

  #orderOf(url: string, body: unknown): (signal: AbortSignal) => Promise<object> {
    const { fetch, verify, remove, restart, refusesWrites } = this.#handlers;
    switch (url) {
      case '/fetch': {
        const order = checked(fetchOrder, body);
        const refused = refusesWrites();
        if (refused) throw new Refusal(503, refused.code, refused.message);
        return (signal) => fetch(order, signal);
      }
      case '/verify': {
        const order = checked(verifyOrder, body);
        return () => verify(order.digest);
      }
      case '/remove': {
        const order = checked(removeOrder, body);
        return async () => ({ removed: await remove(order) });
      }
      case '/restart':
        return async () => {
          restart();
          return {};
        };
      default:
        throw new Refusal(404, 'not-found', 'There is no such order.');
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  if (!(length <= MAX_JSON)) throw new Refusal(413, 'too-large', `An order has at most ${MAX_JSON} bytes.`);
  const late = setTimeout(() => request.destroy(), PROGRESS_MS);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    clearTimeout(late);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'malformed', 'The order is no JSON.');
  }
}

function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new Refusal(400, 'malformed', `The order is none: ${result.error.issues[0]?.message ?? ''}`);
}

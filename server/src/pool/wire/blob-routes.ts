// Blobs for other servers: whole ones and ranges are read, and replicas are put, fsynced before the answer.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDigest } from '@strata/store/blob-names';
import type { Disks } from '@strata/store/disks';
import { StoreError } from '@strata/store/errors';
import type { Logger } from '../../config/log.ts';
import { MAX_BLOB, MAX_GETS, MAX_PUTS, MAX_RANGE, PIECE, PROGRESS_MS } from './limits.ts';
import { Progress } from './progress.ts';
import { Slots } from './slots.ts';
import { Refusal } from './wire-error.ts';

/** A request that is signed, and what signs its answer. */
export interface BlobRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly prove: (status: number) => unknown;
}

export interface WriteGuard {
  /** Why this server takes no replicas now; null when it does. */
  readonly refusesWrites: () => { readonly code: string; readonly message: string } | null;
}

export class BlobRoutes {
  readonly #disks: Disks | null;
  readonly #guard: WriteGuard;
  readonly #log: Logger;
  readonly #gets = new Slots(MAX_GETS, 'blobs are read');
  readonly #puts = new Slots(MAX_PUTS, 'blobs are put');

  constructor(disks: Disks | null, guard: WriteGuard, log: Logger) {
    this.#disks = disks;
    this.#guard = guard;
    this.#log = log;
  }

  /** GET, HEAD or PUT /blobs/DIGEST. @throws Refusal, StoreError */
  async answer(asked: BlobRequest): Promise<void> {
    const { method, url = '' } = asked.request;
    const { pathname, searchParams } = new URL(url.slice(0, 1000), 'http://pool');
    const digest = /^\/blobs\/([^/]*)$/.exec(pathname)?.[1] ?? '';
    if (!isDigest(digest)) throw new Refusal(404, 'not-found', 'There is no such address here.');
    if (!this.#disks) throw new Refusal(404, 'missing', 'This server keeps no blobs.');
    const disks = this.#disks;
    if (method === 'PUT') return this.#puts.use(() => this.#put(disks, digest, searchParams, asked));
    if (method === 'GET') return this.#gets.use(() => this.#get(disks, digest, asked));
    if (method === 'HEAD') return this.#head(disks, digest, asked);
    throw new Refusal(405, 'method', 'Blobs are read by GET and HEAD, and put by PUT.');
  }

  async #head(disks: Disks, digest: string, { response, prove }: BlobRequest): Promise<void> {
    const size = await sizeOf(disks, digest);
    prove(200);
    response.writeHead(200, { 'content-length': size }).end();
  }

  async #get(disks: Disks, digest: string, { request, response, prove }: BlobRequest): Promise<void> {
    const size = await sizeOf(disks, digest);
    const range = rangeOf(request.headers.range, size);
    const { offset, length } = range ?? { offset: 0, length: size };
    // A range that is short is read before anything is promised.
    const first = await disks.read(digest, offset, Math.min(length, PIECE));
    const status = range ? 206 : 200;
    prove(status);
    response.writeHead(status, {
      ...{ 'content-type': 'application/octet-stream', 'content-length': length },
      ...(range && { 'content-range': `bytes ${offset}-${offset + length - 1}/${size}` }),
    });
    // Who does not take what it asked for is not waited for.
    const progress = new Progress(PROGRESS_MS, () => response.destroy());
    try {
      for (let at = 0, piece = first; !response.destroyed; ) {
        at += piece.length;
        if (at >= length) {
          response.end(piece);
          await once(response, 'close');
          return;
        }
        if (!response.write(piece)) await drained(response);
        progress.touch();
        piece = await disks.read(digest, offset + at, Math.min(length - at, PIECE));
      }
    } catch (error) {
      // The promise cannot be kept: the other side sees it broken off.
      this.#log.warn({ blob: digest, err: error }, 'a blob could not be read to its end for another server');
      response.destroy();
    } finally {
      progress.stop();
    }
  }

  async #put(disks: Disks, digest: string, query: URLSearchParams, asked: BlobRequest): Promise<void> {
    const { request, response, prove } = asked;
    const refused = this.#guard.refusesWrites();
    if (refused) throw new Refusal(503, refused.code, refused.message);
    const length = Number(query.get('length') ?? Number.NaN);
    const isLength = Number.isSafeInteger(length) && length >= 0 && length <= MAX_BLOB;
    if (!isLength || request.headers['content-length'] !== String(length))
      throw new Refusal(
        400,
        'length',
        'A put tells the length of the blob, in its address and as content-length.',
      );
    const kept = await disks.putStream({ digest, length }, watched(request));
    // One that was here already: what still comes is let go, so that the connection can be used again.
    request.resume();
    // The lease may have run out meanwhile: others may count on this server being gone.
    const late = this.#guard.refusesWrites();
    if (late) throw new Refusal(503, late.code, late.message);
    const body = JSON.stringify(kept);
    prove(200);
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  }
}

async function sizeOf(disks: Disks, digest: string): Promise<number> {
  const size = await disks.size(digest);
  if (size === null) throw new StoreError('missing', `Blob ${digest} is not on this server.`);
  return size;
}

/** One range within the blob; null when none is asked for. @throws Refusal 416 */
function rangeOf(header: string | undefined, size: number): { offset: number; length: number } | null {
  if (header === undefined) return null;
  const [, from, to] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  const offset = Number(from ?? Number.NaN);
  const length = Number(to ?? Number.NaN) - offset + 1;
  if (length >= 1 && length <= MAX_RANGE && offset + length <= size) return { offset, length };
  throw new Refusal(416, 'range', `The blob has ${size} bytes; one range of it can be had.`);
}

/** The body as it comes; throws when nothing comes for too long. */
async function* watched(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const progress = new Progress(PROGRESS_MS, () =>
    request.destroy(new Refusal(408, 'slow', 'Nothing more of the blob came for too long.')),
  );
  try {
    // Left early, the request must live on: its sender is told why.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      progress.pause();
      yield chunk as Uint8Array;
      progress.touch();
    }
  } finally {
    progress.stop();
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      response.off('drain', end).off('close', end);
      resolve();
    };
    response.on('drain', end).on('close', end);
  });
}

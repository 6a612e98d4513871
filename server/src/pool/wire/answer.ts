// An answer of another server: its body in pieces, watched for progress.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Progress } from './progress.ts';
import { garbage, type Peer, unreachable, type WireError } from './wire-error.ts';

/** What is known about the exchange that the answer belongs to. */
export interface Watch {
  readonly progress: Progress;
  /** Why it was ended from our side, if it was. */
  failure(): WireError | null;
  /** The exchange is over. */
  end(): void;
}

/** To be read to its end by one of its methods, or discarded. */
export class Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly #peer: Peer;
  readonly #response: IncomingMessage;
  readonly #watch: Watch;

  constructor(peer: Peer, response: IncomingMessage, watch: Watch) {
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    this.#peer = peer;
    this.#response = response;
    this.#watch = watch;
  }

  /** The length of the body as it was announced, in bytes; null when it was not. */
  get length(): number | null {
    const length = Number(this.headers['content-length'] ?? Number.NaN);
    return Number.isSafeInteger(length) && length >= 0 ? length : null;
  }

  /** The body in pieces. @throws WireError */
  async *stream(): AsyncGenerator<Uint8Array> {
    const { progress } = this.#watch;
    try {
      for await (const chunk of this.#response) {
        // Who reads the answer may take its time: that is not the other side's fault.
        progress.pause();
        yield chunk as Uint8Array;
        progress.touch();
      }
      if (!this.#response.complete) throw new Error('the answer broke off');
    } catch (error) {
      throw this.#watch.failure() ?? broken(this.#peer, error as Error);
    } finally {
      this.discard();
    }
  }

  /** The whole body, which has exactly so many bytes, in one piece. @throws WireError, `garbage` for another length */
  async exactly(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    for await (const chunk of this.stream()) {
      if (filled + chunk.length > length) throw garbage(this.#peer, `more than ${length} bytes came`);
      bytes.set(chunk, filled);
      filled += chunk.length;
    }
    if (filled !== length) throw garbage(this.#peer, `${filled} of ${length} bytes came`);
    return bytes;
  }

  /** The body as JSON. @throws WireError, `garbage` when it is none or longer than `limit` bytes */
  async json(limit: number): Promise<unknown> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.stream()) {
      length += chunk.length;
      if (length > limit) throw garbage(this.#peer, `its answer is longer than ${limit} bytes`);
      chunks.push(chunk);
    }
    try {
      return JSON.parse(Buffer.concat(chunks).toString('utf8'));
    } catch {
      throw garbage(this.#peer, 'its answer is no JSON');
    }
  }

  /** The rest of the body is not wanted. */
  discard(): void {
    this.#watch.end();
    // Of a body that is not read to its end the connection cannot be used again.
    if (!this.#response.complete) this.#response.destroy();
    else this.#response.resume();
  }
}

/** A connection that failed, as an error that names the server. */
export function broken(peer: Peer, error: NodeJS.ErrnoException): WireError {
  // What is no HTTP at all: Node's parser names its errors so.
  if (error.code?.startsWith('HPE_')) return garbage(peer, error.message);
  return unreachable(peer, error.message, error);
}

// Reads a multipart body part by part while it arrives, at the pace of whoever takes the parts.
import { EventEmitter, once } from 'node:events';
import type { Readable } from 'node:stream';
import { Dicer } from '@fastify/busboy';

export interface MultipartLimits {
  readonly maxParts: number;
  readonly maxHeaderBytes: number;
}

export interface IncomingPart {
  /** By lower-case name, the first of each. */
  readonly headers: ReadonlyMap<string, string>;
  /** To be read before the next part is asked for; throws MultipartError when it does not come to its end. */
  readonly body: AsyncIterable<Uint8Array>;
}

export class MultipartError extends Error {
  override readonly name = 'MultipartError';
  readonly code: 'truncated' | 'too-many-parts';

  constructor(code: 'truncated' | 'too-many-parts', message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

const MAX_HEADERS = 32;

/**
 * Yields the parts in their order. A part whose header has no end is passed over.
 * @param boundary of the Content-Type (RFC 2046 section 5.1.1), not empty
 * @throws MultipartError after the last whole part when the end boundary is missing or there are too many parts, and
 * whatever the source fails with
 */
export async function* readMultipart(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
  limits: MultipartLimits,
): AsyncGenerator<IncomingPart> {
  const splitter = new Splitter(boundary, limits);
  void splitter.feed(source);
  try {
    for (let part = await splitter.next(); part !== null; part = await splitter.next()) {
      yield { headers: part.headers, body: bodyOf(part.stream, splitter) };
      part.stream.resume();
    }
  } finally {
    splitter.stop();
  }
}

async function* bodyOf(stream: Readable, splitter: Splitter): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw splitter.failure ?? truncated(error);
  }
}

interface Arrived {
  readonly headers: ReadonlyMap<string, string>;
  readonly stream: Readable;
}

type Headers = Record<string, string[] | undefined>;

/** Turns the events of the parser into parts that can be waited for. */
class Splitter {
  readonly #dicer: Dicer;
  readonly #parts: Arrived[] = [];
  readonly #changed = new EventEmitter();
  readonly #stopped = new AbortController();
  #count = 0;
  #ended = false;
  failure: Error | null = null;

  constructor(boundary: string, { maxParts, maxHeaderBytes }: MultipartLimits) {
    // Its types know less than it does: `maxHeaderSize` is missing there.
    const config = { boundary, maxHeaderSize: maxHeaderBytes, maxHeaderPairs: MAX_HEADERS };
    this.#dicer = new Dicer(config);
    this.#dicer.on('part', (stream: Readable) => {
      // Its reader hears of it; one that nobody reads must not end the process.
      stream.on('error', () => undefined);
      if (++this.#count > maxParts) {
        stream.resume();
        this.#end(new MultipartError('too-many-parts', `A request may have ${maxParts} parts at most.`));
        return;
      }
      stream.once('header', (headers: Headers) => {
        this.#parts.push({ headers: firstOfEach(headers), stream });
        this.#changed.emit('change');
      });
    });
    this.#dicer.on('finish', () => this.#end(null));
    this.#dicer.on('error', (error: Error) => this.#end(truncated(error)));
  }

  async feed(source: AsyncIterable<Uint8Array>): Promise<void> {
    const { signal } = this.#stopped;
    try {
      for await (const chunk of source) {
        if (signal.aborted || this.#ended) break;
        if (!this.#dicer.write(chunk)) await once(this.#dicer, 'drain', { signal });
      }
    } catch (error) {
      if (signal.aborted) return;
      this.failure = error as Error;
    }
    if (!this.#dicer.destroyed) this.#dicer.end();
  }

  /** The next part, or null behind the last. @throws what `readMultipart` throws */
  async next(): Promise<Arrived | null> {
    for (;;) {
      const part = this.#parts.shift();
      if (part) return part;
      if (this.#ended && this.failure) throw this.failure;
      if (this.#ended) return null;
      await once(this.#changed, 'change');
    }
  }

  stop(): void {
    this.#stopped.abort();
    this.#dicer.destroy();
    for (const { stream } of this.#parts.splice(0)) stream.destroy();
  }

  #end(error: Error | null): void {
    this.#ended = true;
    this.failure ??= error;
    this.#changed.emit('change');
  }
}

function truncated(cause: unknown): MultipartError {
  return new MultipartError(
    'truncated',
    'The multipart body ends before its end boundary. What was whole was taken; send the rest again.',
    cause,
  );
}

function firstOfEach(headers: Headers): Map<string, string> {
  return new Map(Object.entries(headers).map(([name, values]) => [name, values?.[0] ?? '']));
}

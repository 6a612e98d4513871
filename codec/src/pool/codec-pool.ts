// The codec on several workers: what `Codec` does, asynchronously, in parallel, with abort and priority.
import type { DecoderState } from '../decoder-state.ts';
import { stateBuffers } from '../decoder-state.ts';
import type { EncodeOptions } from '../encoder.ts';
import { CodecError } from '../errors.ts';
import { allocatePixels, type FrameFormat, type Pixels } from '../format.ts';
import { readHeader } from '../header.ts';
import { type Region, tilesOf } from '../regions.ts';
import type { CodecReply, CodecRequest } from './codec-jobs.ts';
import { stripesOf } from './stripes.ts';
import { type JobOptions, type PoolOptions, type StartWorker, WorkerPool } from './worker-pool.ts';

export interface SeriesOptions extends Pick<JobOptions, 'signal' | 'priority'> {
  /** Frames in work or ready and not yet taken, at most. Default: twice the workers. */
  readonly ahead?: number;
}

const bufferOf = ({ buffer }: Pixels): ArrayBuffer => buffer as ArrayBuffer;

/**
 * A pool of codecs. Nothing that is passed in is changed or given away, unless said otherwise: bytes are copied to the
 * worker, results move out of it. All methods reject with CodecError for what the codec refuses, with PoolError for a
 * worker that was lost (then only this job is), and with the signal's reason when aborted.
 */
export class CodecPool {
  readonly #pool: WorkerPool<CodecRequest, CodecReply>;

  /** @param start starts a worker that serves `serveCodec`: `nodeCodecWorkers()` or `webWorkers(...)` */
  constructor(start: StartWorker<CodecRequest, CodecReply>, options: PoolOptions) {
    this.#pool = new WorkerPool(start, options);
  }

  /** Workers, at most. */
  get size(): number {
    return this.#pool.size;
  }

  /** Jobs that wait for a worker. */
  get waiting(): number {
    return this.#pool.waiting;
  }

  /**
   * One frame to one codestream. Pixels that have a buffer of their own move to the worker, and their array is empty
   * afterwards; of a larger buffer they are copied.
   */
  async encode(
    pixels: Pixels,
    format: FrameFormat,
    options: EncodeOptions,
    job?: JobOptions,
  ): Promise<Uint8Array> {
    const own = pixels.byteLength === pixels.buffer.byteLength ? pixels : pixels.slice();
    const reply = await this.#ask(
      { type: 'encode', pixels: own, format, options },
      [bufferOf(own)],
      'encoded',
      job,
    );
    return reply.codestream;
  }

  /** A whole codestream to the pixels of the frame. */
  async decode(codestream: Uint8Array, job?: JobOptions): Promise<Pixels> {
    const own = codestream.slice();
    return (await this.#ask({ type: 'decode', codestream: own }, [own.buffer], 'pixels', job)).pixels;
  }

  /**
   * One more level, as `Codec.decodeLevel` and `levelPixels`. The state moves to the worker and may not be used again; the
   * next one comes back. At full size the pixels are the state's own.
   * @param header the bytes of the codestream's header (segment 0 begins with them)
   */
  async decodeLevel(
    header: Uint8Array,
    state: DecoderState | null,
    segment: Uint8Array,
    job?: JobOptions,
  ): Promise<{ state: DecoderState; pixels: Pixels }> {
    const [head, own] = [header.slice(), segment.slice()];
    const transfer = [head.buffer, own.buffer, ...(state ? stateBuffers(state) : [])];
    return this.#ask({ type: 'decode-level', header: head, state, segment: own }, transfer, 'level', job);
  }

  /** A region of a level, from a codestream of which at least the bytes that `tilesOf` names are there. */
  async decodeRegion(
    codestream: Uint8Array,
    level: number,
    region: Region,
    job?: JobOptions,
  ): Promise<Pixels> {
    const { headerLength, ...header } = readHeader(codestream);
    const parts = tilesOf({ headerLength, ...header }, level, region).map(({ offset, length }) =>
      codestream.slice(offset, offset + length),
    );
    const head = codestream.slice(0, headerLength);
    const transfer = [head.buffer, ...parts.map(({ buffer }) => buffer)];
    const request: CodecRequest = { type: 'decode-region', header: head, level, region, parts };
    return (await this.#ask(request, transfer, 'pixels', job)).pixels;
  }

  /** The pixels of one large frame, decoded by all workers at once. Of a small one as `decode`. */
  async decodeLarge(codestream: Uint8Array, job?: JobOptions): Promise<Pixels> {
    const header = readHeader(codestream);
    const stripes = stripesOf(header, this.size);
    if (stripes.length === 1) return this.decode(codestream, job);
    const pixels = allocatePixels(header.format);
    const rowLength = header.format.width * header.format.samples;
    const rest = new AbortController();
    const signal = job?.signal ? AbortSignal.any([job.signal, rest.signal]) : rest.signal;
    try {
      await Promise.all(
        stripes.map(async (stripe) => {
          const own = await this.decodeRegion(codestream, header.levels, stripe, { ...job, signal });
          pixels.set(own, stripe.y * rowLength);
        }),
      );
    } finally {
      rest.abort();
    }
    return pixels;
  }

  /**
   * Decodes the frames of a series in parallel and hands them out in order. Only as many as `ahead` says are in memory, so
   * a slow consumer slows the decoding down. To stop, leave the loop or abort.
   */
  async *decodeSeries(
    codestreams: Iterable<Uint8Array>,
    options: SeriesOptions = {},
  ): AsyncGenerator<Pixels> {
    const { ahead = 2 * this.size, priority, signal } = options;
    const stop = new AbortController();
    const job: JobOptions = {
      ...(priority === undefined ? {} : { priority }),
      signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    };
    const running: Promise<Pixels>[] = [];
    const source = codestreams[Symbol.iterator]();
    const fill = (): void => {
      while (running.length < Math.max(1, ahead)) {
        const next = source.next();
        if (next.done) return;
        const pixels = this.decode(next.value, job);
        // A failure is reported when its turn comes, and not before.
        pixels.catch(() => {});
        running.push(pixels);
      }
    };
    try {
      fill();
      for (let first = running.shift(); first; first = running.shift()) {
        const pixels = await first;
        fill();
        yield pixels;
      }
    } finally {
      stop.abort();
    }
  }

  /** Ends all workers; whatever is not done is refused with PoolError 'closed'. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  async #ask<Type extends CodecReply['type']>(
    request: CodecRequest,
    transfer: readonly ArrayBuffer[],
    expected: Type,
    job?: JobOptions,
  ): Promise<Extract<CodecReply, { type: Type }>> {
    const reply = await this.#pool.run(request, transfer, job);
    if (reply.type === 'failed') {
      if (reply.code !== null) throw new CodecError(reply.code, reply.message);
      throw new Error(`a codec worker failed: ${reply.message}`);
    }
    if (reply.type !== expected)
      throw new Error(`a codec worker answered ${reply.type} instead of ${expected}`);
    return reply as Extract<CodecReply, { type: Type }>;
  }
}

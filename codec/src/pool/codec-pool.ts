// The codec on several workers: what `Codec` does, asynchronously, in parallel, with abort and priority.
import type { DecoderState } from '../decoder-state.ts';
import { stateBuffers } from '../decoder-state.ts';
import type { EncodeOptions } from '../encoder.ts';
import { CodecError } from '../errors.ts';
import { allocatePixels, type FrameFormat, type Pixels } from '../format.ts';
import { readHeader } from '../header.ts';
import { type Region, tilesOf } from '../regions.ts';
import type { CodecReply, CodecRequest, Failure } from './codec-jobs.ts';
import { batchesOf, gather } from './series-batches.ts';
import { stripesOf } from './stripes.ts';
import { type JobOptions, type PoolOptions, type StartWorker, WorkerPool } from './worker-pool.ts';

export interface SeriesOptions extends Pick<JobOptions, 'signal' | 'priority'> {
  /** Pixels in work or ready and not yet taken: no more is begun when they are this many bytes. Default: 2 MiB a worker. */
  readonly aheadBytes?: number;
}

/** Pixels of a batch, at most, unless it is one frame. */
const BATCH_BYTES = 2 ** 20;
/** Batches that each worker has at hand, so that none waits for the one who takes the frames. */
const BATCHES_AHEAD = 2;

type BatchReply = Extract<CodecReply, { type: 'batch' }>;

function errorOf({ code, message }: Failure): Error {
  return code === null ? new Error(`a codec worker failed: ${message}`) : new CodecError(code, message);
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
   * Decodes the frames of a series in parallel, several small ones in a message, and hands them out in order. Only as much
   * as `aheadBytes` says is in memory, so a slow consumer slows the decoding down. To stop, leave the loop or abort.
   */
  async *decodeSeries(
    codestreams: Iterable<Uint8Array>,
    options: SeriesOptions = {},
  ): AsyncGenerator<Pixels> {
    const { aheadBytes = BATCHES_AHEAD * BATCH_BYTES * this.size, priority, signal } = options;
    const stop = new AbortController();
    const job: JobOptions = {
      ...(priority === undefined ? {} : { priority }),
      signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    };
    const mostBytes = Math.min(BATCH_BYTES, aheadBytes / (BATCHES_AHEAD * this.size));
    const source = batchesOf(codestreams, mostBytes);
    const running: { bytes: number; reply: Promise<BatchReply> }[] = [];
    let ahead = 0;
    const fill = (): void => {
      while (running.length === 0 || ahead < aheadBytes) {
        const next = source.next();
        if (next.done) return;
        const reply = this.#decodeBatch(next.value.codestreams, job);
        // A failure is reported when its turn comes, and not before.
        reply.catch(() => {});
        running.push({ bytes: next.value.bytes, reply });
        ahead += next.value.bytes;
      }
    };
    try {
      fill();
      for (let first = running.shift(); first; first = running.shift()) {
        const { frames, failed } = await first.reply;
        ahead -= first.bytes;
        fill();
        yield* frames;
        if (failed) throw errorOf(failed);
      }
    } finally {
      stop.abort();
    }
  }

  /** Ends all workers; whatever is not done is refused with PoolError 'closed'. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  #decodeBatch(codestreams: readonly Uint8Array[], job: JobOptions): Promise<BatchReply> {
    const own = gather(codestreams);
    const transfer = own.slice(0, 1).map(({ buffer }) => buffer as ArrayBuffer);
    return this.#ask({ type: 'decode-batch', codestreams: own }, transfer, 'batch', job);
  }

  async #ask<Type extends CodecReply['type']>(
    request: CodecRequest,
    transfer: readonly ArrayBuffer[],
    expected: Type,
    job?: JobOptions,
  ): Promise<Extract<CodecReply, { type: Type }>> {
    const reply = await this.#pool.run(request, transfer, job);
    if (reply.type === 'failed') throw errorOf(reply);
    if (reply.type !== expected)
      throw new Error(`a codec worker answered ${reply.type} instead of ${expected}`);
    return reply as Extract<CodecReply, { type: Type }>;
  }
}

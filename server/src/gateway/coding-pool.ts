// The coding workers as the gateway uses them: typed replies, refusals as errors, buffers moved instead of copied.
import { availableParallelism } from 'node:os';
import { allocatePixels, type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import type { DeidentifySummary } from '@strata/dicom/deidentify/report';
import type {
  CodedInstance,
  CodingReply,
  CodingRequest,
  DeidentifiedFile,
  Identity,
  OpenedDocument,
  ProvenFile,
  ReadOverlays,
  Shown,
  StoredFrame,
  StoredInstance,
} from './coding-messages.ts';
import type { DeidentifyOrder } from './deidentify-order.ts';
import type { DescribedBlob } from './description.ts';
import { FileWorkers, type Lease, WorkerError } from './file-workers.ts';
import { RefusedError } from './outcome.ts';
import { movable } from './transfer.ts';

const HEAP_MIB = 512;
const BASE_TIMEOUT_MS = 60_000;
/** Slower than this, a worker hangs: coding runs at tens of megabytes a second. */
const SLOWEST_BYTES_PER_MS = 500;

/** A file in a worker, read and waiting for what is to become of it. */
export interface TakenFile {
  readonly identity: Identity;
  /** What was done, where it is not the file that came but what de-identification made of it. */
  readonly deidentified: DeidentifySummary | null;
  code(): Promise<{ coded: CodedInstance; file: Uint8Array }>;
  giveBack(): Promise<Uint8Array>;
}

/** The pixels of a frame at one of its levels; full size when that was asked for. */
export interface LevelPixels {
  readonly pixels: Pixels;
  readonly width: number;
  readonly height: number;
  readonly format: FrameFormat;
}

export class CodingPool {
  readonly #pool: FileWorkers<CodingRequest, CodingReply>;

  /**
   * @param onLost told when a worker crashed, hung or ran out of memory and was replaced
   * @param script what the workers run
   */
  constructor(onLost: (error: WorkerError) => void, script = new URL('./coding-worker.ts', import.meta.url)) {
    this.#pool = new FileWorkers({
      script,
      workers: Math.max(2, availableParallelism()),
      heapMiB: HEAP_MIB,
      onLost,
    });
  }

  get size(): number {
    return this.#pool.size;
  }

  /**
   * Reads a file in a worker and lets `task` decide what becomes of it there.
   * @param file moved to the worker: empty here afterwards
   * @param order what is to be done to it before anything else
   * @throws RefusedError for what the file is, WorkerError when the worker was lost
   */
  withFile<Result>(
    file: Uint8Array,
    task: (taken: TakenFile) => Promise<Result>,
    order: DeidentifyOrder | null = null,
  ): Promise<Result> {
    const timeout = timeoutFor(file.length);
    return this.#pool.run(async (worker) => {
      const request = { type: 'take', file, ...(order && { deidentify: order }) } as const;
      const { identity, copy, deidentified } = await ask(worker, request, 'taken', timeout);
      return task({
        identity,
        deidentified,
        code: async () => {
          try {
            return await ask(worker, { type: 'code' }, 'coded', timeout);
          } catch (error) {
            if (!copy || !(error instanceof WorkerError) || error.code === 'stopping') throw error;
            return codeUndecoded(worker, copy, error, timeout);
          }
        },
        giveBack: async () => (await ask(worker, { type: 'give-back' }, 'given-back', timeout)).file,
      });
    });
  }

  /** Whether two files hold the same object in different encodings. @param one moved to the worker @param other too */
  sameImage(one: Uint8Array, other: Uint8Array): Promise<boolean> {
    return this.#pool.run(async (worker) => {
      const request = { type: 'compare', one, other } as const;
      const timeout = timeoutFor((one.length + other.length) * 4);
      return (await ask(worker, request, 'compared', timeout)).same;
    });
  }

  /** The file without its patient's identity. @param file moved to the worker @throws RefusedError, WorkerError */
  deidentified(file: Uint8Array, order: DeidentifyOrder): Promise<DeidentifiedFile> {
    return this.#pool.run(async (worker) => {
      const request = { type: 'deidentify', file, order } as const;
      // Pixels to be cleaned are decoded.
      return ask(worker, request, 'deidentified', timeoutFor(file.length * 4));
    });
  }

  /** Makes the file of an instance from its blobs, which move to the worker. @throws RefusedError, WorkerError */
  rebuild(stored: StoredInstance): Promise<ProvenFile> {
    return this.#pool.run((worker) =>
      ask(worker, { type: 'rebuild', stored }, 'rebuilt', timeoutFor(bytesOf(stored))),
    );
  }

  /** Makes a file of an instance in a transfer syntax. @throws RefusedError, WorkerError */
  exported(stored: StoredInstance, shown: Shown, transferSyntaxUid: string): Promise<ProvenFile> {
    return this.#pool.run((worker) => {
      const request = { type: 'export', stored, shown, transferSyntaxUid } as const;
      // Encoders are slower than the codec.
      return ask(worker, request, 'exported', timeoutFor(bytesOf(stored) * 8));
    });
  }

  /** The bytes of a frame in a transfer syntax. @throws RefusedError, WorkerError */
  frame(frame: StoredFrame, transferSyntaxUid: string): Promise<Uint8Array> {
    return this.#pool.run(async (worker) => {
      const request = { type: 'frame', frame, transferSyntaxUid } as const;
      return (await ask(worker, request, 'framed', timeoutFor(bytesOf(frame) + frame.codestream.length * 8)))
        .bytes;
    });
  }

  /** The pixels of a level. @param codestream that ends with the level, or later @throws RefusedError, WorkerError */
  pixels(codestream: Uint8Array, level: number): Promise<LevelPixels> {
    return this.#pool.run(async (worker) => {
      const request = { type: 'pixels', codestream, level } as const;
      const decoded = await ask(worker, request, 'decoded', timeoutFor(codestream.length * 4));
      const { bytes, width, height, format } = decoded;
      const pixels = allocatePixels(format, width, height);
      pixelBytes(pixels).set(bytes);
      return { pixels, width, height, format };
    });
  }

  /** The overlay planes of a frame. @throws RefusedError, WorkerError */
  overlays(stored: StoredInstance, index: number): Promise<ReadOverlays> {
    return this.#pool.run((worker) =>
      ask(worker, { type: 'overlays', stored, index }, 'overlaid', timeoutFor(bytesOf(stored))),
    );
  }

  /** What people read of an object without an image. @throws RefusedError, WorkerError */
  document(object: Uint8Array, wanted: 'words' | 'file'): Promise<OpenedDocument> {
    return this.#pool.run((worker) =>
      ask(worker, { type: 'document', object, wanted }, 'opened', timeoutFor(object.length * 4)),
    );
  }

  /**
   * Describes an object by its blob, whose bytes are compared with the digest first.
   * @param read gives the bytes, once more when the decoder of its pixels took the worker with it
   * @throws RefusedError, WorkerError, and what `read` throws
   */
  async described(digest: string, read: () => Promise<Uint8Array>): Promise<DescribedBlob> {
    try {
      return await this.#describe(digest, await read());
    } catch (error) {
      if (!(error instanceof WorkerError) || error.code === 'stopping') throw error;
      return this.#describe(digest, await read(), undecodedBy(error));
    }
  }

  #describe(digest: string, object: Uint8Array, undecoded?: string): Promise<DescribedBlob> {
    return this.#pool.run(async (worker) => {
      const request = {
        type: 'describe',
        object,
        digest,
        ...(undecoded !== undefined && { undecoded }),
      } as const;
      return (await ask(worker, request, 'described', timeoutFor(object.length * 4))).described;
    });
  }

  /** The data set without pixels as a file. @throws RefusedError, WorkerError */
  dataSet(object: Uint8Array): Promise<Uint8Array> {
    return this.#pool.run(async (worker) => {
      return (await ask(worker, { type: 'data-set', object }, 'parted', timeoutFor(object.length))).file;
    });
  }

  /** Ends the workers; what they are at fails with 'stopping'. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** Keeps a file whole, without frames, in the worker that took the place of the one that its decoder ended. */
async function codeUndecoded(
  worker: Lease<CodingRequest, CodingReply>,
  file: Uint8Array,
  error: WorkerError,
  timeoutMs: number,
): Promise<{ coded: CodedInstance; file: Uint8Array }> {
  await ask(worker, { type: 'take', file }, 'taken', timeoutMs);
  return ask(worker, { type: 'code', undecoded: undecodedBy(error) }, 'coded', timeoutMs);
}

function undecodedBy({ message }: WorkerError): string {
  return `its pixels cannot be decoded: ${message.replace(/\.$/, '')}`;
}

/** About as many as the worker will handle. */
function bytesOf({ object, frames }: StoredInstance): number {
  return object.length + (frames?.length ?? 0) * 4;
}

function timeoutFor(bytes: number): number {
  return BASE_TIMEOUT_MS + bytes / SLOWEST_BYTES_PER_MS;
}

type ReplyOf<Type> = Extract<CodingReply, { type: Type }>;

async function ask<Type extends CodingReply['type']>(
  worker: Lease<CodingRequest, CodingReply>,
  request: CodingRequest,
  expected: Type,
  timeoutMs: number,
): Promise<ReplyOf<Type>> {
  const { message, transfer } = movable(request);
  const reply = await worker.ask(message, transfer, timeoutMs);
  if (reply.type === 'failed') throw new RefusedError(reply.code, reply.message);
  if (reply.type !== expected)
    throw new Error(`a coding worker answered ${reply.type} instead of ${expected}`);
  return reply as ReplyOf<Type>;
}

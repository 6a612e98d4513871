// The presenting workers as the routes use them: typed replies, failures as errors, buffers moved instead of copied.
import { availableParallelism } from 'node:os';
import { FileWorkers, type WorkerError } from '../../gateway/file-workers.ts';
import { RefusedError } from '../../gateway/outcome.ts';
import { movable } from '../../gateway/transfer.ts';
import type { RenderRequest } from '../rendering/render-request.ts';
import type { MetadataOptions, PresentingReply, PresentingRequest } from './messages.ts';

const HEAP_MIB = 512;
const TIMEOUT_MS = 60_000;

export class PresentingPool {
  readonly #pool: FileWorkers<PresentingRequest, PresentingReply>;

  /** @param onLost told when a worker crashed, hung or ran out of memory and was replaced */
  constructor(onLost: (error: WorkerError) => void) {
    this.#pool = new FileWorkers({
      script: new URL('./presenting-worker.ts', import.meta.url),
      workers: Math.max(2, Math.ceil(availableParallelism() / 2)),
      heapMiB: HEAP_MIB,
      onLost,
    });
  }

  get size(): number {
    return this.#pool.size;
  }

  /** The study of a file, null when it cannot be read; the file moves there and back. @throws WorkerError */
  async identify(file: Uint8Array): Promise<{ studyInstanceUid: string | null; file: Uint8Array }> {
    return this.#ask({ type: 'identify', file }, 'identified');
  }

  /** One JSON object in UTF-8. @param file the data set, which moves there @throws RefusedError, WorkerError */
  async metadata(file: Uint8Array, options: MetadataOptions): Promise<Uint8Array> {
    return (await this.#ask({ type: 'metadata', file, options }, 'metadata')).json;
  }

  /** The value of an element, or null when there is none at this path. @throws RefusedError, WorkerError */
  async bulkData(file: Uint8Array, path: string): Promise<Uint8Array | null> {
    return (await this.#ask({ type: 'bulk-data', file, path }, 'bulk-data')).bytes;
  }

  /** An encoded image. @throws RefusedError, WorkerError */
  async render(request: RenderRequest): Promise<Uint8Array> {
    return (await this.#ask({ type: 'render', request }, 'rendered')).image;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #ask<Type extends PresentingReply['type']>(
    request: PresentingRequest,
    expected: Type,
  ): Promise<Extract<PresentingReply, { type: Type }>> {
    return this.#pool.run(async (worker) => {
      const { message, transfer } = movable(request);
      const reply = await worker.ask(message, transfer, TIMEOUT_MS);
      if (reply.type === 'failed') throw new RefusedError(reply.code, reply.message);
      if (reply.type !== expected)
        throw new Error(`a presenting worker answered ${reply.type}, not ${expected}`);
      return reply as Extract<PresentingReply, { type: Type }>;
    });
  }
}

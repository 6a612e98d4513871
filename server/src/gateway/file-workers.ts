// Worker threads for files that come from outside: a crash, a hang or running out of memory costs one file, in words about it.
import { nodeWorkers } from '@strata/codec/node/worker-threads';
import { PoolError, type Lease as PoolLease, WorkerPool } from '@strata/codec/pool/worker-pool';

export type WorkerErrorCode = 'worker-crashed' | 'worker-hung' | 'worker-out-of-memory' | 'stopping';

/** The thread that worked on a task is gone; the task has no result, every other task is unharmed. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
  readonly code: WorkerErrorCode;

  constructor(code: WorkerErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** One worker, for the duration of one task. */
export interface Lease<Request, Reply> {
  /**
   * Sends a request and waits for the reply.
   * @param transfer buffers that move to the worker instead of being copied
   * @param timeoutMs after this the worker counts as hung and is ended
   * @throws WorkerError
   */
  ask(request: Request, transfer: ArrayBuffer[], timeoutMs: number): Promise<Reply>;
}

export interface FileWorkersOptions {
  /** The module that each worker runs: it answers every message with exactly one. */
  readonly script: URL;
  readonly workers: number;
  /** Heap of one worker in MiB; pixel buffers lie outside of it. */
  readonly heapMiB: number;
  /** Told when a worker had to be replaced. */
  readonly onLost?: (error: WorkerError) => void;
}

/** How many tasks wait is bounded by who sends them. */
const MOST_WAITING = Number.MAX_SAFE_INTEGER;

/** A fixed number of workers, started when first needed and replaced when lost. */
export class FileWorkers<Request, Reply> {
  readonly #pool: WorkerPool<Request, Reply>;

  constructor({ script, workers, heapMiB, onLost }: FileWorkersOptions) {
    const start = nodeWorkers<Request, Reply>(script, {
      resourceLimits: { maxOldGenerationSizeMb: heapMiB },
    });
    this.#pool = new WorkerPool(start, {
      workers,
      mostWaiting: MOST_WAITING,
      onLost: (error) => onLost?.(workerError(error)),
    });
  }

  get size(): number {
    return this.#pool.size;
  }

  /** Runs a task with a worker of its own. @throws WorkerError 'stopping' when the pool is closed, and what the task throws */
  async run<Result>(task: (worker: Lease<Request, Reply>) => Promise<Result>): Promise<Result> {
    try {
      return await this.#pool.lease((worker) => task(inWords(worker)));
    } catch (error) {
      throw error instanceof PoolError ? workerError(error) : error;
    }
  }

  /** Ends all workers at once; tasks that still run fail with 'stopping'. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

function inWords<Request, Reply>(worker: PoolLease<Request, Reply>): Lease<Request, Reply> {
  return {
    ask: async (request, transfer, timeoutMs) => {
      try {
        return await worker.ask(request, transfer, timeoutMs);
      } catch (error) {
        throw error instanceof PoolError ? workerError(error, timeoutMs) : error;
      }
    },
  };
}

function workerError(error: PoolError, timeoutMs = 0): WorkerError {
  const { code, cause } = error;
  if (code === 'closed' || code === 'queue-full') {
    return new WorkerError('stopping', 'Strata is stopping; send the file again after it has started.');
  }
  if (code === 'worker-hung') {
    const seconds = Math.round(timeoutMs / 1000);
    const message = `Coding this file took longer than ${seconds} s and was given up.`;
    return new WorkerError('worker-hung', message, error);
  }
  if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const message = 'Coding this file needs more memory than a worker may have.';
    return new WorkerError('worker-out-of-memory', message, cause);
  }
  const why = cause instanceof Error ? cause.message : cause;
  return new WorkerError('worker-crashed', `Coding this file ended its worker (${why}).`, cause);
}

// Worker threads that each do one task at a time; a crash, a hang or running out of memory costs that one task.
import { Worker } from 'node:worker_threads';

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

export interface PoolOptions {
  /** The module that each worker runs: it answers every message with exactly one. */
  readonly script: URL;
  readonly workers: number;
  /** Heap of one worker in MiB; pixel buffers lie outside of it. */
  readonly heapMiB: number;
  /** Told when a worker had to be replaced. */
  readonly onLost?: (error: WorkerError) => void;
}

/** A fixed number of workers, started when first needed and replaced when lost. */
export class WorkerPool<Request, Reply> {
  readonly #options: PoolOptions;
  readonly #idle: Seat<Request, Reply>[] = [];
  readonly #line: { take: (seat: Seat<Request, Reply>) => void; refuse: (error: WorkerError) => void }[] = [];
  readonly #seats: Seat<Request, Reply>[];
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#seats = Array.from({ length: options.workers }, () => new Seat<Request, Reply>(options));
    this.#idle.push(...this.#seats);
  }

  get size(): number {
    return this.#options.workers;
  }

  /** Runs a task with a worker of its own. @throws WorkerError 'stopping' when the pool is closed, and what the task throws */
  async run<Result>(task: (worker: Lease<Request, Reply>) => Promise<Result>): Promise<Result> {
    if (this.#closed) throw stopping();
    const seat =
      this.#idle.pop() ??
      (await new Promise<Seat<Request, Reply>>((take, refuse) => this.#line.push({ take, refuse })));
    try {
      return await task(seat);
    } finally {
      const next = this.#line.shift();
      if (next) next.take(seat);
      else this.#idle.push(seat);
    }
  }

  /** Ends all workers at once; tasks that still run fail with 'stopping'. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { refuse } of this.#line.splice(0)) refuse(stopping());
    await Promise.all(this.#seats.map((seat) => seat.end(stopping())));
  }
}

function stopping(): WorkerError {
  return new WorkerError('stopping', 'Strata is stopping; send the file again after it has started.');
}

/** The place of a worker in the pool: holds it, or the room for the next one. */
class Seat<Request, Reply> implements Lease<Request, Reply> {
  readonly #options: PoolOptions;
  #worker: Worker | null = null;
  #pending: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | null = null;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  async ask(request: Request, transfer: ArrayBuffer[], timeoutMs: number): Promise<Reply> {
    const worker = this.#worker ?? this.#start();
    const watchdog = setTimeout(() => {
      const seconds = Math.round(timeoutMs / 1000);
      void this.end(
        new WorkerError('worker-hung', `Coding this file took longer than ${seconds} s and was given up.`),
      );
    }, timeoutMs);
    try {
      return await new Promise<Reply>((resolve, reject) => {
        this.#pending = { resolve, reject };
        worker.postMessage(request, transfer);
      });
    } finally {
      clearTimeout(watchdog);
      this.#pending = null;
    }
  }

  async end(error: WorkerError): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    if (this.#pending && error.code !== 'stopping') this.#options.onLost?.(error);
    this.#pending?.reject(error);
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#options.script, {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.heapMiB },
    });
    this.#worker = worker;
    worker.on('message', (reply: Reply) => this.#pending?.resolve(reply));
    worker.on('messageerror', (cause) => this.#lost(worker, crashed(cause)));
    worker.on('error', (cause) => this.#lost(worker, crashed(cause)));
    worker.on('exit', (code) => this.#lost(worker, crashed(new Error(`the thread ended with code ${code}`))));
    worker.unref();
    return worker;
  }

  #lost(worker: Worker, error: WorkerError): void {
    if (this.#worker === worker) void this.end(error);
  }
}

function crashed(cause: unknown): WorkerError {
  const memory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return memory
    ? new WorkerError(
        'worker-out-of-memory',
        'Coding this file needs more memory than a worker may have.',
        cause,
      )
    : new WorkerError(
        'worker-crashed',
        `Coding this file ended its worker (${cause instanceof Error ? cause.message : cause}).`,
        cause,
      );
}

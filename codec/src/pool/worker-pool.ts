// A pool of workers that each do one job at a time, or a few. Pure: how a worker is started is passed in.

/** 'not-begun': its worker was lost over the job before it. */
export type PoolErrorCode = 'worker-lost' | 'worker-hung' | 'not-begun' | 'queue-full' | 'closed';

/** A job without a result, for a reason that is not the job's own: every other job is unharmed. */
export class PoolError extends Error {
  override readonly name = 'PoolError';
  readonly code: PoolErrorCode;

  constructor(code: PoolErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** A worker that was started; it answers every request with exactly one reply, in the order in which it was asked. */
export interface WorkerPort<Request> {
  post(request: Request, transfer: readonly ArrayBuffer[]): void;
  /** Ends the worker at once. */
  end(): unknown;
}

/** What a worker's port tells the pool. */
export interface WorkerEvents<Reply> {
  reply(reply: Reply): void;
  /** The worker crashed, ended or sent what cannot be read. */
  lost(cause: unknown): void;
}

export type StartWorker<Request, Reply> = (events: WorkerEvents<Reply>) => WorkerPort<Request>;

export interface PoolOptions {
  /** At least 1; each is started when first needed. */
  readonly workers: number;
  /** Jobs that may wait for a worker; further ones are refused. Default 4096. */
  readonly mostWaiting?: number;
  /** Jobs that a worker has at a time, so that it need not wait for the next one; default 1. Leases then come in between. */
  readonly depth?: number;
  /** Told when a worker was lost and is replaced. */
  readonly onLost?: (error: PoolError) => void;
}

export interface JobOptions {
  /** Drops the job: not begun if it still waits, else its reply is not waited for. Rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Smaller goes first; equal ones in the order of their coming. Default 0. */
  readonly priority?: number;
  /** Jobs of one key are done by one worker (while it lives), in the order of their coming whatever their priority. */
  readonly key?: string;
  /** A request that takes longer has hung: its worker is ended and replaced. Default: no limit. */
  readonly timeoutMs?: number;
}

/** One worker, for as long as a task holds it. */
export interface Lease<Request, Reply> {
  /** @param timeoutMs in place of the job's @throws PoolError */
  ask(request: Request, transfer?: readonly ArrayBuffer[], timeoutMs?: number): Promise<Reply>;
}

interface Job<Request, Reply> {
  readonly options: JobOptions;
  /** The number of the only worker that may do it; null for any. */
  readonly seat: number | null;
  readonly begin: (lease: Lease<Request, Reply>) => Promise<void>;
  readonly refuse: (reason: unknown) => void;
}

const MOST_WAITING = 4096;

/** A fixed number of workers and the line of jobs before them. */
export class WorkerPool<Request, Reply> {
  readonly #options: PoolOptions;
  readonly #seats: readonly Seat<Request, Reply>[];
  readonly #line: Job<Request, Reply>[] = [];
  #closed = false;

  constructor(start: StartWorker<Request, Reply>, options: PoolOptions) {
    this.#options = options;
    const count = Math.max(1, Math.floor(options.workers));
    const depth = Math.max(1, Math.floor(options.depth ?? 1));
    this.#seats = Array.from({ length: count }, () => new Seat(start, depth, options.onLost));
  }

  /** Workers, at most. */
  get size(): number {
    return this.#seats.length;
  }

  /** Jobs that wait for a worker. */
  get waiting(): number {
    return this.#line.length;
  }

  /**
   * Has one request answered.
   * @param transfer buffers that move to the worker instead of being copied
   * @throws PoolError, or the signal's reason
   */
  run(request: Request, transfer: readonly ArrayBuffer[], options: JobOptions = {}): Promise<Reply> {
    return this.lease((worker) => worker.ask(request, transfer), options);
  }

  /** Lets a task ask one worker several things with nothing in between. @throws as `run`, and what the task throws */
  lease<Result>(
    task: (worker: Lease<Request, Reply>) => Promise<Result>,
    options: JobOptions = {},
  ): Promise<Result> {
    const { signal } = options;
    if (this.#closed) return Promise.reject(closed());
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#line.length >= (this.#options.mostWaiting ?? MOST_WAITING)) {
      const message = `${this.#line.length} jobs wait already; come again when some are done`;
      return Promise.reject(new PoolError('queue-full', message));
    }
    return new Promise<Result>((resolve, refuse) => {
      const abort = (): void => {
        const place = this.#line.indexOf(job);
        if (place >= 0) this.#line.splice(place, 1);
        refuse(signal?.reason);
      };
      const begin = async (lease: Lease<Request, Reply>): Promise<void> => {
        try {
          resolve(await task(lease));
        } catch (error) {
          refuse(error);
        } finally {
          signal?.removeEventListener('abort', abort);
        }
      };
      const seat = options.key === undefined ? null : hash(options.key) % this.#seats.length;
      const job: Job<Request, Reply> = { options, seat, begin, refuse };
      signal?.addEventListener('abort', abort, { once: true });
      this.#enqueue(job);
      this.#serve();
    });
  }

  /** Ends all workers at once; what runs and what waits is refused with 'closed'. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { refuse } of this.#line.splice(0)) refuse(closed());
    await Promise.all(this.#seats.map((seat) => seat.end(closed())));
  }

  #enqueue(job: Job<Request, Reply>): void {
    const { priority = 0, key } = job.options;
    const later = this.#line.findIndex(({ options }) => (options.priority ?? 0) > priority);
    const place = later < 0 ? this.#line.length : later;
    const sameKey = key === undefined ? -1 : this.#line.findLastIndex(({ options }) => options.key === key);
    this.#line.splice(Math.max(place, sameKey + 1), 0, job);
  }

  /** Gives waiting jobs to idle workers. */
  #serve(): void {
    for (const [index, seat] of this.#seats.entries()) {
      while (!seat.busy) {
        const place = this.#line.findIndex(({ seat: only }) => only === null || only === index);
        const [job] = place < 0 ? [] : this.#line.splice(place, 1);
        if (!job) break;
        void this.#employ(seat, job);
      }
    }
  }

  async #employ(seat: Seat<Request, Reply>, { options, begin }: Job<Request, Reply>): Promise<void> {
    seat.jobs++;
    let answered: Promise<unknown> = Promise.resolve();
    await begin({
      ask: (request, transfer = [], timeoutMs = options.timeoutMs) => {
        const answer = seat.ask(request, transfer, timeoutMs);
        answered = answer.catch(() => {});
        return answer;
      },
    });
    // An aborted job leaves its worker at work: the next job waits for the reply, which nobody reads.
    await answered;
    seat.jobs--;
    this.#serve();
  }
}

function hash(key: string): number {
  let value = 0;
  for (let at = 0; at < key.length; at++) value = (Math.imul(value, 31) + key.charCodeAt(at)) >>> 0;
  return value;
}

function closed(): PoolError {
  return new PoolError('closed', 'the pool of workers was closed');
}

interface Pending<Reply> {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: PoolError) => void;
}

/** The place of a worker in the pool: holds it, or the room for the next one. */
class Seat<Request, Reply> {
  readonly #start: StartWorker<Request, Reply>;
  readonly #depth: number;
  readonly #onLost: ((error: PoolError) => void) | undefined;
  #port: WorkerPort<Request> | null = null;
  /** What it was asked and has not answered, the first first. */
  #pending: Pending<Reply>[] = [];
  jobs = 0;

  constructor(
    start: StartWorker<Request, Reply>,
    depth: number,
    onLost: ((error: PoolError) => void) | undefined,
  ) {
    this.#start = start;
    this.#depth = depth;
    this.#onLost = onLost;
  }

  get busy(): boolean {
    return this.jobs >= this.#depth;
  }

  ask(request: Request, transfer: readonly ArrayBuffer[], timeoutMs: number | undefined): Promise<Reply> {
    const answer = new Promise<Reply>((resolve, reject) => {
      if (this.#pending.length >= this.#depth)
        throw new PoolError('worker-lost', 'a worker was asked before it had answered');
      try {
        this.#port ??= this.#open();
        this.#port.post(request, transfer);
        this.#pending.push({ resolve, reject });
      } catch (cause) {
        reject(cause);
      }
    });
    const watchdog = timeoutMs === undefined ? undefined : setTimeout(() => this.#hung(timeoutMs), timeoutMs);
    void answer.catch(() => {}).then(() => clearTimeout(watchdog));
    return answer;
  }

  /** Ends the worker; what it is at fails with the error. */
  async end(error: PoolError): Promise<void> {
    const port = this.#port;
    const pending = this.#pending;
    this.#port = null;
    this.#pending = [];
    if (port && error.code !== 'closed') this.#onLost?.(error);
    const [first, ...others] = pending;
    first?.reject(error);
    const behind =
      error.code === 'closed' ? error : new PoolError('not-begun', `its turn did not come: ${error.message}`);
    for (const { reject } of others) reject(behind);
    await port?.end();
  }

  #hung(timeoutMs: number): void {
    const message = `a worker did not answer within ${timeoutMs} ms and was ended`;
    void this.end(new PoolError('worker-hung', message));
  }

  #open(): WorkerPort<Request> {
    const port: WorkerPort<Request> = this.#start({
      reply: (reply) => {
        if (this.#port !== port) return;
        this.#pending.shift()?.resolve(reply);
      },
      lost: (cause) => {
        if (this.#port !== port) return;
        const reason = cause instanceof Error ? cause.message : String(cause);
        void this.end(new PoolError('worker-lost', `a worker was lost: ${reason}`, cause));
      },
    });
    return port;
  }
}

// A pool of decoding workers: each frame has its worker, the most wanted work goes first, the page never decodes.
import { PoolError, type StartWorker, WorkerPool } from '@strata/codec/pool/worker-pool';
import type {
  Added,
  CodedLevel,
  DisplayWish,
  FromWorker,
  RegionParts,
  Shown,
  ShownRegion,
  ToWorker,
} from './messages.ts';

/** Why a frame could not be decoded. `no-state`: its levels must be added again from level 0. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** A whole study may be asked for at once. */
const MOST_WAITING = 2 ** 20;

/** While one frame's digest is compared, or its answer is on the way, the worker decodes the next. */
const AT_ONCE = 3;

export class DecodePool {
  readonly #pool: WorkerPool<ToWorker, FromWorker>;
  readonly #onForgotten: (frame: string) => void;

  /**
   * @param start starts one worker; one that is lost is replaced, and its frames then have no state
   * @param workers at least 1
   * @param onForgotten told of frames whose decoded state was dropped for others
   */
  constructor(
    start: StartWorker<ToWorker, FromWorker>,
    workers: number,
    onForgotten: (frame: string) => void,
  ) {
    this.#pool = new WorkerPool(start, { workers, mostWaiting: MOST_WAITING, depth: AT_ONCE });
    this.#onForgotten = onForgotten;
  }

  /**
   * Decodes more levels of a frame, in order, and makes its pixels in the same turn. The bytes are taken over. Smaller
   * priorities go first.
   * @param wish how pixels of the last level are wanted; null for none
   * @throws DecodeError
   */
  async add(
    frame: string,
    levels: readonly CodedLevel[],
    wish: DisplayWish | null,
    priority: number,
  ): Promise<Added> {
    const added = await this.#ask<Added>({ type: 'add', frame, levels, wish }, 'added', priority);
    for (const key of added.forgotten) this.#onForgotten(key);
    return added;
  }

  /**
   * The pixels of a frame at the highest level decoded.
   * @throws DecodeError
   */
  show(frame: string, wish: DisplayWish, priority: number): Promise<Shown> {
    return this.#ask<Shown>({ type: 'show', frame, wish }, 'shown', priority);
  }

  /**
   * The pixels of a part of a frame, at a level above the highest decoded. The bytes are taken over.
   * @throws DecodeError
   */
  region(frame: string, wish: RegionParts, priority: number): Promise<ShownRegion> {
    return this.#ask<ShownRegion>({ type: 'region', frame, wish }, 'region', priority);
  }

  /** Starts all workers, so that the first frame waits for none. */
  warm(): void {
    const nothing: ToWorker = { type: 'add', frame: '', levels: [], wish: null };
    // What comes of it does not matter: an answer means that the worker is ready.
    for (let at = 0; at < this.#pool.size; at++) this.#pool.run(nothing, []).catch(() => {});
  }

  /** Ends all workers; whatever waits is refused. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #ask<Answer extends Added | Shown | ShownRegion>(
    work: ToWorker,
    expected: Answer['type'],
    priority: number,
  ): Promise<Answer> {
    const transfer = bytesOf(work).map(({ bytes }) => bytes.buffer);
    const answer = await this.#pool.run(work, transfer, { key: work.frame, priority }).catch(stopped);
    if (answer.type === 'refused') throw new DecodeError(answer.code, answer.message);
    if (answer.type !== expected) throw new DecodeError('worker', 'the decoding worker answered out of turn');
    return answer as Answer;
  }
}

function bytesOf(work: ToWorker): readonly { readonly bytes: Uint8Array<ArrayBuffer> }[] {
  if (work.type === 'add') return work.levels;
  return work.type === 'region' ? work.wish.parts : [];
}

function stopped(cause: unknown): never {
  if (cause instanceof PoolError) {
    // Its bytes went with the worker: it is as if it had never had any.
    const code = cause.code === 'not-begun' ? 'no-state' : 'worker';
    throw new DecodeError(code, cause.message, cause);
  }
  throw cause;
}

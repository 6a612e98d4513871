// A pool of decoding workers: each frame has its worker, the most wanted work goes first, the page never decodes.
import type {
  Added,
  AddLevel,
  DisplayWish,
  FromWorker,
  Refused,
  ShowFrame,
  Shown,
  ToWorker,
} from './messages.ts';

/** The part of a Worker that the pool uses. */
export interface WorkerPort {
  postMessage(message: ToWorker, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** Why a frame could not be decoded. `no-state`: its levels must be added again from level 0. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Work = Omit<AddLevel, 'id'> | Omit<ShowFrame, 'id'>;
type Answer = Added | Shown;

interface Job {
  readonly work: Work;
  readonly priority: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: DecodeError) => void;
}

/** One worker and the work that waits for it. */
class Lane {
  readonly #port: WorkerPort;
  readonly #waiting: Job[] = [];
  #running: { readonly id: number; readonly job: Job } | null = null;
  #lastId = 0;

  constructor(port: WorkerPort) {
    this.#port = port;
    port.onmessage = ({ data }) => this.#settle(data);
    port.onerror = (event) =>
      this.#fail(`the decoding worker stopped: ${event.message || 'no reason given'}`);
  }

  get length(): number {
    return this.#waiting.length + (this.#running ? 1 : 0);
  }

  run(work: Work, priority: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const job = { work, priority, resolve, reject };
      // Levels of one frame must stay in order, so work of equal priority keeps its order, and later levels of a frame
      // never overtake earlier ones: they go behind the last of the same frame.
      let place = this.#waiting.findIndex((other) => other.priority > priority);
      if (place < 0) place = this.#waiting.length;
      const sameFrame = this.#waiting.findLastIndex((other) => other.work.frame === work.frame);
      this.#waiting.splice(Math.max(place, sameFrame + 1), 0, job);
      this.#next();
    });
  }

  terminate(): void {
    this.#port.terminate();
    this.#fail('the viewer was closed');
  }

  #next(): void {
    if (this.#running) return;
    const job = this.#waiting.shift();
    if (!job) return;
    const id = ++this.#lastId;
    this.#running = { id, job };
    const transfer = job.work.type === 'add' ? [job.work.bytes.buffer] : [];
    this.#port.postMessage({ ...job.work, id }, transfer);
  }

  #settle(answer: FromWorker): void {
    if (answer.id !== this.#running?.id) return;
    const { job } = this.#running;
    this.#running = null;
    if (answer.type === 'refused') job.reject(errorOf(answer));
    else job.resolve(answer);
    this.#next();
  }

  #fail(message: string): void {
    const jobs = [...(this.#running ? [this.#running.job] : []), ...this.#waiting.splice(0)];
    this.#running = null;
    for (const { reject } of jobs) reject(new DecodeError('worker', message));
  }
}

const errorOf = ({ code, message }: Refused): DecodeError => new DecodeError(code, message);

export class DecodePool {
  readonly #lanes: Lane[];
  readonly #onForgotten: (frame: string) => void;

  /**
   * @param makeWorker starts one worker
   * @param count workers, at least 1
   * @param onForgotten told of frames whose decoded state was dropped for others
   */
  constructor(makeWorker: () => WorkerPort, count: number, onForgotten: (frame: string) => void) {
    this.#lanes = Array.from({ length: Math.max(1, count) }, () => new Lane(makeWorker()));
    this.#onForgotten = onForgotten;
  }

  /** Jobs not finished. */
  get length(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.length, 0);
  }

  /**
   * Decodes one more level of a frame. The bytes are taken over. Smaller priorities go first.
   * @throws DecodeError
   */
  async add(frame: string, level: number, bytes: Uint8Array<ArrayBuffer>, priority: number): Promise<void> {
    const answer = await this.#lane(frame).run({ type: 'add', frame, level, bytes }, priority);
    if (answer.type === 'added') for (const key of answer.forgotten) this.#onForgotten(key);
  }

  /**
   * The pixels of a frame at the highest level decoded.
   * @throws DecodeError
   */
  async show(frame: string, wish: DisplayWish, priority: number): Promise<Shown> {
    const answer = await this.#lane(frame).run({ type: 'show', frame, wish }, priority);
    if (answer.type !== 'shown') throw new DecodeError('worker', 'the decoding worker answered out of turn');
    return answer;
  }

  /** Ends all workers; whatever waits is refused. */
  close(): void {
    for (const lane of this.#lanes) lane.terminate();
  }

  #lane(frame: string): Lane {
    let hash = 0;
    for (let at = 0; at < frame.length; at++) hash = (Math.imul(hash, 31) + frame.charCodeAt(at)) >>> 0;
    return this.#lanes[hash % this.#lanes.length] as Lane;
  }
}

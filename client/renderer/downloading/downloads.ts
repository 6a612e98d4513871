// A download of original files: different ones from different servers at once, each until it is whole, checked and written.
import { batch, signal } from '@preact/signals';
import { RateMeter } from '../loading/rate-meter.ts';
import { MemoryBudget } from '../uploading/memory-budget.ts';
import { pause } from '../uploading/pause.ts';
import { type DownloadCode, DownloadError } from './download-error.ts';
import { FetchError } from './fetch-file.ts';
import type { OriginalFile } from './file-list.ts';
import type { ServerShares } from './server-shares.ts';
import type { Sink } from './sink.ts';

/** Files on their way from each server, and from all: browsers open six connections to each. */
const PER_SERVER = 3;
const MOST_AT_ONCE = 12;
const MEMORY_BYTES = 256 * 2 ** 20;
/** How long is waited for any server, and how often a file that came damaged, or is missing, is asked for again. */
const PATIENCE_MS = 5 * 60_000;
const MAX_TRIES = 6;
const PUBLISH_EVERY_MS = 100;

/** `waiting`: no server answers, it goes on by itself; `failed`: some files could not be had, the others are there. */
export type DownloadState =
  | 'none'
  | 'listing'
  | 'fetching'
  | 'waiting'
  | 'writing'
  | 'done'
  | 'failed'
  | 'cancelled';

export interface DownloadFigures {
  readonly files: number;
  readonly bytes: number;
  /** Written, each checked before. */
  readonly written: number;
  readonly gotBytes: number;
  readonly rate: number;
  /** Addresses that files came from, with how many. */
  readonly servers: readonly (readonly [server: string, files: number])[];
}

export interface Missing {
  readonly name: string;
  readonly code: DownloadCode;
}

export interface DownloadParts {
  readonly list: (signal: AbortSignal) => Promise<readonly OriginalFile[]>;
  readonly fetch: (
    server: string,
    sopInstanceUid: string,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ) => Promise<Uint8Array<ArrayBuffer>>;
  readonly shares: ServerShares;
  /** @param bytes of all files */
  readonly sink: (bytes: number) => Promise<Sink>;
}

const nothing: DownloadFigures = { files: 0, bytes: 0, written: 0, gotBytes: 0, rate: 0, servers: [] };

export class Downloads {
  readonly state = signal<DownloadState>('none');
  readonly figures = signal<DownloadFigures>(nothing);
  readonly missing = signal<readonly Missing[]>([]);
  #stop = new AbortController();

  /** Fetches everything of a list into a sink, in the place of a download before. */
  async run(parts: DownloadParts): Promise<void> {
    this.cancel();
    const stop = new AbortController();
    this.#stop = stop;
    batch(() => {
      this.state.value = 'listing';
      this.figures.value = nothing;
      this.missing.value = [];
    });
    let sink: Sink | null = null;
    try {
      const files = await parts.list(stop.signal);
      sink = await parts.sink(files.reduce((sum, { length }) => sum + length, 0));
      stop.signal.throwIfAborted();
      const running = new Running(parts, files, sink, stop.signal, (state, figures) => {
        batch(() => {
          this.state.value = state;
          this.figures.value = figures;
        });
      });
      const missing = await running.finish();
      this.state.value = 'writing';
      await sink.close();
      batch(() => {
        this.missing.value = missing;
        this.state.value = missing.length > 0 ? 'failed' : 'done';
      });
    } catch (error) {
      const isCancelled = stop.signal.aborted;
      // What else is on its way has nowhere to go.
      stop.abort();
      await sink?.abandon();
      if (this.#stop !== stop) return;
      const code = error instanceof DownloadError ? error.code : 'not-written';
      batch(() => {
        if (!isCancelled) this.missing.value = [{ name: '', code }];
        this.state.value = isCancelled ? 'cancelled' : 'failed';
      });
    }
  }

  cancel(): void {
    this.#stop.abort();
  }

  /** Forgets what was done, so that nothing is shown of it. */
  clear(): void {
    this.cancel();
    this.#stop = new AbortController();
    this.state.value = 'none';
  }
}

type Tell = (state: DownloadState, figures: DownloadFigures) => void;

/** One download under way. */
class Running {
  readonly #parts: DownloadParts;
  readonly #files: readonly OriginalFile[];
  readonly #sink: Sink;
  readonly #signal: AbortSignal;
  readonly #tell: Tell;
  readonly #budget = new MemoryBudget(MEMORY_BYTES);
  readonly #meter = new RateMeter();
  readonly #missing: Missing[] = [];
  readonly #servers = new Map<string, number>();
  readonly #underWay = new Map<number, number>();
  #next = 0;
  #written = 0;
  #gotBytes = 0;
  #heardAt = performance.now();
  #isWaiting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    parts: DownloadParts,
    files: readonly OriginalFile[],
    sink: Sink,
    signal: AbortSignal,
    tell: Tell,
  ) {
    this.#parts = parts;
    this.#files = files;
    this.#sink = sink;
    this.#signal = signal;
    this.#tell = tell;
  }

  /** @returns what could not be had @throws DownloadError 'not-written', and the signal's reason */
  async finish(): Promise<Missing[]> {
    const lanes = Math.min(
      MOST_AT_ONCE,
      PER_SERVER * Math.max(1, this.#parts.shares.count),
      this.#files.length,
    );
    try {
      await Promise.all(Array.from({ length: lanes }, (_, lane) => this.#lane(lane)));
    } finally {
      clearTimeout(this.#timer);
      this.#publish();
    }
    return this.#missing;
  }

  async #lane(lane: number): Promise<void> {
    for (let file = this.#files[this.#next++]; file; file = this.#files[this.#next++]) {
      const giveBack = await this.#budget.take(file.length);
      try {
        this.#signal.throwIfAborted();
        const bytes = await this.#fetch(file, lane);
        if (bytes) {
          await this.#sink.write(file.name, bytes);
          this.#signal.throwIfAborted();
          this.#written++;
        }
      } finally {
        giveBack();
      }
      this.#underWay.delete(lane);
      this.#gotBytes += file.length;
      this.#changed();
    }
  }

  /** The file, whole and checked; null when nobody has it, which is noted. */
  async #fetch(
    { sopInstanceUid, name, length }: OriginalFile,
    lane: number,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const { shares, fetch } = this.#parts;
    let last: FetchError['code'] = 'no-answer';
    for (let tries = 0; tries < MAX_TRIES; ) {
      const { server, waitMs } = shares.choose(performance.now());
      if (waitMs > 0) {
        if (performance.now() - this.#heardAt > PATIENCE_MS) break;
        this.#isWaiting = true;
        this.#changed();
        await pause(waitMs, this.#signal);
        continue;
      }
      shares.began(server);
      try {
        const onBytes = (bytes: number) => {
          this.#underWay.set(lane, Math.min(bytes, length));
          this.#changed();
        };
        const bytes = await fetch(server, sopInstanceUid, onBytes, this.#signal);
        shares.ended(server, 'worked', performance.now());
        this.#heardAt = performance.now();
        this.#isWaiting = false;
        this.#servers.set(server, (this.#servers.get(server) ?? 0) + 1);
        return bytes;
      } catch (error) {
        shares.ended(server, this.#signal.aborted ? 'called off' : 'failed', performance.now());
        this.#signal.throwIfAborted();
        if (!(error instanceof FetchError)) throw error;
        last = error.code;
        // Who does not answer is asked for as long as it is waited for.
        if (last !== 'no-answer') tries++;
        this.#underWay.delete(lane);
      }
    }
    const codes = { 'no-answer': 'no-server', damaged: 'damaged', missing: 'gone' } as const;
    this.#missing.push({ name, code: codes[last] });
    return null;
  }

  #changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#publish();
    }, PUBLISH_EVERY_MS);
  }

  #publish(): void {
    if (this.#signal.aborted) return;
    let gotBytes = this.#gotBytes;
    for (const bytes of this.#underWay.values()) gotBytes += bytes;
    this.#tell(this.#isWaiting ? 'waiting' : 'fetching', {
      files: this.#files.length,
      bytes: this.#files.reduce((sum, { length }) => sum + length, 0),
      written: this.#written,
      gotBytes,
      rate: Math.max(0, this.#meter.take(gotBytes, performance.now())),
      servers: [...this.#servers],
    });
  }
}

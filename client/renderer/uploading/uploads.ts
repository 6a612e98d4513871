// Everything that is being stored from this page: several files at a time, each again until a server has said what became of it.
import { batch, signal } from '@preact/signals';
import { RateMeter } from '../loading/rate-meter.ts';
import { MAX_FILE_BYTES } from './archive.ts';
import { MemoryBudget } from './memory-budget.ts';
import { pause } from './pause.ts';
import { NoAnswerError, type StoreAnswer } from './send-file.ts';
import type { ServerChoice } from './server-choice.ts';
import { type Found, type Source, type Unusable, UnusableError } from './source.ts';

/** Browsers open six connections to a server; the page itself needs some. */
const AT_ONCE = 4;
/** Unpacked bytes of archives in memory at once. */
const UNPACKED_BYTES = 256 * 2 ** 20;
/** How long is waited for any server, and how often a file is sent again that servers answered but could not store. */
const PATIENCE_MS = 10 * 60_000;
const MAX_ANSWERED_TRIES = 6;
/** What is seen changes this often at most, however many files settle. */
const PUBLISH_EVERY_MS = 100;
/** Refused files that are remembered with their names; more are counted. */
const MAX_REFUSED = 10_000;
/** The server's trouble, not the file's: another one, or the same later, may store it. */
const passing = new Set([
  'metadata-unavailable',
  'too-few-servers',
  'stopping',
  'read-only',
  'interrupted',
  'too-slow',
]);

/**
 * `none`: nothing was dropped; `waiting`: no server answers, it goes on by itself; `done`: every file has its answer;
 * `cancelled`: some were not sent.
 */
export type UploadState = 'none' | 'sending' | 'waiting' | 'done' | 'cancelled';

export interface UploadFigures {
  /** Files found, and whether there may be more. */
  readonly files: number;
  readonly isFinding: boolean;
  readonly bytes: number;
  /** That have left, of `bytes`, and how many leave in a second. */
  readonly sentBytes: number;
  readonly rate: number;
  /** Durable, as the server said: new, or there before. */
  readonly stored: number;
  readonly already: number;
  readonly refused: number;
  /** Lists of a medium's files: nothing is missing without them. */
  readonly skipped: number;
}

export interface Refused extends Unusable {
  /** The server's own words (English), where it was the server that refused. */
  readonly reason: string;
}

export interface UploadParts {
  readonly send: (
    server: string,
    file: Blob,
    onSent: (bytes: number) => void,
    signal: AbortSignal,
  ) => Promise<StoreAnswer>;
  readonly choice: ServerChoice;
}

const nothing = {
  files: 0,
  isFinding: false,
  bytes: 0,
  sentBytes: 0,
  rate: 0,
  stored: 0,
  already: 0,
  refused: 0,
  skipped: 0,
};

export class Uploads {
  readonly state = signal<UploadState>('none');
  readonly figures = signal<UploadFigures>(nothing);
  readonly refused = signal<readonly Refused[]>([]);
  /** Studies that files were stored in, with how many. */
  readonly studies = signal<ReadonlyMap<string, number>>(new Map());
  readonly #parts: UploadParts;
  readonly #budget = new MemoryBudget(UNPACKED_BYTES);
  #meter = new RateMeter();
  #counts: { -readonly [Name in keyof UploadFigures]: UploadFigures[Name] } = { ...nothing };
  #refused: Refused[] = [];
  #studies = new Map<string, number>();
  #queue: Source[] = [];
  #next = 0;
  #lanes = 0;
  #finding = 0;
  /** Bytes that have left of files whose answer is not there. */
  readonly #underWay = new Map<number, number>();
  #laneIds = 0;
  #heardAt = performance.now();
  #isWaiting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop = new AbortController();

  constructor(parts: UploadParts) {
    this.#parts = parts;
  }

  /** Sends what is found, beside what is on its way. */
  async add(found: AsyncIterable<Found>): Promise<void> {
    if (this.#stop.signal.aborted || this.state.peek() === 'done') this.#begin();
    const { signal } = this.#stop;
    if (this.#lanes === 0) this.#heardAt = performance.now();
    this.#finding++;
    this.#publish();
    for await (const one of found) {
      if (signal.aborted) return;
      this.#counts.files++;
      if ('unusable' in one) this.#refuse({ ...one.unusable, reason: '' });
      else if (one.source.bytes > MAX_FILE_BYTES) {
        this.#refuse({ name: one.source.name, code: 'too-large', reason: '' });
      } else {
        this.#counts.bytes += one.source.bytes;
        this.#queue.push(one.source);
        this.#startLanes();
      }
      this.#changed();
    }
    this.#finding--;
    this.#changed();
  }

  /** Sends no more; what the servers have stored stays stored. */
  cancel(): void {
    this.#stop.abort();
    this.#changed();
  }

  /** Forgets what was done, so that nothing is shown of it. */
  clear(): void {
    this.cancel();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#begin();
    this.#publish();
    this.state.value = 'none';
  }

  #begin(): void {
    this.#stop = new AbortController();
    this.#counts = { ...nothing };
    this.#refused = [];
    this.#studies = new Map();
    this.#queue = [];
    this.#next = 0;
    this.#lanes = 0;
    this.#finding = 0;
    this.#underWay.clear();
    this.#isWaiting = false;
    this.#meter = new RateMeter();
  }

  #startLanes(): void {
    while (this.#lanes < AT_ONCE && this.#next < this.#queue.length) void this.#lane(this.#stop.signal);
  }

  async #lane(signal: AbortSignal): Promise<void> {
    this.#lanes++;
    const id = this.#laneIds++;
    try {
      for (let source = this.#take(); source; source = this.#take()) {
        const giveBack = await this.#budget.take(source.memory);
        try {
          signal.throwIfAborted();
          await this.#settle(source, id, signal);
        } finally {
          giveBack();
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    // Another set has begun since: its lanes are others.
    if (signal.aborted) return;
    this.#lanes--;
    this.#changed();
  }

  #take(): Source | undefined {
    const source = this.#queue[this.#next];
    if (source) this.#next++;
    return source;
  }

  /** Sends a file until it has its answer. Throws when it is cancelled only. */
  async #settle(source: Source, lane: number, signal: AbortSignal): Promise<void> {
    const refuse = (code: string, reason = '') => {
      this.#settled(source, lane, signal);
      this.#refuse({ name: source.name, code, reason });
    };
    let file: Blob;
    try {
      file = await source.open();
      await file.slice(0, 1).arrayBuffer();
    } catch (error) {
      signal.throwIfAborted();
      return refuse(error instanceof UnusableError ? error.code : 'unreadable');
    }
    for (let answered = 0; ; ) {
      const { server, waitMs } = this.#parts.choice.choose(performance.now());
      if (waitMs > 0) {
        if (performance.now() - this.#heardAt > PATIENCE_MS) return refuse('no-server');
        this.#isWaiting = true;
        this.#changed();
        await pause(waitMs, signal);
        continue;
      }
      try {
        const onSent = (bytes: number) => this.#sent(lane, Math.min(bytes, source.bytes), signal);
        const answer = await this.#parts.send(server, file, onSent, signal);
        signal.throwIfAborted();
        this.#isWaiting = false;
        if (!passing.has(answer.code) || ++answered >= MAX_ANSWERED_TRIES) {
          if (!passing.has(answer.code)) this.#parts.choice.worked(server);
          this.#heardAt = performance.now();
          this.#settled(source, lane, signal);
          this.#answered(source, answer);
          return;
        }
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof NoAnswerError)) throw error;
        // The browser does not say whether it was the file or the line.
        if (!(await isReadable(file))) return refuse('unreadable');
      }
      this.#sent(lane, 0, signal);
      this.#parts.choice.failed(server, performance.now());
    }
  }

  #answered({ name }: Source, { outcome, studyInstanceUid, code, reason }: StoreAnswer): void {
    if (outcome === 'refused') {
      if (code === 'directory') this.#counts.skipped++;
      else this.#refuse({ name, code, reason });
      return;
    }
    this.#counts[outcome]++;
    if (studyInstanceUid) this.#studies.set(studyInstanceUid, (this.#studies.get(studyInstanceUid) ?? 0) + 1);
  }

  #refuse(refused: Refused): void {
    this.#counts.refused++;
    if (this.#refused.length < MAX_REFUSED) this.#refused.push(refused);
    this.#changed();
  }

  #sent(lane: number, bytes: number, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#underWay.set(lane, bytes);
    this.#changed();
  }

  #settled({ bytes }: Source, lane: number, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#underWay.delete(lane);
    this.#counts.sentBytes += bytes;
    this.#changed();
  }

  #changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#publish();
    }, PUBLISH_EVERY_MS);
  }

  #publish(): void {
    let sentBytes = this.#counts.sentBytes;
    for (const bytes of this.#underWay.values()) sentBytes += bytes;
    const rate = Math.max(0, this.#meter.take(sentBytes, performance.now()));
    const isWorking = this.#finding > 0 || this.#lanes > 0 || this.#next < this.#queue.length;
    batch(() => {
      const isFinding = this.#finding > 0 && !this.#stop.signal.aborted;
      this.figures.value = { ...this.#counts, sentBytes, rate, isFinding };
      if (this.#refused.length !== this.refused.peek().length) this.refused.value = [...this.#refused];
      this.studies.value = new Map(this.#studies);
      this.state.value = this.#stop.signal.aborted
        ? 'cancelled'
        : isWorking
          ? this.#isWaiting
            ? 'waiting'
            : 'sending'
          : 'done';
    });
    if (isWorking && !this.#stop.signal.aborted) this.#changed();
  }
}

async function isReadable(file: Blob): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

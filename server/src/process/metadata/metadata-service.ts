// Keeps the metadata at work: when their database dies or moves, they are opened again.
import { setTimeout as sleep } from 'node:timers/promises';
import { MetadataError } from '@strata/metadata/errors';
import type { Metadata } from '@strata/metadata/metadata';
import { CountedLog } from '../../config/counted-log.ts';
import type { Logger } from '../../config/log.ts';
import { StartError } from '../../config/start-error.ts';
import type { MetadataSource, OpenedMetadata } from './source.ts';
import { standIn } from './stand-in.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** How long a call waits for metadata that are being opened: a database is back within a second or two. */
const CALL_PATIENCE_MS = 4_000;
const CALL_POLL_MS = 20;
/** For a database that hangs: who asks whether all is well does not wait for it. */
const ANSWER_WITHIN_MS = 1_000;
/** Machines that start together need not have their database first. */
const START_PATIENCE_MS = 60_000;
const SAID_EVERY_MS = 30_000;

export class MetadataService {
  /**
   * The metadata, for as long as Strata runs. Calls go to the database that runs at the time; while there is none they
   * wait a few seconds, then they throw MetadataError 'unavailable'.
   */
  readonly metadata: Metadata;
  readonly #source: MetadataSource;
  readonly #log: Logger;
  readonly #stopped = new AbortController();
  #opened: OpenedMetadata | null;
  #reopening: Promise<void> = Promise.resolve();

  private constructor(source: MetadataSource, log: Logger, opened: OpenedMetadata) {
    this.#source = source;
    this.#log = log;
    this.#opened = opened;
    this.metadata = standIn({
      get: () => this.#opened?.metadata ?? null,
      wait: () => this.#opening(),
    });
    this.#watch(opened);
  }

  /** Opens the metadata; waits up to a minute for a database that is away. @throws StartError */
  static async start(source: MetadataSource, log: Logger): Promise<MetadataService> {
    const waiting = new CountedLog(log, SAID_EVERY_MS);
    for (const until = performance.now() + START_PATIENCE_MS; ; await sleep(LONGEST_PAUSE_MS / 10)) {
      try {
        return new MetadataService(source, log, await source.open());
      } catch (error) {
        if (!(error instanceof MetadataError)) throw error;
        if (error.code !== 'unavailable' || performance.now() > until) throw startError(error);
        waiting.warn({ reason: error.message }, 'waiting for the metadata service');
      }
    }
  }

  /**
   * Whether the database answers, soon. While it changes over, and as long as changes wait for that, a standby will do: all
   * that is stored can be shown.
   */
  async state(): Promise<'answers' | 'changes-over' | 'away'> {
    const opened = this.#opened;
    const late = sleep(ANSWER_WITHIN_MS, null, { ref: false });
    const health = opened && (await Promise.race([opened.metadata.health(), late]));
    if (!health || this.#opened !== opened || health.answers === 'nobody') return 'away';
    if (health.answers === 'primary') return 'answers';
    return health.awayMs < this.#source.patienceMs ? 'changes-over' : 'away';
  }

  /** How long changes wait for it. */
  get patienceMs(): number {
    return this.#source.patienceMs;
  }

  /** What /ready says of a database that is away. */
  get away(): string {
    return this.#source.away;
  }

  /** Closes the metadata and ends a database of our own. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#reopening;
    const opened = this.#opened;
    this.#opened = null;
    await opened?.close();
  }

  /** The metadata when they are opened again soon; else null. */
  async #opening(): Promise<Metadata | null> {
    const { signal } = this.#stopped;
    for (const until = performance.now() + CALL_PATIENCE_MS; performance.now() < until && !signal.aborted; ) {
      if (this.#opened) return this.#opened.metadata;
      await sleep(CALL_POLL_MS);
    }
    return this.#opened?.metadata ?? null;
  }

  #watch(opened: OpenedMetadata): void {
    void opened.gone.then((reason) => {
      if (this.#stopped.signal.aborted) return;
      this.#log.warn({ reason }, 'the metadata are opened again');
      this.#opened = null;
      void opened.close().catch(() => undefined); // its connections are gone already
      this.#reopening = this.#reopen();
    });
  }

  async #reopen(): Promise<void> {
    for (
      let pause = FIRST_PAUSE_MS;
      !this.#stopped.signal.aborted;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    ) {
      try {
        const opened = await this.#source.open();
        this.#opened = opened;
        this.#watch(opened);
        this.#log.warn('the metadata are there again');
        return;
      } catch (error) {
        this.#log.error({ err: error }, 'the metadata cannot be opened');
        await sleep(pause, undefined, { signal: this.#stopped.signal }).catch(() => undefined); // told to stop
      }
    }
  }
}

function startError(error: MetadataError): StartError {
  const codes = { 'no-space': 'disk-full', 'in-use': 'in-use', 'newer-schema': 'newer-version' } as const;
  const code = codes[error.code as keyof typeof codes] ?? 'metadata-failed';
  return new StartError(code, error.message, error);
}

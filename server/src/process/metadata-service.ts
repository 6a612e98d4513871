// Keeps the metadata and their embedded database at work: when the database dies, it is started again.
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgres } from '@strata/metadata/embedded/embedded-postgres';
import { MetadataError } from '@strata/metadata/errors';
import { Metadata } from '@strata/metadata/metadata';
import type { DataFolder } from '../config/data-folder.ts';
import type { Logger } from '../config/log.ts';
import { StartError } from '../config/start-error.ts';
import type { Readiness } from '../http/health-routes.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** A database with the metadata opened on it. */
interface Running {
  readonly database: EmbeddedPostgres;
  readonly metadata: Metadata;
}

export class MetadataService {
  /**
   * The metadata, for as long as Strata runs. Calls go to the database that runs at the time; while there is none they
   * throw MetadataError 'unavailable'.
   */
  readonly metadata: Metadata;
  readonly #folder: DataFolder;
  readonly #log: Logger;
  readonly #stopped = new AbortController();
  #running: Running | null;
  #restarting: Promise<void> = Promise.resolve();

  private constructor(folder: DataFolder, log: Logger, running: Running) {
    this.#folder = folder;
    this.#log = log;
    this.#running = running;
    this.metadata = standIn(() => this.#running?.metadata ?? null);
    this.#watch(running);
  }

  /** Starts the database of the data folder and opens the metadata on it. @throws StartError */
  static async start(folder: DataFolder, log: Logger): Promise<MetadataService> {
    try {
      return new MetadataService(folder, log, await startDatabase(folder, log));
    } catch (error) {
      if (!(error instanceof MetadataError)) throw error;
      const codes = { 'no-space': 'disk-full', 'in-use': 'in-use', 'newer-schema': 'newer-version' } as const;
      const code = codes[error.code as keyof typeof codes] ?? 'metadata-failed';
      throw new StartError(code, error.message, error);
    }
  }

  /** Whether the database answers. */
  async readiness(): Promise<Readiness> {
    try {
      await this.metadata.counts();
      return { ready: true, missing: [] };
    } catch {
      return { ready: false, missing: ['The metadata database does not answer; it is being started again.'] };
    }
  }

  /** Closes the metadata and ends the database. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#restarting;
    const running = this.#running;
    this.#running = null;
    await running?.metadata.close();
    await running?.database.stop();
  }

  #watch(running: Running): void {
    void running.database.exited.then(({ expected, reason }) => {
      if (expected || this.#stopped.signal.aborted) return;
      this.#log.error({ reason }, 'the metadata database died and is started again');
      this.#running = null;
      void running.metadata.close().catch(() => undefined); // its connections are gone already
      this.#restarting = this.#restart();
    });
  }

  async #restart(): Promise<void> {
    for (
      let pause = FIRST_PAUSE_MS;
      !this.#stopped.signal.aborted;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    ) {
      try {
        const running = await startDatabase(this.#folder, this.#log);
        this.#running = running;
        this.#watch(running);
        this.#log.warn('the metadata database runs again');
        return;
      } catch (error) {
        this.#log.error({ err: error }, 'the metadata database does not start');
        await sleep(pause, undefined, { signal: this.#stopped.signal }).catch(() => undefined); // told to stop
      }
    }
  }
}

async function startDatabase(folder: DataFolder, log: Logger): Promise<Running> {
  const database = await EmbeddedPostgres.start({
    folder: folder.postgres,
    log: (message) => log.info(message),
  });
  try {
    return { database, metadata: await Metadata.open(database.url) };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** An object that is used like the metadata and passes every call on to those that `current` gives at the time. */
function standIn(current: () => Metadata | null): Metadata {
  const calls = callsTo(current);
  const parts = {
    errands: callsTo(() => current()?.errands ?? null),
    pool: callsTo(() => current()?.pool ?? null),
  };
  return new Proxy(calls, {
    get: (_, name: keyof Metadata) => (name in parts ? parts[name as keyof typeof parts] : calls[name]),
  });
}

/** An object whose every method is that of what `current` gives at the time of the call. */
function callsTo<Target extends object>(current: () => Target | null): Target {
  return new Proxy({} as Target, {
    get: (_, name: string) => {
      return (...args: unknown[]) => {
        const target = current() as Record<string, (...args: unknown[]) => unknown> | null;
        const method = target?.[name];
        if (method) return Reflect.apply(method, target, args);
        throw new MetadataError(
          'unavailable',
          'The metadata database does not answer. Try again in a moment.',
        );
      };
    },
  });
}

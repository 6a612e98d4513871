// The connections of a metadata service: changes go to its primary, reads to it or, while there is none, to a standby.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isServerTrouble, metadataError } from '../database.ts';
import { MetadataError } from '../errors.ts';
import { type Address, type AddressList, addressText, parseAddressList } from './address-list.ts';
import { clientOptions } from './client-options.ts';
import { Finder } from './finder.ts';
import { type Database, HostPool, type Wanted } from './host-pool.ts';
import { CONNECT_MS, READ_PATIENCE_MS, type Work } from './limits.ts';
import { cutSocket } from './sockets.ts';

/** What a read has found, and where. */
export interface ReadResult<Result> {
  readonly value: Result;
  /** How old it is, in ms, at most: a standby said it while there was no primary. Null: it is of now. */
  readonly ageMs: number | null;
}

interface Source {
  readonly address: Address;
  readonly ageMs: number | null;
}

export interface ChangeOptions {
  /** What the call is, for its limits; default: `changes`. */
  readonly work?: Work;
  /** How long it is tried again while no primary can be reached; 0: once, with the primary that there is. */
  readonly patienceMs: number;
}

/** A read is tried again for so long. */
const READ_MS = 3_000;
/** For what is tried once only: a primary that is just being found is waited for. */
const ONCE_MS = 700;
/** What runs when all is closed is waited for so long. */
const CLOSE_MS = 3_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

export class Connections {
  readonly #list: AddressList;
  readonly #finder: Finder;
  readonly #pools = new Map<string, HostPool>();
  /** Those that somebody has for himself, by the text of their address. */
  readonly #clients = new Map<pg.Client, string>();
  #closed = false;

  private constructor(list: AddressList) {
    this.#list = list;
    for (const address of list.addresses) clientOptions(list, address); // says what is wrong with its files
    this.#finder = new Finder(list, (address) => this.#cut(address));
  }

  /** Nothing is connected yet. @param url an address list @throws MetadataError `invalid` */
  static open(url: string): Connections {
    return new Connections(parseAddressList(url));
  }

  /** For how long no primary has answered, in ms; 0 while one does. */
  get awayMs(): number {
    return this.#finder.awayMs;
  }

  /**
   * Runs a change, or a read that must be of now, on the primary; again and again while there is none. It must be one that
   * may be run again after its answer was lost. Throws MetadataError: `unavailable` after `patienceMs`, others at once.
   */
  async change<Result>(
    query: (database: Database) => Promise<Result>,
    { work = 'changes', patienceMs }: ChangeOptions,
  ): Promise<Result> {
    const until = performance.now() + patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const left = until - performance.now();
      const address = await this.#finder.find(Math.max(left, patienceMs === 0 ? ONCE_MS : 0));
      try {
        return await query(this.#pool(address, 'primary', work).database);
      } catch (error) {
        const failed = this.#failed(error, address);
        if (failed.code !== 'unavailable' || this.#closed || performance.now() + pause > until) throw failed;
        await sleep(pause * (0.5 + Math.random() / 2));
      }
    }
  }

  /**
   * Runs a read on the primary; on the standby that knows most when no primary answers within a moment, at once after that.
   * Throws MetadataError: `unavailable` when nobody answers for 3 s, others at once.
   */
  async read<Result>(
    query: (database: Database) => Promise<Result>,
    work: Work = 'reads',
  ): Promise<ReadResult<Result>> {
    const until = performance.now() + READ_MS;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const source = await this.#source(until);
      try {
        return await this.#readFrom(source, query, work);
      } catch (error) {
        const failed = this.#failed(error, source.address);
        if (failed.code !== 'unavailable' || this.#closed || performance.now() + pause > until) throw failed;
        await sleep(pause * (0.5 + Math.random() / 2));
      }
    }
  }

  /**
   * A connection to the primary of one's own, for what no pool is for: to listen, to copy. Nothing limits its statements. It is
   * cut when its server hangs or is the primary no more; its `end` event says so. To be closed with `end()`.
   * @throws MetadataError `unavailable` after `patienceMs`
   */
  async client(patienceMs: number): Promise<pg.Client> {
    const until = performance.now() + patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const address = await this.#finder.find(Math.max(ONCE_MS, until - performance.now()));
      try {
        return await this.#connect(address);
      } catch (error) {
        const failed = this.#failed(error, address);
        if (failed.code !== 'unavailable' || this.#closed || performance.now() + pause > until) throw failed;
        await sleep(pause);
      }
    }
  }

  /** Closes all connections when their queries are done. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#finder.close();
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    for (const client of this.#clients.keys()) cutSocket(client);
    // A server that hangs gives no answer to wait for.
    const late = setTimeout(() => {
      for (const pool of pools) pool.cut();
    }, CLOSE_MS);
    await Promise.all(pools.map((pool) => pool.close()));
    clearTimeout(late);
  }

  /** Where a read goes now. @throws MetadataError */
  async #source(until: number): Promise<Source> {
    for (;;) {
      const { primary, answers, standby, awayMs } = this.#finder;
      // One that may hang is better than none.
      if (primary && (answers || !standby)) return { address: primary, ageMs: null };
      const patience = READ_PATIENCE_MS - awayMs;
      if (standby && patience <= 0) return standby;
      const left = until - performance.now();
      await this.#finder.news(standby ? Math.min(left, patience) : left);
    }
  }

  /** Reads from the source; from a standby too, when it is the primary and is found to hang meanwhile. */
  async #readFrom<Result>(
    { address, ageMs }: Source,
    query: (database: Database) => Promise<Result>,
    work: Work,
  ): Promise<ReadResult<Result>> {
    const wanted = ageMs === null ? 'primary' : 'any';
    const asked = query(this.#pool(address, wanted, work).database).then((value) => ({ value, ageMs }));
    if (wanted === 'any') return asked;
    for (;;) {
      const first = await Promise.race([asked, this.#finder.changed]);
      if (first) return first;
      const { answers, primary, standby } = this.#finder;
      if ((answers && primary === address) || !standby) continue;
      const old = query(this.#pool(standby.address, 'any', work).database);
      const either = [asked, old.then((value) => ({ value, ageMs: standby.ageMs }))];
      return Promise.any(either).catch(({ errors }: AggregateError) => {
        throw errors[0];
      });
    }
  }

  /** An error in our words; what it says of its server is not forgotten. */
  #failed(error: unknown, address: Address): MetadataError {
    if (!isServerTrouble(error)) return metadataError(error);
    this.#finder.doubt(address);
    const why = error instanceof Error ? error.message : String(error);
    return new MetadataError(
      'unavailable',
      `The metadata service cannot be reached: ${addressText(address)} has failed (${why}). Try again in a moment.`,
      { cause: error },
    );
  }

  #pool(address: Address, wanted: Wanted, work: Work): HostPool {
    const key = `${addressText(address)} ${wanted} ${work}`;
    const known = this.#pools.get(key);
    if (known) return known;
    const pool = new HostPool(this.#list, address, work, wanted, {
      onSlow: () => this.#finder.check(address),
      onBroken: () => this.#finder.check(address),
    });
    this.#pools.set(key, pool);
    if (this.#closed) void pool.close();
    return pool;
  }

  async #connect(address: Address): Promise<pg.Client> {
    const client = new pg.Client({
      ...clientOptions(this.#list, address),
      connectionTimeoutMillis: CONNECT_MS,
    });
    client.on('error', () => undefined); // its `end` tells
    this.#clients.set(client, addressText(address));
    client.on('end', () => this.#clients.delete(client));
    try {
      await client.connect();
      if (this.#closed) throw new MetadataError('unavailable', 'The metadata service was closed here.');
      return client;
    } catch (error) {
      this.#clients.delete(client);
      cutSocket(client);
      throw error;
    }
  }

  #cut(address: Address): void {
    const text = addressText(address);
    for (const [key, pool] of this.#pools) {
      if (!key.startsWith(`${text} `)) continue;
      this.#pools.delete(key);
      pool.cut();
    }
    for (const [client, at] of this.#clients) if (at === text) cutSocket(client);
  }
}

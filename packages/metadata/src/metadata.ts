// The metadata service: every question and every change that Strata has for its database.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { availabilityOfStudy } from './availability.ts';
import { Bell } from './changes/bell.ts';
import { Changes } from './changes/changes.ts';
import { checkRecord } from './check-record.ts';
import { commitRecords } from './commit.ts';
import { Barrier } from './connections/barrier.ts';
import { Connections } from './connections/connections.ts';
import type { Work } from './connections/limits.ts';
import type { Database } from './database.ts';
import { refuseRetired } from './dump/retire.ts';
import { Errands } from './errands/errands.ts';
import { MetadataError } from './errors.ts';
import type { KeyOrder } from './keep-fresh.ts';
import { blobsPage, countAll, findUid, instancesPage, instancesWithBlob } from './lookups.ts';
import { migrate } from './migrate.ts';
import { Pool } from './pool/pool.ts';
import { withinTime } from './query/bounded-time.ts';
import { runQuery } from './query/run-query.ts';
import { QueryTurns } from './query/turns.ts';
import type { DicomJson, DicomQuery, DicomQueryPage } from './query/types.ts';
import type { WorklistItem, WorklistItemQuery } from './query/worklist-types.ts';
import { RebuildBook } from './rebuild/book.ts';
import type {
  CommitOutcome,
  Counts,
  Found,
  InstanceAvailability,
  InstanceRecord,
  KnownBlob,
  StudyRows,
  WorklistPage,
  WorklistQuery,
} from './records.ts';
import { replaceBlobs } from './replace-blobs.ts';
import { fillAllSearchTexts } from './search-fill.ts';
import { Shares } from './shares/shares.ts';
import { readSeries, readStudy } from './study-rows.ts';
import { listStudies } from './worklist.ts';
import {
  deleteWorklistItem,
  findWorklistItems,
  putWorklistItem,
  readWorklistItem,
} from './worklist-items.ts';

/** Most records of one commit. */
export const MAX_COMMIT = 1000;

const OPEN_BOUND_MS = 10_000;
const READ_BOUND_MS = 3_000;
const PATIENCE_MS = 5_000;
const BACKGROUND_MS = 5_000;
const LISTEN_BOUND_MS = 3_000;

export interface MetadataHealth {
  readonly answers: 'primary' | 'standby' | 'nobody';
  /** For how long no primary has answered. */
  readonly awayMs: number;
}

export interface MetadataOptions {
  /** How long a change waits for a primary, in ms; 5 s unless it is given. */
  readonly patienceMs?: number;
  /** Told what is done to the schema, or waited for, when the database is opened. */
  readonly say?: (text: string) => void;
}

/**
 * Patients, studies, series, instances and blobs in PostgreSQL. Every method throws MetadataError: `unavailable` when the
 * database stayed away for too long, `no-space`, `failed`. Changes are made by the primary, and wait for one inside a bound; a
 * change may be run again: what it stored before its connection broke is then 'already'. What is shown to people is read from
 * a standby while there is no primary; what changes are decided by is not.
 */
export class Metadata {
  readonly #connections: Connections;
  readonly #patienceMs: number;
  readonly #durable: Barrier;
  readonly #turns = new QueryTurns();
  readonly #bell: Bell;
  /** What is to be done later: forwarding, prefetching. */
  readonly errands: Errands;
  /** The servers and who of them holds which blob. */
  readonly pool: Pool;
  /** Links that show one study to who has them. */
  readonly shares: Shares;
  /** What changes, as it happens. */
  readonly changes: Changes;
  /** Metadata that are made of blobs again. */
  readonly rebuild: RebuildBook;

  private constructor(connections: Connections, { patienceMs = PATIENCE_MS }: MetadataOptions) {
    this.#connections = connections;
    this.#patienceMs = patienceMs;
    const once = { patienceMs: 0 };
    this.changes = new Changes(() => connections.client(LISTEN_BOUND_MS));
    this.#bell = new Bell((statement) => connections.change((database) => statement.execute(database), once));
    this.#durable = new Barrier(() => this.#change(writeBarrier));
    // Whoever works in the background tries again by himself, and is not to be waited for when Strata stops.
    const background = { patienceMs: Math.min(patienceMs, BACKGROUND_MS) };
    this.errands = new Errands((query) => connections.change(query, background));
    this.rebuild = new RebuildBook((query) => connections.change(query, { work: 'long', patienceMs }));
    this.shares = new Shares({
      change: (query) => this.#change(query),
      read: (query) => this.#read(query),
    });
    this.pool = new Pool({
      change: (query, work) => connections.change(query, { ...background, ...(work && { work }) }),
      read: (query, work) => this.#read(query, work),
      beat: (query) => connections.change(query, { work: 'beats', ...once }),
      told: () => this.#bell.ring(),
    });
  }

  /**
   * Connects and brings the schema up to date. Throws MetadataError `newer-schema` when a newer Strata made the database,
   * `refused` when its rows were moved to another one, `unavailable`, `invalid` for what is not a URL of PostgreSQL.
   * @param url `postgres://user:password@host1:port,host2:port/database`: whoever of them is the primary, at any time
   */
  static async open(url: string, options: MetadataOptions = {}): Promise<Metadata> {
    const connections = Connections.open(url);
    try {
      await connections.change((database) => bringUp(database, options.say), {
        work: 'schema',
        patienceMs: OPEN_BOUND_MS,
      });
      await connections.change(fillAllSearchTexts, { work: 'schema', patienceMs: OPEN_BOUND_MS });
      return new Metadata(connections, options);
    } catch (error) {
      await connections.close().catch(() => undefined); // the first error is the one to tell
      throw error;
    }
  }

  /** Closes the connections when their queries are done. */
  async close(): Promise<void> {
    this.changes.close();
    await this.#connections.close();
  }

  /**
   * Commits at most 1000 records in one transaction; returns the outcome of each, in their order, when they are durable.
   * Where instances disagree about their patient, study or series, the first one's words stay.
   * Throws MetadataError `invalid` (nothing is kept then: see `checkRecord`, which tells it of one record).
   * @param order in which they are listed where nothing else tells them apart
   */
  async commit(records: readonly InstanceRecord[], order: KeyOrder = 'by-name'): Promise<CommitOutcome[]> {
    if (records.length > MAX_COMMIT) {
      throw new MetadataError(
        'invalid',
        `A commit has at most ${MAX_COMMIT} records, not ${records.length}.`,
      );
    }
    const checked = records.map(checkRecord);
    if (checked.length === 0) return [];
    const outcomes = await this.#change((database) => commitRecords(database, checked, order));
    this.#bell.ring();
    if (outcomes.includes('already')) await this.durable();
    return outcomes;
  }

  /**
   * Lets a known instance refer to the blobs of this record, because its own are damaged and its file was coded again;
   * what else is known of it stays. Durable when this returns.
   * @returns the digests of the blobs that no instance refers to any more, or null when this file (by its digest) is not
   * known under this SOP Instance UID. Throws MetadataError `invalid`.
   */
  async replaceBlobs(record: InstanceRecord): Promise<string[] | null> {
    const checked = checkRecord(record);
    const removed = await this.#change((database) => replaceBlobs(database, checked));
    this.#bell.ring();
    return removed;
  }

  /**
   * Returns when all that could be read of the primary until now is as durable as commits are: on its standbys too, where
   * commits wait for them. What was read just now may be a commit whose answer was lost, and which only the primary has yet.
   */
  durable(): Promise<void> {
    return this.#durable.pass();
  }

  /**
   * A page of the worklist, with its age when it is not of now. Throws MetadataError `invalid` for a query that makes no
   * sense or takes longer than 5 s.
   */
  async worklist(query: WorklistQuery): Promise<WorklistPage> {
    const { value, ageMs } = await this.#connections.read((database) => listStudies(database, query));
    return ageMs === null ? value : { ...value, ageMs };
  }

  /**
   * What matches a query of the DICOM query model, the newest first (PS3.4 C.2.2.2, PS3.18 section 10.6).
   * Throws MetadataError `invalid` for a query that makes no sense or takes longer than 20 s.
   */
  query(query: DicomQuery): Promise<DicomQueryPage> {
    return this.#turns.take(async () => {
      const ask = (database: Database) => withinTime(database, (tx) => runQuery(tx, query));
      const { value, ageMs } = await this.#connections.read(ask);
      return ageMs === null ? value : { ...value, ageMs };
    });
  }

  /** How near each instance of a study is; none when it is not known. */
  async availability(studyUid: string): Promise<InstanceAvailability[]> {
    return (await this.#readUid(studyUid, availabilityOfStudy)) ?? [];
  }

  /** The scheduled procedure steps that match, the earliest start first, with their ids. Throws MetadataError `invalid`. */
  worklistItems(query: WorklistItemQuery): Promise<DicomQueryPage & { ids: string[] }> {
    return this.#turns.take(() =>
      this.#read((database) => withinTime(database, (tx) => findWorklistItems(tx, query))),
    );
  }

  /** One scheduled procedure step by its id; null when there is none. */
  worklistItem(id: string): Promise<WorklistItem | null> {
    return this.#read((database) => readWorklistItem(database, id));
  }

  /**
   * Keeps a scheduled procedure step under an id (null for a new one), in the place of one that is there; durable when this
   * returns. Throws MetadataError `invalid` naming what it lacks.
   */
  putWorklistItem(
    id: string | null,
    attributes: DicomJson,
  ): Promise<{ item: WorklistItem; created: boolean }> {
    const kept = id ?? randomUUID(); // before it may be run again
    return this.#change((database) => putWorklistItem(database, kept, attributes));
  }

  /** Deletes a scheduled procedure step; false when there was none. */
  deleteWorklistItem(id: string): Promise<boolean> {
    return this.#change((database) => deleteWorklistItem(database, id));
  }

  /** A study with its series and instances, ordered; null when it is not known. */
  study(studyUid: string): Promise<StudyRows | null> {
    return this.#readUid(studyUid, readStudy);
  }

  /** The study of a series with that series only; null when it is not known. */
  series(seriesUid: string): Promise<StudyRows | null> {
    return this.#readUid(seriesUid, readSeries);
  }

  /**
   * What a study, series or SOP Instance UID names; null when it is not known.
   * @param kind what it should name; without it the first of study, series and instance that has the UID
   */
  find(uid: string, kind: Found['kind'] | null = null): Promise<Found | null> {
    return this.#readUid(uid, (database, name) => findUid(database, name, kind));
  }

  /**
   * The instances of a study, series or SOP Instance UID, in the order of their arrival; none when it is not known.
   * @param kind as in `find`
   */
  async *instancesOf(uid: string, kind: Found['kind'] | null = null): AsyncGenerator<InstanceRecord> {
    const found = await this.find(uid, kind);
    for (let after: number | null = 0; found && after !== null; ) {
      const from: number = after;
      const { records, last } = await this.#read((database) => instancesPage(database, found, from));
      yield* records;
      after = last;
    }
  }

  /** One instance by its SOP Instance UID; null when it is not known. */
  instance(sopUid: string): Promise<InstanceRecord | null> {
    return this.#readUid(sopUid, readInstance);
  }

  /**
   * As `instance`, but only the primary is asked: for what is decided by it.
   * @param when `at once`: it is not waited for
   */
  async instanceOfNow(sopUid: string, when?: 'at once'): Promise<InstanceRecord | null> {
    if (!isUid(sopUid)) return null;
    const patienceMs = when === 'at once' ? 0 : READ_BOUND_MS;
    const read = (database: Database) => readInstance(database, sopUid);
    return this.#connections.change(read, { work: 'reads', patienceMs });
  }

  /** Every blob that instances refer to, ordered by digest. */
  async *blobs(): AsyncGenerator<KnownBlob> {
    for (let after: string | undefined = ''; after !== undefined; ) {
      const from: string = after;
      const page = await this.#read((database) => blobsPage(database, from));
      yield* page;
      after = page.at(-1)?.digest;
    }
  }

  /** At most 20 of the instances that need a blob, with their studies; none when nobody does or it is no digest. */
  async instancesWithBlob(digest: string): Promise<{ studyUid: string; instanceUid: string }[]> {
    if (!/^[0-9a-f]{64}$/.test(digest)) return [];
    return this.#read((database) => instancesWithBlob(database, digest));
  }

  /** Returns when the primary answers; cheap, for readiness checks. Throws MetadataError `unavailable`. */
  async ping(): Promise<void> {
    const ask = (database: Database) => sql`select 1`.execute(database);
    await this.#connections.change(ask, { work: 'beats', patienceMs: 0 });
  }

  /** Who answers: the primary; only a standby, and for how long there has been no primary; or nobody. Never throws. */
  async health(): Promise<MetadataHealth> {
    const ask = (database: Database) => sql`select 1`.execute(database);
    const read = await this.#connections.read(ask, 'beats').catch(() => null);
    const answers = read === null ? 'nobody' : read.ageMs === null ? 'primary' : 'standby';
    return { answers, awayMs: this.#connections.awayMs };
  }

  /** How many patients, studies, series, instances, frames, and bytes of original files there are. */
  counts(): Promise<Counts> {
    return this.#read(countAll, 'long');
  }

  #change<T>(query: (database: Database) => Promise<T>): Promise<T> {
    return this.#connections.change(query, { patienceMs: this.#patienceMs });
  }

  async #read<T>(query: (database: Database) => Promise<T>, work?: Work): Promise<T> {
    return (await this.#connections.read(query, work)).value;
  }

  async #readUid<T>(
    uid: string,
    query: (database: Database, uid: string) => Promise<T | null>,
  ): Promise<T | null> {
    if (!isUid(uid)) return null;
    return this.#read((database) => query(database, uid));
  }
}

/** What PostgreSQL would refuse as text cannot be a UID that it holds. */
function isUid(text: string): boolean {
  return /^[\x21-\x7e]{1,128}$/.test(text);
}

async function readInstance(database: Database, sopUid: string): Promise<InstanceRecord | null> {
  const found = await findUid(database, sopUid, 'instance');
  if (found?.kind !== 'instance') return null;
  const { records } = await instancesPage(database, found, 0);
  return records[0] ?? null;
}

/** A transaction that has something to wait for: the log is in one order, so all before it is where it is. */
async function writeBarrier(database: Database): Promise<void> {
  await sql`select pg_logical_emit_message(true, 'strata', '')`.execute(database);
}

/** One that was moved elsewhere is left as it is. */
async function bringUp(database: Database, say: MetadataOptions['say']): Promise<void> {
  await refuseRetired(database);
  await migrate(database, say && { say });
}

// The metadata service: every question and every change that Strata has for its database.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { availabilityOfStudy } from './availability.ts';
import { Bell } from './changes/bell.ts';
import { Changes } from './changes/changes.ts';
import { listeningClient } from './changes/listening-client.ts';
import { checkRecord } from './check-record.ts';
import { commitRecords } from './commit.ts';
import { breakConnections, type Database, openDatabase, withRetry } from './database.ts';
import { Errands } from './errands/errands.ts';
import { MetadataError } from './errors.ts';
import { blobsPage, countAll, findUid, instancesPage, instancesWithBlob } from './lookups.ts';
import { migrate } from './migrate.ts';
import { Pool } from './pool/pool.ts';
import { withinTime } from './query/bounded-time.ts';
import { runQuery } from './query/run-query.ts';
import { QueryTurns } from './query/turns.ts';
import type { DicomJson, DicomQuery, DicomQueryPage } from './query/types.ts';
import type { WorklistItem, WorklistItemQuery } from './query/worklist-types.ts';
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
// A commit may be run again: what it stored before its connection broke is then 'already' or still to be stored.
const COMMIT_BOUND_MS = 5_000;

/**
 * Patients, studies, series, instances and blobs in PostgreSQL. Every method throws MetadataError: `unavailable` when
 * the database stayed away longer than a few seconds, `no-space`, `failed`.
 */
export class Metadata {
  readonly #database: Database;
  /** A connection that no long query holds. */
  readonly #heartbeats: Database;
  readonly #turns = new QueryTurns();
  readonly #bell: Bell;
  /** What is to be done later: forwarding, prefetching. */
  readonly errands: Errands;
  /** The servers and who of them holds which blob. */
  readonly pool: Pool;
  /** What changes, as it happens. */
  readonly changes: Changes;

  private constructor(database: Database, heartbeats: Database, url: string) {
    this.#database = database;
    this.#heartbeats = heartbeats;
    this.changes = new Changes(() => listeningClient(url));
    this.#bell = new Bell((statement) => statement.execute(database));
    this.errands = new Errands((query) => this.#read(query));
    this.pool = new Pool({
      patient: (query) => this.#read(query),
      once: (query) => withRetry(0, () => query(this.#heartbeats)),
      breakConnections: () => {
        for (const each of [this.#database, this.#heartbeats]) breakConnections(each);
      },
      told: () => this.#bell.ring(),
    });
  }

  /**
   * Connects and brings the schema up to date. Throws MetadataError `newer-schema` when a newer Strata made the database,
   * `unavailable`, `invalid` for what is not a URL of PostgreSQL.
   */
  static async open(url: string): Promise<Metadata> {
    const database = openDatabase(url);
    try {
      await withRetry(OPEN_BOUND_MS, () => migrate(database));
      return new Metadata(database, openDatabase(url, 1), url);
    } catch (error) {
      await database.destroy().catch(() => undefined); // the first error is the one to tell
      throw error;
    }
  }

  /** Closes the connections when their queries are done. */
  async close(): Promise<void> {
    this.changes.close();
    await Promise.all([this.#database.destroy(), this.#heartbeats.destroy()]);
  }

  /**
   * Commits at most 1000 records in one transaction; returns the outcome of each, in their order, when they are durable.
   * Where instances disagree about their patient, study or series, the first one's words stay.
   * Throws MetadataError `invalid` (nothing is kept then: see `checkRecord`, which tells it of one record).
   */
  async commit(records: readonly InstanceRecord[]): Promise<CommitOutcome[]> {
    if (records.length > MAX_COMMIT) {
      throw new MetadataError(
        'invalid',
        `A commit has at most ${MAX_COMMIT} records, not ${records.length}.`,
      );
    }
    const checked = records.map(checkRecord);
    if (checked.length === 0) return [];
    const outcomes = await withRetry(COMMIT_BOUND_MS, () => commitRecords(this.#database, checked));
    this.#bell.ring();
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
    const removed = await withRetry(COMMIT_BOUND_MS, () => replaceBlobs(this.#database, checked));
    this.#bell.ring();
    return removed;
  }

  /** A page of the worklist. Throws MetadataError `invalid` for a query that makes no sense. */
  worklist(query: WorklistQuery): Promise<WorklistPage> {
    return this.#read((database) => listStudies(database, query));
  }

  /**
   * What matches a query of the DICOM query model, the newest first (PS3.4 C.2.2.2, PS3.18 section 10.6).
   * Throws MetadataError `invalid` for a query that makes no sense or takes longer than 20 s.
   */
  query(query: DicomQuery): Promise<DicomQueryPage> {
    return this.#turns.take(() =>
      this.#read((database) => withinTime(database, (tx) => runQuery(tx, query))),
    );
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
    return withRetry(COMMIT_BOUND_MS, () => putWorklistItem(this.#database, kept, attributes));
  }

  /** Deletes a scheduled procedure step; false when there was none. */
  deleteWorklistItem(id: string): Promise<boolean> {
    return withRetry(COMMIT_BOUND_MS, () => deleteWorklistItem(this.#database, id));
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
  async instance(sopUid: string): Promise<InstanceRecord | null> {
    const found = await this.find(sopUid, 'instance');
    if (found?.kind !== 'instance') return null;
    const { records } = await this.#read((database) => instancesPage(database, found, 0));
    return records[0] ?? null;
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

  /** Returns when the database answers; cheap, for readiness checks. Throws MetadataError `unavailable`. */
  async ping(): Promise<void> {
    await withRetry(0, () => sql`select 1`.execute(this.#database));
  }

  /** How many patients, studies, series, instances, frames, and bytes of original files there are. */
  counts(): Promise<Counts> {
    return this.#read(countAll);
  }

  #read<T>(query: (database: Database) => Promise<T>): Promise<T> {
    return withRetry(READ_BOUND_MS, () => query(this.#database));
  }

  // What PostgreSQL would refuse as text cannot be a UID that it holds.
  async #readUid<T>(
    uid: string,
    query: (database: Database, uid: string) => Promise<T | null>,
  ): Promise<T | null> {
    if (!/^[\x21-\x7e]{1,128}$/.test(uid)) return null;
    return this.#read((database) => query(database, uid));
  }
}

// The book of a rebuild: what was found in blobs, kept in the database until it is committed.
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { Run } from '../errands/errands.ts';
import { bytesOf } from '../pool/digests.ts';
import type { CommitOutcome, InstanceRecord } from '../records.ts';
import { dropBook, makeBook } from './book-tables.ts';
import type {
  BookedDisk,
  BookedFrames,
  BookedInstance,
  BookSummary,
  DiskState,
  FoundPage,
  Problem,
  SoughtObject,
} from './booked.ts';
import { describeAnew } from './described-anew.ts';
import { readInstances } from './read-instances.ts';

const MAX_PROBLEMS = 1000;

/** Every method throws MetadataError: `unavailable`, `no-space`, `failed`. All may be called again after a failure. */
export class RebuildBook {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Opens the book, or goes on with one that was left; says where the look through each disk stands. */
  async open(disks: readonly BookedDisk[]): Promise<DiskState[]> {
    await this.#run(makeBook);
    const states: DiskState[] = [];
    for (const { server, disk, kind } of disks) {
      const { rows } = await this.#run((database) =>
        sql<{ after: string; done: boolean }>`insert into strata_rebuild.disks (server, disk, kind)
          values (${server}, ${disk}, ${kind}) on conflict (server, disk) do update set kind = excluded.kind
          returning after, done_at is not null as done`.execute(database),
      );
      states.push({ after: rows[0]?.after ?? '', isDone: rows[0]?.done ?? false });
    }
    return states;
  }

  /** Which of these blobs are in the book: a good copy of them was read. */
  async known(digests: readonly string[]): Promise<Set<string>> {
    const blobs = sql`any(${digests.map(bytesOf)}::bytea[])`;
    const { rows } = await this.#run((database) =>
      sql<{ blob: Buffer }>`select blob from strata_rebuild.objects where blob = ${blobs}
        union all select blob from strata_rebuild.frames where blob = ${blobs}`.execute(database),
    );
    return new Set(rows.map(({ blob }) => blob.toString('hex')));
  }

  /** Writes a stretch of a disk down, all of it or nothing. */
  async keep({ server, disk }: BookedDisk, page: FoundPage): Promise<void> {
    await this.#run((database) =>
      database.transaction().execute(async (tx) => {
        await sql`insert into strata_rebuild.copies (blob, server, disk)
          select blob, ${server}, ${disk} from unnest(${page.copies.map(bytesOf)}::bytea[]) as blob
          on conflict (blob, server) do update set disk = excluded.disk`.execute(tx);
        for (const one of page.objects) {
          const { frames, seeks } = framesColumns(one.frames);
          await sql`insert into strata_rebuild.objects (blob, length, arrived, description, frames, seeks)
            values (${bytesOf(one.digest)}, ${one.length}, ${one.arrivedMs}, ${one.description}, ${frames}, ${seeks})
            on conflict (blob) do update set arrived = least(objects.arrived, excluded.arrived)`.execute(tx);
        }
        for (const one of page.frames) {
          await sql`insert into strata_rebuild.frames (blob, length, arrived, shape, index, digests, pixels, format)
            values (${bytesOf(one.digest)}, ${one.length}, ${one.arrivedMs}, ${one.shape}, ${Buffer.from(one.index)},
              ${Buffer.from(one.digests)}, ${pixelsKey(one.digests)}, ${JSON.stringify(one.format)})
            on conflict (blob) do update set arrived = least(frames.arrived, excluded.arrived)`.execute(tx);
        }
        await keepProblems(tx, page.problems);
        await sql`update strata_rebuild.disks set after = ${page.after}, blobs = blobs + ${page.blobs}
          where server = ${server} and disk = ${disk}`.execute(tx);
      }),
    );
  }

  /** A copy of a blob that another disk showed first came at this time. */
  async seen(arrivals: readonly { readonly digest: string; readonly arrivedMs: number }[]): Promise<void> {
    const given = sql`unnest(${arrivals.map(({ digest }) => bytesOf(digest))}::bytea[],
      ${arrivals.map(({ arrivedMs }) => arrivedMs)}::float8[]) as given (blob, arrived)`;
    for (const table of ['objects', 'frames']) {
      const name = sql.id('strata_rebuild', table);
      await this.#run((database) =>
        sql`update ${name} set arrived = given.arrived from ${given}
          where ${name}.blob = given.blob and ${name}.arrived > given.arrived`.execute(database),
      );
    }
  }

  /** The disk was looked through to its end. */
  async finish({ server, disk }: BookedDisk): Promise<void> {
    await this.#run((database) =>
      sql`update strata_rebuild.disks set done_at = now() where server = ${server} and disk = ${disk}`.execute(
        database,
      ),
    );
  }

  /** Links objects of earlier versions whose frames are known by their pixels. */
  async linkByPixels(): Promise<void> {
    await this.#run((database) =>
      sql`update strata_rebuild.objects set seeks = null, frames = (
          select frames.blob from strata_rebuild.frames where 'pixels ' || pixels = seeks order by frames.arrived, frames.blob limit 1)
        where seeks in (select 'pixels ' || pixels from strata_rebuild.frames)`.execute(database),
    );
  }

  /** Objects whose frames are to be found by trying, those after a place in the order of arrival. */
  async sought(after: SoughtObject | null, limit: number): Promise<SoughtObject[]> {
    const { arrivedMs, digest } = after ?? { arrivedMs: 0, digest: '' };
    const { rows } = await this.#run((database) =>
      sql<{ blob: Buffer; length: number; seeks: string; arrived: number }>`
        select blob, length, seeks, arrived from strata_rebuild.objects where seeks like 'shape %'
          and (arrived, blob) > (${arrivedMs}::float8, ${bytesOf(digest)}::bytea) order by arrived, blob limit ${limit}`.execute(
        database,
      ),
    );
    return rows.map(({ blob, length, seeks, arrived }) => ({
      ...{ digest: blob.toString('hex'), length, shape: seeks.slice('shape '.length), arrivedMs: arrived },
    }));
  }

  /** Blobs of frames of a shape, those that came at about the same time first, those that nobody named before others. */
  async candidates(
    { shape, arrivedMs }: SoughtObject,
    limit: number,
  ): Promise<{ digest: string; digests: Uint8Array }[]> {
    const { rows } = await this.#run((database) =>
      sql<{ blob: Buffer; digests: Buffer }>`select blob, digests from (
          (select blob, digests, arrived from strata_rebuild.frames where shape = ${shape} and arrived >= ${arrivedMs}
            order by arrived limit ${limit})
          union all (select blob, digests, arrived from strata_rebuild.frames where shape = ${shape} and arrived < ${arrivedMs}
            order by arrived desc limit ${limit})) as near
        order by exists (select from strata_rebuild.objects where objects.frames = near.blob), abs(arrived - ${arrivedMs}::float8)
        limit ${limit}`.execute(database),
    );
    return rows.map(({ blob, digests }) => ({ digest: blob.toString('hex'), digests }));
  }

  /** These frames give the object's file back. */
  async link({ digest }: SoughtObject, frames: string): Promise<void> {
    await this.#run((database) =>
      sql`update strata_rebuild.objects set frames = ${bytesOf(frames)}, seeks = null
        where blob = ${bytesOf(digest)}`.execute(database),
    );
  }

  /** How many instances can be committed. */
  async ready(): Promise<number> {
    const { rows } = await this.#run((database) =>
      sql<{
        ready: number;
      }>`select count(*) as ready from strata_rebuild.objects left join strata_rebuild.frames
          on frames.blob = objects.frames
        where outcome is null and seeks is null and (objects.frames is null or frames.blob is not null)`.execute(
        database,
      ),
    );
    return rows[0]?.ready ?? 0;
  }

  /** Instances that can be committed, in the order of their arrival, those behind one; none at the end. */
  instances(after: BookedInstance | null, limit: number): Promise<BookedInstance[]> {
    return this.#run((database) => readInstances(database, after, limit));
  }

  /** What became of them. Their blobs are as old as their files, and those of archive disks are not near. */
  async settle(
    instances: readonly BookedInstance[],
    outcomes: readonly (CommitOutcome | 'invalid')[],
  ): Promise<void> {
    const blobs = instances.flatMap(({ object, frames, arrivedMs }) =>
      [object, ...(frames ? [frames] : [])].map(({ digest }) => ({ blob: bytesOf(digest), arrivedMs })),
    );
    await this.#run((database) =>
      database.transaction().execute(async (tx) => {
        await sql`update strata_rebuild.objects set outcome = given.outcome
          from unnest(${instances.map(({ object }) => bytesOf(object.digest))}::bytea[], ${[...outcomes]}::text[])
            as given (blob, outcome) where objects.blob = given.blob`.execute(tx);
        await sql`update blobs set created_at = to_timestamp(given.arrived / 1000)
          from unnest(${blobs.map(({ blob }) => blob)}::bytea[], ${blobs.map(({ arrivedMs }) => arrivedMs)}::float8[])
            as given (blob, arrived)
          where blobs.digest = given.blob and blobs.created_at > to_timestamp(given.arrived / 1000)`.execute(
          tx,
        );
        await sql`update replicas set tier = 'nearline' from strata_rebuild.disks
          where replicas.blob = any(${blobs.map(({ blob }) => blob)}::bytea[]) and disks.server = replicas.server
            and disks.disk = replicas.disk and disks.kind = 'archive' and tier = 'online'`.execute(tx);
      }),
    );
  }

  /** Brings what is kept of known instances to these records. @returns how many were changed */
  describeAnew(records: readonly InstanceRecord[]): Promise<number> {
    return this.#run((database) => describeAnew(database, records));
  }

  async addProblems(problems: readonly Problem[]): Promise<void> {
    await this.#run((database) => keepProblems(database, problems));
  }

  /** At most 1000 of what cannot be used. @param waiting whether objects whose frames were not found are among it */
  async problems(waiting: 'with-waiting' | 'without-waiting'): Promise<Problem[]> {
    const { rows } = await this.#run((database) =>
      sql<Problem>`select subject, reason from strata_rebuild.problems union all
        select 'blob ' || encode(objects.blob, 'hex'), 'Its image was not found: ' || case when seeks is null
            then 'blob ' || encode(objects.frames, 'hex') || ' with its pixels is on no disk that was looked through.'
            else 'no pixels on the disks that were looked through give its file back.' end
          from strata_rebuild.objects left join strata_rebuild.frames on frames.blob = objects.frames
          where ${waiting === 'with-waiting'} and outcome is null
            and (seeks is not null or (objects.frames is not null and frames.blob is null))
        order by 1, 2 limit ${MAX_PROBLEMS}`.execute(database),
    );
    return rows;
  }

  async summary(): Promise<BookSummary> {
    const { rows } = await this.#run((database) =>
      sql<BookSummary>`select (select count(*) from strata_rebuild.disks) as disks,
        (select coalesce(sum(blobs), 0)::bigint from strata_rebuild.disks) as blobs,
        count(*) filter (where outcome = 'stored') as stored, count(*) filter (where outcome = 'already') as already,
        count(*) filter (where outcome = 'conflict') as conflicts, count(*) filter (where outcome is null) as waiting,
        (select count(*) from strata_rebuild.frames where not exists
          (select from strata_rebuild.objects where objects.frames = frames.blob)) as unnamed,
        (select count(*) from strata_rebuild.problems) as problems from strata_rebuild.objects`.execute(
        database,
      ),
    );
    return rows[0] as BookSummary;
  }

  /** What is known of instances is to be looked at once more. */
  async forgetOutcomes(): Promise<void> {
    await this.#run((database) =>
      sql`update strata_rebuild.objects set outcome = null where outcome is not null`.execute(database),
    );
  }

  /** Something could not be used: the next rebuild looks through these disks again, for what is new or whole by then. */
  async lookAgain(disks: readonly BookedDisk[]): Promise<void> {
    await this.#run((database) =>
      database.transaction().execute(async (tx) => {
        for (const { server, disk } of disks) {
          await sql`update strata_rebuild.disks set after = '', done_at = null, blobs = 0
            where server = ${server} and disk = ${disk}`.execute(tx);
        }
        await sql`delete from strata_rebuild.problems`.execute(tx);
      }),
    );
  }

  /** Everything is committed: what was kept to that end goes. */
  async close(): Promise<void> {
    await this.#run(dropBook);
  }
}

function framesColumns(frames: BookedFrames): { frames: Buffer | null; seeks: string | null } {
  switch (frames.kind) {
    case 'none':
      return { frames: null, seeks: null };
    case 'named':
      return { frames: bytesOf(frames.digest), seeks: null };
    case 'of-pixels':
      return { frames: null, seeks: `pixels ${pixelsKey(frames.digests)}` };
    case 'of-shape':
      return { frames: null, seeks: `shape ${frames.shape}` };
  }
}

/** All frames by one name. */
function pixelsKey(digests: Uint8Array): string {
  return createHash('sha256').update(digests).digest('hex');
}

async function keepProblems(database: Database, problems: readonly Problem[]): Promise<void> {
  await sql`insert into strata_rebuild.problems (subject, reason)
    select subject, reason from unnest(${problems.map(({ subject }) => subject)}::text[],
      ${problems.map(({ reason }) => reason)}::text[]) as given (subject, reason)
    on conflict do nothing`.execute(database);
}

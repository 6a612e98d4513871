// Where the images of a study are: how much of it each server has, on which kind of disk.
import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** What a server has of a study, on disks of one kind. */
export interface StudyCopies {
  /** Id of the server. */
  readonly server: string;
  /** How near: at once, after a while, after somebody has fetched it. */
  readonly tier: 'online' | 'nearline' | 'offline';
  readonly blobs: number;
  readonly bytes: number;
}

/** A study's blobs, and who has them. */
export interface StudyPlaces {
  readonly blobs: number;
  readonly bytes: number;
  /** Blobs of which no replica is written down. */
  readonly missing: number;
  /** Copies of the blob that has the fewest. */
  readonly fewest: number;
  readonly copies: readonly StudyCopies[];
}

/** Null when the study is not known. */
export async function placesOfStudy(database: Database, studyUid: string): Promise<StudyPlaces | null> {
  const needed = sql`select distinct blob from studies
    join series on series.study = studies.id join instances on instances.series = series.id
    cross join lateral unnest(array[object_blob, frames_blob]) as blob
    where studies.uid = ${studyUid} and blob is not null`;
  const { rows } = await sql<Omit<StudyPlaces, 'copies'>>`
    select count(*) as blobs, coalesce(sum(length), 0)::float8 as bytes,
      count(*) filter (where held = 0) as missing, coalesce(min(held), 0) as fewest
    from (select digest, length, (select count(*) from replicas where blob = digest) as held
      from blobs where digest in (${needed})) as counted`.execute(database);
  const [all] = rows;
  if (!all || all.blobs === 0) return null;
  const copies = await sql<StudyCopies>`
    select server, tier, count(*) as blobs, sum(length)::float8 as bytes
    from replicas join blobs on blobs.digest = replicas.blob where replicas.blob in (${needed})
    group by server, tier order by server, tier`.execute(database);
  return { ...all, copies: copies.rows };
}

// How near the instances are: from the replicas of the blobs that they need (PS3.3 C.4.23, Instance Availability).
import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';
import type { InstanceAvailability } from './records.ts';

/** From near to far; a thing is as far as the farthest of what it needs. */
const states = ['ONLINE', 'NEARLINE', 'OFFLINE', 'UNAVAILABLE'] as const;
type State = (typeof states)[number];

/**
 * How far a blob is, as an index of the states: its nearest replica. As long as nobody writes replicas down there is one
 * server with one store, and what is committed is there.
 */
function distanceOf(blob: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`coalesce((select min(array_position(array['online', 'nearline', 'offline'], tier)) - 1
    from replicas where replicas.blob = ${blob}), 3)`;
}
const distance = sql`greatest(${distanceOf(sql`instances.object_blob`)},
  case when instances.frames_blob is null then 0 else ${distanceOf(sql`instances.frames_blob`)} end)`;

const columns = { study: sql`series.study`, series: sql`series.id`, instance: sql`instances.id` };

/** The availability of studies, series or instances by their keys in the tables. */
export async function availabilities(
  database: Database,
  level: keyof typeof columns,
  ids: readonly number[],
): Promise<Map<number, State>> {
  if (!(await hasReplicas(database))) return new Map(ids.map((id) => [id, 'ONLINE']));
  const column = columns[level];
  const { rows } = await sql<{
    id: number;
    distance: number;
  }>`select ${column} as id, max(${distance}) as distance
    from instances join series on series.id = instances.series
    where ${column} = any(${[...ids]}::bigint[]) group by 1`.execute(database);
  return new Map(rows.map((row) => [row.id, states[row.distance] ?? 'UNAVAILABLE']));
}

/** The availability of each instance of a study, series by series; none when the study is not known. */
export async function availabilityOfStudy(
  database: Database,
  studyUid: string,
): Promise<InstanceAvailability[]> {
  const known = await hasReplicas(database);
  const { rows } = await sql<{ series: string; instance: string; sop_class: string; distance: number }>`
    select series.uid as series, instances.uid as instance, instances.sop_class_uid as sop_class,
      ${known ? distance : sql`0`} as distance
    from studies join series on series.study = studies.id join instances on instances.series = series.id
    where studies.uid = ${studyUid} order by series.id, instances.id`.execute(database);
  return rows.map((row) => ({
    seriesUid: row.series,
    instanceUid: row.instance,
    sopClassUid: row.sop_class,
    availability: states[row.distance] ?? 'UNAVAILABLE',
  }));
}

async function hasReplicas(database: Database): Promise<boolean> {
  const { rows } = await sql<{ there: boolean }>`select exists (select 1 from replicas) as there`.execute(
    database,
  );
  return rows[0]?.there ?? false;
}

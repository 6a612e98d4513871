// Finds what a UID names, and walks over instances and blobs without holding many of them.
import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { Counts, Found, InstanceRecord, KnownBlob } from './records.ts';
import { instanceColumns, instanceOf, patientOf, seriesOf, studyOf } from './study-rows.ts';

const PAGE = 200;
const BLOB_PAGE = 2000;
const SHARERS = 20;

/**
 * What the UID names; null when it is not known.
 * @param kind what it should name: some writers give a study, its series and its only instance the same UID
 */
export async function findUid(
  database: Database,
  uid: string,
  kind: Found['kind'] | null,
): Promise<Found | null> {
  const wanted = (one: Found['kind']) => sql.lit(kind === null || kind === one);
  const { rows } = await sql<{ study: string; series: string | null; instance: string | null }>`
    select uid as study, null as series, null as instance from studies where uid = ${uid} and ${wanted('study')}
    union all
    select studies.uid, series.uid, null from series join studies on studies.id = series.study
      where series.uid = ${uid} and ${wanted('series')}
    union all
    select studies.uid, series.uid, instances.uid from instances
      join series on series.id = instances.series join studies on studies.id = series.study
      where instances.uid = ${uid} and ${wanted('instance')}
    limit 1`.execute(database);
  const [found] = rows;
  if (!found) return null;
  const { study: studyUid, series: seriesUid, instance: instanceUid } = found;
  if (seriesUid === null) return { kind: 'study', studyUid };
  if (instanceUid === null) return { kind: 'series', studyUid, seriesUid };
  return { kind: 'instance', studyUid, seriesUid, instanceUid };
}

/** The records of at most 200 of the instances that the UID found names, those after the given key, in the order of keys. */
export async function instancesPage(
  database: Database,
  found: Found,
  after: number,
): Promise<{ records: InstanceRecord[]; last: number | null }> {
  let query = instanceColumns(database)
    .innerJoin('series', 'series.id', 'instances.series')
    .select(['instances.series', 'instances.attributes'])
    .where('instances.id', '>', after);
  if (found.kind === 'instance') query = query.where('instances.uid', '=', found.instanceUid);
  else if (found.kind === 'series') query = query.where('series.uid', '=', found.seriesUid);
  else {
    query = query.where('series.study', '=', (sub) =>
      sub.selectFrom('studies').select('id').where('uid', '=', found.studyUid),
    );
  }
  const rows = await query.orderBy('instances.id').limit(PAGE).execute();
  const study = await database
    .selectFrom('studies')
    .selectAll()
    .where('uid', '=', found.studyUid)
    .executeTakeFirst();
  if (!study || rows.length === 0) return { records: [], last: null };
  const keys = [...new Set(rows.map((row) => row.series))];
  const series = await database.selectFrom('series').selectAll().where('id', 'in', keys).execute();
  const seriesByKey = new Map(series.map((row) => [row.id, row]));
  const records = rows.flatMap((row): InstanceRecord[] => {
    const of = seriesByKey.get(row.series);
    if (!of) return [];
    const { uid, sopClassUid, number, frames, photometric, presentation, ...storage } = instanceOf(row);
    const instance = { uid, sopClassUid, number, frames, photometric, presentation };
    const attributes = { ...study.attributes, ...of.attributes, ...row.attributes };
    const above = { patient: patientOf(study), study: studyOf(study), series: seriesOf(of) };
    return [{ ...above, instance, attributes, ...storage }];
  });
  return { records, last: rows.length === PAGE ? (rows.at(-1)?.id ?? null) : null };
}

/** At most 2000 blobs, those after the given digest, ordered by digest. */
export async function blobsPage(database: Database, after: string): Promise<KnownBlob[]> {
  const rows = await database
    .selectFrom('blobs')
    .select(['digest', 'length', 'kind'])
    .where('digest', '>', Buffer.from(after, 'hex'))
    .orderBy('digest')
    .limit(BLOB_PAGE)
    .execute();
  return rows.map((row) => ({ ...row, digest: row.digest.toString('hex') }));
}

/** At most 20 of the instances that refer to the blob, ordered by UID. */
export async function instancesWithBlob(
  database: Database,
  digest: string,
): Promise<{ studyUid: string; instanceUid: string }[]> {
  const blob = Buffer.from(digest, 'hex');
  const { rows } = await sql<{ study: string; instance: string }>`
    select studies.uid as study, instances.uid as instance from instances
      join series on series.id = instances.series join studies on studies.id = series.study
      where instances.object_blob = ${blob} or instances.frames_blob = ${blob}
      order by instances.uid limit ${SHARERS}`.execute(database);
  return rows.map(({ study, instance }) => ({ studyUid: study, instanceUid: instance }));
}

/** How much there is. */
export async function countAll(database: Database): Promise<Counts> {
  const totals = await database
    .selectFrom('studies')
    .select(({ fn, lit }) => [
      fn.countAll<number>().as('studies'),
      fn.coalesce(fn.sum<number>('series_count'), lit(0)).as('series'),
      fn.coalesce(fn.sum<number>('instance_count'), lit(0)).as('instances'),
      fn.coalesce(fn.sum<number>('frame_count'), lit(0)).as('frames'),
      fn.coalesce(fn.sum<number>('bytes'), lit(0)).as('bytes'),
    ])
    .executeTakeFirstOrThrow();
  const { patients } = await database
    .selectFrom('patients')
    .select(({ fn }) => fn.countAll<number>().as('patients'))
    .executeTakeFirstOrThrow();
  // Sums of bigint are numeric, which the driver gives as text.
  const { studies, series, instances, frames, bytes } = totals;
  return {
    patients,
    studies,
    series: Number(series),
    instances: Number(instances),
    frames: Number(frames),
    bytes: Number(bytes),
  };
}

// Commits instances of series that are known already, which most are, with one prepared statement.
import { type Database, isDuplicate, isSerializationFailure, prepared } from './database.ts';
import { blobsJson, COLUMNS, GIVEN, instanceJson, VALUES } from './instance-json.ts';
import type { DescribedRecord } from './rows.ts';

/**
 * All or nothing: nothing is inserted when a series is not known under its study, or an instance is known. Studies are
 * locked first and in the order of every other commit. Rows come as JSON, so that the text stays the same for any number.
 */
const STATEMENT = `with given as materialized (
  select * from jsonb_to_recordset($1::jsonb) as one (${GIVEN})
), places as materialized (
  select series.id as series, series.uid as series_uid, studies.id as study, studies.uid as study_uid
    from series join studies on studies.id = series.study
    where series.uid in (select series_uid from given) order by studies.uid for no key update of studies
), placed as materialized (
  select given.*, places.series, places.study from given join places using (series_uid, study_uid)
), gate as materialized (
  select where (select count(*) from placed) = (select count(*) from given)
    and not exists (select from instances where uid in (select uid from given))
), new_blobs as (
  insert into blobs (digest, length, kind)
    select decode(digest, 'hex'), length, kind
      from jsonb_to_recordset($2::jsonb) as one (digest text, length bigint, kind text)
      where exists (select from gate) order by digest
    on conflict (digest) do nothing
), kept as (
  insert into instances (series, ${COLUMNS})
    select series, ${VALUES}
      from placed where exists (select from gate) order by uid
    returning uid
), new_replicas as (
  insert into replicas (blob, server, disk, tier)
    select decode(digest, 'hex'), one.server, one.disk, case disks.kind when 'archive' then 'nearline' else 'online' end
      from jsonb_to_recordset($3::jsonb) as one (digest text, server text, disk text)
      left join disks on disks.id = one.disk
      where exists (select from gate) order by digest, one.server
    on conflict (blob, server) do update set disk = excluded.disk, tier = excluded.tier
      where (replicas.disk, replicas.tier) is distinct from (excluded.disk, excluded.tier)
), counted_studies as (
  update studies set instance_count = instance_count + added.instances, frame_count = frame_count + added.frames,
      bytes = studies.bytes + added.bytes,
      modalities = array(select distinct m from unnest(studies.modalities || added.modalities) as m order by m),
      sop_classes = array(select distinct c from unnest(studies.sop_classes || added.classes) as c order by c)
    from (select study, count(*) as instances, sum(frames) as frames, sum(file_length) as bytes,
        coalesce(array_agg(modality) filter (where modality <> ''), '{}') as modalities,
        coalesce(array_agg(sop_class_uid) filter (where sop_class_uid <> ''), '{}') as classes
      from placed group by study) as added
    where studies.id = added.study and exists (select from gate)
), counted_series as (
  update series set instance_count = instance_count + added.instances, frame_count = frame_count + added.frames,
      bytes = series.bytes + added.bytes
    from (select series, count(*) as instances, sum(frames) as frames, sum(file_length) as bytes
      from placed group by series) as added
    where series.id = added.series and exists (select from gate)
), told as (
  insert into changes (kind, uid) select distinct 'study', study_uid from placed where exists (select from gate)
) select count(*) as kept from kept`;

/**
 * Stores all of the records, durably when this returns, or none of them.
 * @returns false when nothing was stored because one of them needs more than a new row of its own: a new series, a known
 * instance, errands, blobs that are to be settled. Throws what PostgreSQL throws.
 */
export async function commitKnown(database: Database, records: readonly DescribedRecord[]): Promise<boolean> {
  if (records.some(needsMore)) return false;
  const values = [records.map(instanceJson), blobsJson(records), records.flatMap(replicasOf)];
  try {
    const rows = await prepared<{ kept: number }>(database, {
      name: 'commit-known',
      text: STATEMENT,
      values: values.map((rows) => JSON.stringify(rows)),
    });
    return rows[0]?.kept === records.length;
  } catch (error) {
    // Another commit of the same instance came between, or took away a blob that it needs.
    if (isDuplicate(error) || isSerializationFailure(error)) return false;
    throw error;
  }
}

function needsMore({ errands, objectBlob, framesBlob }: DescribedRecord): boolean {
  return (errands?.length ?? 0) > 0 || objectBlob.settle === true || framesBlob?.settle === true;
}

function replicasOf({ objectBlob, framesBlob }: DescribedRecord) {
  const blobs = framesBlob ? [objectBlob, framesBlob] : [objectBlob];
  return blobs.flatMap(({ digest, replicas = [] }) =>
    replicas.map(({ server, disk }) => ({ digest, server, disk })),
  );
}

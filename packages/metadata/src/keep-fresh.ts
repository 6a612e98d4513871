// Keeps the rows of new instances, and of the patients, studies and series that are new with them, in the order of locks.
import { sql, type Transaction } from 'kysely';
import { tellChanges } from './changes/tell.ts';
import { keepErrands } from './errands/keep-errands.ts';
import { blobsJson, COLUMNS, GIVEN, instanceJson, VALUES } from './instance-json.ts';
import { nameWords } from './names.ts';
import { type DescribedRecord, patientIdentity, patientRow, seriesRow, studyRow } from './rows.ts';
import type { Tables } from './tables.ts';
import { Overtaken } from './transact.ts';

type Tx = Transaction<Tables>;

/**
 * In which order rows get their keys, by which those that are otherwise equal are listed. `by-name` never deadlocks;
 * `as-given` keeps an order that is known, and may have to be run again.
 */
export type KeyOrder = 'by-name' | 'as-given';

/** Keeps the records, of which none is known, each once and in order. Throws Overtaken when another commit came between. */
export async function keepFresh(tx: Tx, fresh: readonly DescribedRecord[], order: KeyOrder): Promise<void> {
  const patients = await keepPatients(tx, fresh, order);
  const studies = await keepStudies(tx, fresh, patients, order);
  const series = await keepSeries(tx, fresh, studies, order);
  await keepInstances(tx, fresh, series.keys);
  await count(tx, fresh, studies, series);
  await keepErrands(
    tx,
    fresh.flatMap((record) => record.errands ?? []),
  );
  await tellChanges(
    tx,
    'study',
    fresh.map((record) => record.study.uid),
  );
}

async function keepPatients(
  tx: Tx,
  records: readonly DescribedRecord[],
  order: KeyOrder,
): Promise<Map<string, number>> {
  const identities = new Map(records.map((record) => [record, patientIdentity(record).toString('hex')]));
  const first = firstOfEach(records, order, (record) => identities.get(record) ?? '');
  await tx
    .insertInto('patients')
    .values(first.map(patientRow))
    .onConflict((conflict) => conflict.column('identity').doNothing())
    .execute();
  const wanted = first.map((record) => Buffer.from(identities.get(record) ?? '', 'hex'));
  const rows = await tx
    .selectFrom('patients')
    .select(['id', 'identity'])
    .where('identity', '=', sql<Buffer>`any(${wanted}::bytea[])`)
    .execute();
  return new Map(rows.map((row) => [row.identity.toString('hex'), row.id]));
}

interface Kept {
  /** Keys by UID. */
  readonly keys: Map<string, number>;
  /** UIDs of the rows that were added, with what they count. */
  readonly added: ReadonlySet<string>;
}

async function keepStudies(
  tx: Tx,
  records: readonly DescribedRecord[],
  patients: Map<string, number>,
  order: KeyOrder,
): Promise<Kept> {
  const groups = Map.groupBy(records, (record) => record.study.uid);
  const first = firstOfEach(records, order, (record) => record.study.uid);
  const rowOf = (record: DescribedRecord) => {
    const group = groups.get(record.study.uid) ?? [];
    const { instances, frames, bytes } = sums(group);
    return {
      ...studyRow(record, keyOf(patients, patientIdentity(record).toString('hex'))),
      ...listsOf(group),
      series_count: new Set(group.map(({ series }) => series.uid)).size,
      instance_count: instances,
      frame_count: frames,
      bytes,
    };
  };
  const added = await tx
    .insertInto('studies')
    .values(first.map(rowOf))
    .onConflict((conflict) => conflict.column('uid').doNothing())
    .returning(['id', 'uid', 'patient_name'])
    .execute();
  const words = added.flatMap((row) => nameWords(row.patient_name).map((word) => ({ word, study: row.id })));
  if (words.length > 0) {
    await sql`insert into study_names (word, study) select * from unnest(${words.map(({ word }) => word)}::text[],
      ${words.map(({ study }) => study)}::bigint[])`.execute(tx);
  }
  // Locked until the end, so that whoever adds to the same study counts after us.
  const rows = await tx
    .selectFrom('studies')
    .select(['id', 'uid'])
    .where('uid', '=', sql<string>`any(${first.map((record) => record.study.uid)}::text[])`)
    .orderBy('uid')
    .forNoKeyUpdate()
    .execute();
  return {
    keys: new Map(rows.map((row) => [row.uid, row.id])),
    added: new Set(added.map(({ uid }) => uid)),
  };
}

async function keepSeries(
  tx: Tx,
  records: readonly DescribedRecord[],
  studies: Kept,
  order: KeyOrder,
): Promise<Kept> {
  const groups = Map.groupBy(records, (record) => record.series.uid);
  const first = firstOfEach(records, order, (record) => record.series.uid);
  const studyOf = new Map(first.map((record) => [record.series.uid, keyOf(studies.keys, record.study.uid)]));
  const rowOf = (record: DescribedRecord) => {
    const { instances, frames, bytes } = sums(groups.get(record.series.uid) ?? []);
    const counts = { instance_count: instances, frame_count: frames, bytes };
    return { ...seriesRow(record, keyOf(studies.keys, record.study.uid)), ...counts };
  };
  const inserted = await tx
    .insertInto('series')
    .values(first.map(rowOf))
    .onConflict((conflict) => conflict.column('uid').doNothing())
    .returning('uid')
    .execute();
  const rows = await tx
    .selectFrom('series')
    .select(['id', 'uid', 'study'])
    .where('uid', '=', sql<string>`any(${first.map((record) => record.series.uid)}::text[])`)
    .execute();
  if (rows.some((row) => studyOf.get(row.uid) !== row.study)) throw new Overtaken();
  return {
    keys: new Map(rows.map((row) => [row.uid, row.id])),
    added: new Set(inserted.map(({ uid }) => uid)),
  };
}

/** Inserts the instances with their blobs, by two statements whose texts are the same for any number. */
async function keepInstances(
  tx: Tx,
  records: readonly DescribedRecord[],
  series: Map<string, number>,
): Promise<void> {
  await sql`insert into blobs (digest, length, kind)
    select decode(digest, 'hex'), length, kind
      from jsonb_to_recordset(${JSON.stringify(blobsJson(records))}::jsonb) as one (digest text, length bigint, kind text)
    on conflict (digest) do nothing`.execute(tx);
  const given = records.map((record) => ({
    ...instanceJson(record),
    series: keyOf(series, record.series.uid),
  }));
  const { rows } = await sql`insert into instances (series, ${sql.raw(COLUMNS)})
    select series, ${sql.raw(VALUES)}
      from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as one (${sql.raw(GIVEN)}, series bigint)
    on conflict (uid) do nothing returning uid`.execute(tx);
  if (rows.length !== records.length) throw new Overtaken();
}

/** Adds the new instances to what the study and series rows that were there count, so that the worklist reads only studies. */
async function count(
  tx: Tx,
  records: readonly DescribedRecord[],
  studies: Kept,
  series: Kept,
): Promise<void> {
  const grown = [...Map.groupBy(records, (record) => record.study.uid)]
    .filter(([uid]) => !studies.added.has(uid))
    .map(([uid, group]) => {
      const added = [...new Set(group.map((record) => record.series.uid))].filter((one) =>
        series.added.has(one),
      );
      return { id: keyOf(studies.keys, uid), series: added.length, ...sums(group), ...listsOf(group) };
    });
  if (grown.length > 0) {
    await sql`update studies set series_count = series_count + added.series,
        instance_count = instance_count + added.instances, frame_count = frame_count + added.frames,
        bytes = studies.bytes + added.bytes,
        modalities = array(select distinct m from unnest(studies.modalities || added.modalities) as m order by m),
        sop_classes = array(select distinct c from unnest(studies.sop_classes || added.sop_classes) as c order by c)
      from jsonb_to_recordset(${JSON.stringify(grown)}::jsonb) as added (id bigint, series integer, instances integer,
        frames bigint, bytes bigint, modalities text[], sop_classes text[])
      where studies.id = added.id`.execute(tx);
  }
  const longer = [...Map.groupBy(records, (record) => record.series.uid)]
    .filter(([uid]) => !series.added.has(uid))
    .map(([uid, group]) => ({ id: keyOf(series.keys, uid), ...sums(group) }));
  if (longer.length === 0) return;
  await sql`update series set instance_count = instance_count + added.instances,
      frame_count = frame_count + added.frames, bytes = series.bytes + added.bytes
    from jsonb_to_recordset(${JSON.stringify(longer)}::jsonb)
      as added (id bigint, instances integer, frames bigint, bytes bigint)
    where series.id = added.id`.execute(tx);
}

/** What a study has a list of, without empty ones and each once. */
function listsOf(records: readonly DescribedRecord[]) {
  const distinct = (texts: string[]) => [...new Set(texts)].filter((text) => text !== '').sort(byText);
  return {
    modalities: distinct(records.map((record) => record.series.modality)),
    sop_classes: distinct(records.map((record) => record.instance.sopClassUid)),
  };
}

function sums(records: readonly DescribedRecord[]) {
  const add = (value: (record: DescribedRecord) => number) =>
    records.reduce((sum, one) => sum + value(one), 0);
  return {
    instances: records.length,
    frames: add((record) => record.instance.frames),
    bytes: add((record) => record.file.length),
  };
}

function firstOfEach(
  records: readonly DescribedRecord[],
  order: KeyOrder,
  key: (record: DescribedRecord) => string,
): DescribedRecord[] {
  const first = new Map<string, DescribedRecord>();
  for (const record of records) if (!first.has(key(record))) first.set(key(record), record);
  const entries = [...first];
  if (order === 'by-name') entries.sort(([a], [b]) => byText(a, b));
  return entries.map(([, record]) => record);
}

function keyOf<K>(keys: Map<K, number>, key: K): number {
  const found = keys.get(key);
  if (found === undefined) throw new Overtaken(); // its row went away again
  return found;
}

/** The order of texts by their code units, as the database has that of UIDs. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

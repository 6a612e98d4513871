// Commits instances: one transaction for many, idempotent, and free of deadlocks because every transaction takes its
// rows in the same order: patients, studies, series, blobs, instances, each sorted.
import { sql, type Transaction } from 'kysely';
import { tellChanges } from './changes/tell.ts';
import { commitKnown } from './commit-known.ts';
import type { Database } from './database.ts';
import { keepErrands } from './errands/keep-errands.ts';
import { nameWords } from './names.ts';
import { keepPlaces } from './pool/keep-places.ts';
import { attributesByLevel } from './query/column-attributes.ts';
import type { CommitOutcome, InstanceRecord } from './records.ts';
import {
  blobRows,
  type DescribedRecord,
  instanceRow,
  patientIdentity,
  patientRow,
  seriesRow,
  studyRow,
} from './rows.ts';
import type { Tables } from './tables.ts';
import { Overtaken, transact } from './transact.ts';

type Tx = Transaction<Tables>;

/**
 * In which order rows get their keys, by which those that are otherwise equal are listed. `by-name` never deadlocks;
 * `as-given` keeps an order that is known, and may have to be run again.
 */
export type KeyOrder = 'by-name' | 'as-given';

/**
 * Commits the checked records and tells the outcome of each, in their order. Either all that is new is durable when this
 * returns, or, when it throws, nothing is. Throws what PostgreSQL throws.
 */
export async function commitRecords(
  database: Database,
  records: readonly InstanceRecord[],
  order: KeyOrder = 'by-name',
): Promise<CommitOutcome[]> {
  const described = records.map((record) => ({ ...record, described: attributesByLevel(record) }));
  if (order === 'by-name' && (await commitKnown(database, described))) return records.map(() => 'stored');
  return transact(database, (tx) => commitOnce(tx, described, order));
}

async function commitOnce(
  tx: Tx,
  records: readonly DescribedRecord[],
  order: KeyOrder,
): Promise<CommitOutcome[]> {
  const { outcomes, fresh } = await sortOut(tx, records, order);
  if (fresh.length > 0) await keepFresh(tx, fresh, order);
  await keepPlaces(
    tx,
    records.filter((_, index) => outcomes[index] === 'stored'),
    'silently',
  );
  // Of what was known before: copies that its sender brought again are copies.
  await keepPlaces(
    tx,
    records.filter((_, index) => outcomes[index] === 'already'),
    'told',
  );
  return outcomes;
}

async function keepFresh(tx: Tx, fresh: readonly DescribedRecord[], order: KeyOrder): Promise<void> {
  const patients = await keepPatients(tx, fresh, order);
  const studies = await keepStudies(tx, fresh, patients, order);
  const series = await keepSeries(tx, fresh, studies, order);
  await tx
    .insertInto('blobs')
    .values(blobRows(fresh))
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
  const rows = fresh.map((record) => instanceRow(record, keyOf(series.keys, record.series.uid)));
  const inserted = await tx
    .insertInto('instances')
    .values(rows)
    .onConflict((conflict) => conflict.column('uid').doNothing())
    .returning('uid')
    .execute();
  if (inserted.length !== fresh.length) throw new Overtaken();
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

/** The outcome of each record, and the ones to store, each instance once, in order. */
async function sortOut(tx: Tx, records: readonly DescribedRecord[], order: KeyOrder) {
  const known = await tx
    .selectFrom('instances')
    .select(['uid', 'file_digest'])
    .where('uid', '=', sql<string>`any(${records.map((record) => record.instance.uid)}::text[])`)
    .execute();
  const files = new Map(known.map((row) => [row.uid, row.file_digest.toString('hex')]));
  const placed = await tx
    .selectFrom('series')
    .innerJoin('studies', 'studies.id', 'series.study')
    .select(['series.uid', 'studies.uid as study'])
    .where('series.uid', '=', sql<string>`any(${records.map((record) => record.series.uid)}::text[])`)
    .execute();
  const studyOfSeries = new Map(placed.map((row) => [row.uid, row.study]));
  const fresh: DescribedRecord[] = [];
  const outcomes = records.map((record): CommitOutcome => {
    const file = files.get(record.instance.uid);
    if (file !== undefined) return file === record.file.digest ? 'already' : 'conflict';
    const study = studyOfSeries.get(record.series.uid) ?? record.study.uid;
    if (study !== record.study.uid) return 'conflict';
    studyOfSeries.set(record.series.uid, study);
    files.set(record.instance.uid, record.file.digest);
    fresh.push(record);
    return 'stored';
  });
  if (order === 'by-name') fresh.sort((a, b) => compare(a.instance.uid, b.instance.uid));
  return { outcomes, fresh };
}

async function keepPatients(
  tx: Tx,
  records: readonly DescribedRecord[],
  order: KeyOrder,
): Promise<Map<string, number>> {
  const first = firstOfEach(records, order, (record) => patientIdentity(record).toString('hex'));
  await tx
    .insertInto('patients')
    .values(first.map(patientRow))
    .onConflict((conflict) => conflict.column('identity').doNothing())
    .execute();
  const rows = await tx
    .selectFrom('patients')
    .select(['id', 'identity'])
    .where('identity', 'in', first.map(patientIdentity))
    .execute();
  return new Map(rows.map((row) => [row.identity.toString('hex'), row.id]));
}

async function keepStudies(
  tx: Tx,
  records: readonly DescribedRecord[],
  patients: Map<string, number>,
  order: KeyOrder,
): Promise<Map<string, number>> {
  const first = firstOfEach(records, order, (record) => record.study.uid);
  const patientOf = (record: DescribedRecord) => keyOf(patients, patientIdentity(record).toString('hex'));
  const added = await tx
    .insertInto('studies')
    .values(first.map((record) => studyRow(record, patientOf(record))))
    .onConflict((conflict) => conflict.column('uid').doNothing())
    .returning(['id', 'patient_name'])
    .execute();
  const words = added.flatMap((row) => nameWords(row.patient_name).map((word) => ({ word, study: row.id })));
  if (words.length > 0) await tx.insertInto('study_names').values(words).execute();
  // Locked until the end, so that whoever adds to the same study counts after us.
  const rows = await tx
    .selectFrom('studies')
    .select(['id', 'uid'])
    .where(
      'uid',
      'in',
      first.map((record) => record.study.uid),
    )
    .orderBy('uid')
    .forNoKeyUpdate()
    .execute();
  return new Map(rows.map((row) => [row.uid, row.id]));
}

interface KeptSeries {
  /** Keys by series UID. */
  readonly keys: Map<string, number>;
  /** How many series were added, by the key of their study. */
  readonly added: Map<number, number>;
}

async function keepSeries(
  tx: Tx,
  records: readonly DescribedRecord[],
  studies: Map<string, number>,
  order: KeyOrder,
): Promise<KeptSeries> {
  const first = firstOfEach(records, order, (record) => record.series.uid);
  const studyOf = new Map(first.map((record) => [record.series.uid, keyOf(studies, record.study.uid)]));
  const inserted = await tx
    .insertInto('series')
    .values(first.map((record) => seriesRow(record, keyOf(studies, record.study.uid))))
    .onConflict((conflict) => conflict.column('uid').doNothing())
    .returning('study')
    .execute();
  const rows = await tx
    .selectFrom('series')
    .select(['id', 'uid', 'study'])
    .where(
      'uid',
      'in',
      first.map((record) => record.series.uid),
    )
    .execute();
  if (rows.some((row) => studyOf.get(row.uid) !== row.study)) throw new Overtaken();
  const added = new Map<number, number>();
  for (const { study } of inserted) added.set(study, (added.get(study) ?? 0) + 1);
  return { keys: new Map(rows.map((row) => [row.uid, row.id])), added };
}

/** Adds the new instances to what the study and series rows count, so that the worklist reads only studies. */
async function count(
  tx: Tx,
  records: readonly DescribedRecord[],
  studies: Map<string, number>,
  series: KeptSeries,
): Promise<void> {
  for (const [uid, group] of Map.groupBy(records, (record) => record.study.uid)) {
    const id = keyOf(studies, uid);
    const { instances, frames, bytes } = sums(group);
    const modalities = group.map((record) => record.series.modality).filter((modality) => modality !== '');
    const classes = group.map((record) => record.instance.sopClassUid).filter((uid) => uid !== '');
    await sql`update studies set series_count = series_count + ${series.added.get(id) ?? 0},
      instance_count = instance_count + ${instances}, frame_count = frame_count + ${frames}, bytes = bytes + ${bytes},
      modalities = array(select distinct m from unnest(modalities || ${modalities}::text[]) as m order by m),
      sop_classes = array(select distinct c from unnest(sop_classes || ${classes}::text[]) as c order by c)
      where id = ${id}`.execute(tx);
  }
  const bySeries = [...Map.groupBy(records, (record) => record.series.uid)];
  const added = bySeries.map(([uid, group]) => ({ id: keyOf(series.keys, uid), ...sums(group) }));
  await sql`update series set instance_count = instance_count + added.instances,
    frame_count = frame_count + added.frames, bytes = series.bytes + added.bytes
    from unnest(${added.map((row) => row.id)}::bigint[], ${added.map((row) => row.instances)}::bigint[],
      ${added.map((row) => row.frames)}::bigint[], ${added.map((row) => row.bytes)}::bigint[])
      as added (id, instances, frames, bytes)
    where series.id = added.id`.execute(tx);
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
  if (order === 'by-name') entries.sort(([a], [b]) => compare(a, b));
  return entries.map(([, record]) => record);
}

function keyOf<K>(keys: Map<K, number>, key: K): number {
  const found = keys.get(key);
  if (found === undefined) throw new Overtaken(); // its row went away again
  return found;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

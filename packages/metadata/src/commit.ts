// Commits instances: one transaction for many, idempotent, and free of deadlocks because every transaction takes its
// rows in the same order: patients, studies, series, blobs, instances, each sorted.
import { sql, type Transaction } from 'kysely';
import { commitKnown } from './commit-known.ts';
import type { Database } from './database.ts';
import { byText, type KeyOrder, keepFresh } from './keep-fresh.ts';
import { keepPlaces } from './pool/keep-places.ts';
import { attributesByLevel } from './query/column-attributes.ts';
import type { CommitOutcome, InstanceRecord } from './records.ts';
import type { DescribedRecord } from './rows.ts';
import type { Tables } from './tables.ts';
import { transact } from './transact.ts';

type Tx = Transaction<Tables>;

/** So many records take longer to send in vain than it takes to ask whether their series are known. */
const MANY = 20;

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
  const known = order === 'by-name' && (records.length < MANY || (await areSeriesKnown(database, records)));
  if (known && (await commitKnown(database, described))) return records.map(() => 'stored');
  return transact(database, (tx) => commitOnce(tx, described, order));
}

async function areSeriesKnown(database: Database, records: readonly InstanceRecord[]): Promise<boolean> {
  const uids = [...new Set(records.map(({ series }) => series.uid))];
  const { rows } = await sql<{ known: number }>`select count(*)::integer as known from series
    where uid = any(${uids}::text[])`.execute(database);
  return rows[0]?.known === uids.length;
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
  if (order === 'by-name') fresh.sort((a, b) => byText(a.instance.uid, b.instance.uid));
  return { outcomes, fresh };
}

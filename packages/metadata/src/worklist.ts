// The worklist: filters, order and pages over the studies, fast at a million of them.
import { type Expression, type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import type { Database } from './database.ts';
import { MetadataError } from './errors.ts';
import { modalityStretch } from './modality-keys.ts';
import type { WorklistPage, WorklistQuery, WorklistStudy, WorklistTotal } from './records.ts';
import type { Tables } from './tables.ts';
import { allOf, checkQuery, conditionsOf, type WorklistCondition } from './worklist-conditions.ts';
import { decodeCursor, encodeCursor, type WorklistCursor } from './worklist-cursor.ts';
import { behind, orderBy, orderOf, type SortKey, type WorklistOrder } from './worklist-orders.ts';

/** Studies that are counted; of more it is only said that there are more. */
export const MAX_TOTAL = 5_000;
/** Studies that are gone through in their order before all that match are gathered instead. */
const WALK = 30_000;
const TIMEOUT_MS = 5_000;
const CANCELLED = '57014';

type Tx = Transaction<Tables>;

interface Listing {
  readonly order: WorklistOrder;
  readonly conditions: readonly WorklistCondition[];
  readonly modalities: readonly string[];
  readonly cursor: WorklistCursor | null;
  /** Rows that are wanted: one more than the page shows. */
  readonly most: number;
}

/**
 * One page of the studies that the query finds. Throws MetadataError `invalid` for a query that makes no sense or takes
 * longer than 5 s.
 *
 * The planner cannot know how many studies a substring finds, and a wrong guess costs seconds; so it is tried out. Up to
 * 5,000 matches are gathered by the indexes of the filters and sorted. Where there are more, the page is found by walking
 * along the order; and where the matches lie far down in it, all of them are gathered after all.
 */
export async function listStudies(database: Database, query: WorklistQuery): Promise<WorklistPage> {
  checkQuery(query);
  const order = orderOf(query.sort, query.direction);
  const cursor = query.after === undefined ? null : decodeCursor(query.after, order);
  const { modality: modalities = [], limit } = query;
  const listing = { order, conditions: conditionsOf(query), modalities, cursor, most: limit + 1 };
  const { rows, total } = await inTime(database, (tx) => find(tx, listing));
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? { key: keyOf(last), id: last.id, ...total } : null;
  return { studies: shown.map(studyOf), next: next && encodeCursor(order, next), ...total };
}

async function find(tx: Tx, listing: Listing): Promise<{ rows: StudyRow[]; total: WorklistTotal }> {
  const { order, conditions, cursor, most } = listing;
  const isLarge = cursor?.totalKind === 'moreThan' || conditions.length === 0;
  let total = cursor && { total: cursor.total, totalKind: cursor.totalKind };
  if (!isLarge || !order.indexed) {
    const gathered = await gather(tx, listing, MAX_TOTAL);
    total ??= totalOf(gathered.found);
    if (gathered.found <= MAX_TOTAL) return { rows: gathered.rows, total };
    if (!order.indexed) throw tooManyToSort(order);
  }
  total ??= totalOf(await countUpTo(tx, MAX_TOTAL + 1));
  await plan(tx, { walk: true, scan: false });
  const stretch = await stretchOf(tx, listing);
  const rows = await walk(tx, listing, stretch);
  if (rows.length === most || conditions.length === 0 || (await endsWithinWalk(tx, listing, stretch))) {
    return { rows, total };
  }
  return { rows: (await gather(tx, listing, null)).rows, total };
}

function totalOf(found: number): WorklistTotal {
  return found > MAX_TOTAL
    ? { total: MAX_TOTAL, totalKind: 'moreThan' }
    : { total: found, totalKind: 'exact' };
}

/**
 * The studies that match, found by the filters' indexes and sorted then. How many there are is counted up to one above
 * `bound`; when there are more, none is returned.
 */
async function gather(
  tx: Tx,
  { order, conditions, cursor, most }: Listing,
  bound: number | null,
): Promise<{ found: number; rows: StudyRow[] }> {
  await plan(tx, { walk: false, scan: !conditions.some(({ indexed }) => indexed) });
  const where = allOf([...conditions.map(({ holds }) => holds), ...afterCursor(order, cursor)]);
  const { rows } = await sql<StudyRow & { found: number }>`
    with hits as materialized (
      select study_keys.id, ${keysOf(order)} from ${sourceOf(order)} where ${where}
        ${bound === null ? sql`` : sql`limit ${bound + 1}`}
    ), counted as materialized (select count(*)::integer as found from hits
    ), page as materialized (
      select * from hits where (select found from counted) <= ${bound ?? 2 ** 31 - 1}
        order by ${orderByKeys(order, sql`hits`)} limit ${most}
    ) select counted.found, ${columns}, ${keyNames(order, sql`page`)} from counted
      left join (page join studies on studies.id = page.id) on true order by ${orderByKeys(order, sql`page`)}`.execute(
    tx,
  );
  return { found: rows[0]?.found ?? 0, rows: rows.filter(({ id }) => id !== null) };
}

/** What every image changes is not among the keys; it is looked up study by study, of few. */
function sourceOf({ indexed }: WorklistOrder): RawBuilder<unknown> {
  return indexed
    ? sql`study_keys`
    : sql`study_keys cross join lateral (
        select series_count, frame_count from studies where studies.id = study_keys.id offset 0) as counts`;
}

/** The studies that match among the next 30,000 in the order. */
async function walk(
  tx: Tx,
  { order, conditions, most }: Listing,
  stretch: Expression<SqlBool>,
): Promise<StudyRow[]> {
  const { rows } = await sql<StudyRow>`with page as materialized (
      select id, ${keyNames(order, sql`study_keys`)} from (
        select study_keys.*, ${keysOf(order)} from study_keys where ${stretch}
          order by ${orderBy(order)} limit ${WALK}
      ) as study_keys where ${allOf(conditions.map(({ holds }) => holds))}
      order by ${orderByKeys(order, sql`study_keys`)} limit ${most}
    ) select ${columns}, ${keyNames(order, sql`page`)} from page join studies on studies.id = page.id
      order by ${orderByKeys(order, sql`page`)}`.execute(tx);
  return rows;
}

async function endsWithinWalk(tx: Tx, { order }: Listing, stretch: Expression<SqlBool>): Promise<boolean> {
  const { rows } = await sql`select 1 from study_keys where ${stretch}
    order by ${orderBy(order)} limit 1 offset ${WALK}`.execute(tx);
  return rows.length === 0;
}

/** Where the walk goes: behind the cursor, and where the order itself is filtered, not beyond that. */
async function stretchOf(
  tx: Tx,
  { order, conditions, cursor, modalities }: Listing,
): Promise<Expression<SqlBool>> {
  const along = conditions.filter((one) => one.along === order.sort).map(({ holds }) => holds);
  const lists =
    order.sort === 'modality' && modalities.length > 0 ? await modalityStretch(tx, modalities) : null;
  return allOf([...along, ...(lists ? [lists] : []), ...afterCursor(order, cursor)]);
}

function afterCursor(order: WorklistOrder, cursor: WorklistCursor | null): Expression<SqlBool>[] {
  return cursor ? [behind(order, cursor.key, cursor.id)] : [];
}

async function countUpTo(tx: Tx, most: number): Promise<number> {
  const { rows } = await sql<{ found: number }>`select count(*)::integer as found from
    (select 1 from study_keys limit ${most}) as counted`.execute(tx);
  return rows[0]?.found ?? 0;
}

/**
 * Tells the planner which way to go, for this transaction.
 * @param way walk: along the order, nothing is sorted. scan: the whole table may be read, as no index helps.
 */
async function plan(tx: Tx, way: { readonly walk: boolean; readonly scan: boolean }): Promise<void> {
  const set = (name: string, on: boolean) => sql`set_config(${name}, ${on ? 'on' : 'off'}, true)`;
  await sql`select ${sql.join([
    set('enable_seqscan', way.scan),
    set('enable_bitmapscan', !way.walk),
    set('enable_sort', !way.walk),
  ])}`.execute(tx);
}

async function inTime<Result>(database: Database, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  try {
    return await database
      .transaction()
      .setAccessMode('read only')
      .execute(async (tx) => {
        // Compiling a plan takes longer than these run; sets of a quarter of a million rows stay exact in 32 MB.
        await sql`select set_config('statement_timeout', ${String(TIMEOUT_MS)}, true),
          set_config('jit', 'off', true), set_config('work_mem', '32MB', true)`.execute(tx);
        return work(tx);
      });
  } catch (error) {
    if ((error as { code?: string } | null)?.code !== CANCELLED) throw error;
    const message = `The search took longer than ${TIMEOUT_MS / 1000} s and was given up: give more letters, or a period.`;
    throw new MetadataError('invalid', message, { cause: error });
  }
}

function tooManyToSort({ sort }: WorklistOrder): MetadataError {
  return new MetadataError(
    'invalid',
    `More than ${MAX_TOTAL} studies are not sorted by ${sort}: filter them, or choose another order.`,
  );
}

const keyName = (n: number): RawBuilder<unknown> => sql.ref(`key_${n}`);

function keysOf({ columns }: WorklistOrder): RawBuilder<unknown> {
  return sql.join(columns.map(({ expression }, n) => sql`${expression} as ${keyName(n)}`));
}

function keyNames({ columns }: WorklistOrder, from: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql.join(columns.map((_, n) => sql`${from}.${keyName(n)}`));
}

function orderByKeys({ columns, direction }: WorklistOrder, from: RawBuilder<unknown>): RawBuilder<unknown> {
  const way = direction === 'ascending' ? sql`asc` : sql`desc`;
  const names = [...columns.map((_, n) => keyName(n)), sql`id`];
  return sql.join(names.map((name) => sql`${from}.${name} ${way}`));
}

const columns = sql`studies.id, studies.uid, studies.patient_name, studies.patient_id, studies.birth_date, studies.sex,
  studies.accession_number, studies.date, studies.time, studies.description, studies.referring_physician,
  studies.modalities, studies.series_count, studies.instance_count, studies.frame_count, studies.bytes`;

interface StudyRow {
  readonly id: number;
  readonly uid: string;
  readonly patient_name: string;
  readonly patient_id: string;
  readonly birth_date: string;
  readonly sex: string;
  readonly accession_number: string;
  readonly date: string;
  readonly time: string;
  readonly description: string;
  readonly referring_physician: string;
  readonly modalities: string[];
  readonly series_count: number;
  readonly instance_count: number;
  readonly frame_count: number;
  readonly bytes: number;
  readonly key_0: SortKey;
  readonly key_1?: SortKey;
}

function keyOf({ key_0, key_1 }: StudyRow): SortKey[] {
  return key_1 === undefined ? [key_0] : [key_0, key_1];
}

function studyOf(row: StudyRow): WorklistStudy {
  return {
    studyUid: row.uid,
    patientName: row.patient_name,
    patientId: row.patient_id,
    birthDate: row.birth_date,
    sex: row.sex,
    accessionNumber: row.accession_number,
    studyDate: row.date,
    studyTime: row.time,
    description: row.description,
    referringPhysician: row.referring_physician,
    modalities: row.modalities,
    seriesCount: row.series_count,
    instanceCount: row.instance_count,
    frameCount: row.frame_count,
    bytes: row.bytes,
  };
}

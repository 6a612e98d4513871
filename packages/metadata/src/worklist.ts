// The worklist: filters, order and pages over the studies, fast at a million of them.
import { type Expression, type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import type { Database } from './database.ts';
import { MetadataError } from './errors.ts';
import { modalityStretch } from './modality-keys.ts';
import type { WorklistPage, WorklistQuery, WorklistTotal } from './records.ts';
import type { Tables } from './tables.ts';
import { allOf, checkQuery, conditionsOf, type WorklistCondition } from './worklist-conditions.ts';
import { decodeCursor, encodeCursor, type WorklistCursor } from './worklist-cursor.ts';
import {
  behind,
  keyNames,
  keysOf,
  orderBy,
  orderByKeys,
  orderOf,
  type WorklistOrder,
} from './worklist-orders.ts';
import { keyOf, listedColumns, type StudyRow, studyOf } from './worklist-rows.ts';

/** Studies that are counted; of more it is only said that there are more. */
export const MAX_TOTAL = 5_000;
/** Studies that are gone through in their order before all that match are gathered instead, at most. */
const WALK = 30_000;
/** A walk goes this far in any case where many match: it may take some time, but not much. */
const SHORT_WALK = 5_000;
/** Beyond that, so many times as far as a page would reach if the matches were spread evenly. */
const UNEVEN = 4;
/** So much quicker is a walk that reads nothing but its index. */
const INDEX_ONLY = 3;
const TIMEOUT_MS = 5_000;
const CANCELLED = '57014';

type Tx = Transaction<Tables>;

/** How many studies match, about, and which share of all studies that is, from 0 to 1. */
interface Guess {
  readonly share: number;
  readonly all: number;
}

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
 * along the order; and where the matches lie far down in it, all of them are gathered after all. The walk is as long as it is
 * worth it, by how close to each other those 5,000 lay.
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
  let far = WALK;
  if (!isLarge || !order.indexed) {
    const gathered = await gather(tx, listing, MAX_TOTAL);
    total ??= totalOf(gathered.found);
    if (gathered.found <= MAX_TOTAL) return { rows: gathered.rows, total };
    if (!order.indexed) throw tooManyToSort(order);
    far = worthWalking(listing, gathered);
  }
  total ??= totalOf(await countUpTo(tx, MAX_TOTAL + 1));
  await plan(tx, { walk: true, scan: false });
  const stretch = await stretchOf(tx, listing);
  const rows = await walk(tx, listing, stretch, far);
  if (rows.length === most || conditions.length === 0) return { rows, total };
  // On the first page more are known to match than the walk has found.
  if (cursor && (await endsWithin(tx, listing, stretch, far))) return { rows, total };
  return { rows: await sortAll(tx, listing), total };
}

/** How far a walk may go, so that it takes half as long as gathering all that match, and no longer than it must. */
function worthWalking({ order, conditions, most }: Listing, { share, all }: Guess): number {
  // Where the index finds many that do not match, gathering takes far longer than those that do let expect. Along the dates
  // a walk is cheap: studies arrive in that order, so their rows lie side by side.
  const isCheaper = order.sort === 'date' || conditions.some(({ isSifted }) => isSifted);
  const gathering = isCheaper ? WALK : all / 2;
  const far = Math.min(WALK, gathering, Math.max(SHORT_WALK, (UNEVEN * most) / share));
  const isInIndex = conditions.every((one) => (one.seenIn ?? one.along) === order.sort);
  return Math.max(most, Math.ceil(isInIndex ? INDEX_ONLY * far : far));
}

function totalOf(found: number): WorklistTotal {
  return found > MAX_TOTAL
    ? { total: MAX_TOTAL, totalKind: 'moreThan' }
    : { total: found, totalKind: 'exact' };
}

/**
 * The studies that match, found by the filters' indexes and sorted then. How many there are is counted up to one above
 * `bound`; when there are more, none is returned, but a guess at how many these are: those that were counted lie, as a rule,
 * in the order of arrival.
 */
async function gather(
  tx: Tx,
  { order, conditions, cursor, most }: Listing,
  bound: number,
): Promise<Guess & { found: number; rows: StudyRow[] }> {
  await plan(tx, { walk: false, scan: !conditions.some(({ indexed }) => indexed) });
  const where = allOf([...conditions.map(({ holds }) => holds), ...afterCursor(order, cursor)]);
  const { rows } = await sql<StudyRow & { found: number; share: number; all: number }>`
    with hits as materialized (
      select study_keys.id, study_keys.report_state, ${keysOf(order)} from ${sourceOf(order)} where ${where}
        limit ${bound + 1}
    ), counted as materialized (select count(*)::integer as found,
        coalesce(count(*) / (max(id) - min(id) + 1)::double precision, 0) as share from hits
    ), page as materialized (
      select * from hits where (select found from counted) <= ${bound}
        order by ${orderByKeys(order, sql`hits`)} limit ${most}
    ) select counted.found, counted.share, counted.share * (select max(id) from study_keys) as "all", ${listedColumns}, ${keyNames(order, sql`page`)} from counted
      left join (page join studies on studies.id = page.id) on true order by ${orderByKeys(order, sql`page`)}`.execute(
    tx,
  );
  const [{ found, share, all } = { found: 0, share: 0, all: 0 }] = rows;
  return { found, share, all, rows: rows.filter(({ id }) => id !== null) };
}

/** The first of all studies that match, however many these are: found by the filters' indexes, and only the first kept. */
async function sortAll(tx: Tx, { order, conditions, cursor, most }: Listing): Promise<StudyRow[]> {
  await plan(tx, { walk: false, scan: !conditions.some(({ indexed }) => indexed) });
  const where = allOf([...conditions.map(({ holds }) => holds), ...afterCursor(order, cursor)]);
  const { rows } = await sql<StudyRow>`with page as materialized (
      select * from (select study_keys.id, study_keys.report_state, ${keysOf(order)} from study_keys where ${where} offset 0) as hits
        order by ${orderByKeys(order, sql`hits`)} limit ${most}
    ) select ${listedColumns}, ${keyNames(order, sql`page`)} from page join studies on studies.id = page.id
      order by ${orderByKeys(order, sql`page`)}`.execute(tx);
  return rows;
}

/** What every image changes is not among the keys; it is looked up study by study, of few. */
function sourceOf({ indexed }: WorklistOrder): RawBuilder<unknown> {
  return indexed
    ? sql`study_keys`
    : sql`study_keys cross join lateral (
        select series_count, frame_count from studies where studies.id = study_keys.id offset 0) as counts`;
}

/** The studies that match among the next `far` in the order. */
async function walk(
  tx: Tx,
  { order, conditions, most }: Listing,
  stretch: Expression<SqlBool>,
  far: number,
): Promise<StudyRow[]> {
  const { rows } = await sql<StudyRow>`with page as materialized (
      select id, report_state, ${keyNames(order, sql`study_keys`)} from (
        select study_keys.*, ${keysOf(order)} from study_keys where ${stretch}
          order by ${orderBy(order)} limit ${far}
      ) as study_keys where ${allOf(conditions.map(({ holds }) => holds))}
      order by ${orderByKeys(order, sql`study_keys`)} limit ${most}
    ) select ${listedColumns}, ${keyNames(order, sql`page`)} from page join studies on studies.id = page.id
      order by ${orderByKeys(order, sql`page`)}`.execute(tx);
  return rows;
}

async function endsWithin(
  tx: Tx,
  { order }: Listing,
  stretch: Expression<SqlBool>,
  far: number,
): Promise<boolean> {
  const { rows } = await sql`select 1 from study_keys where ${stretch}
    order by ${orderBy(order)} limit 1 offset ${far}`.execute(tx);
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
 * @param way walk: along the order, nothing is sorted; else by the indexes of the filters, and not through an index from end to
 * end. scan: the whole table may be read, as no index helps.
 */
async function plan(tx: Tx, way: { readonly walk: boolean; readonly scan: boolean }): Promise<void> {
  const set = (name: string, on: boolean) => sql`set_config(${name}, ${on ? 'on' : 'off'}, true)`;
  await sql`select ${sql.join([
    set('enable_seqscan', way.scan),
    set('enable_bitmapscan', !way.walk),
    set('enable_sort', !way.walk),
    set('enable_indexonlyscan', way.walk),
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

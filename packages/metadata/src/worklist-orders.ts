// In which orders the worklist comes: the columns of each, and where a page begins in it.
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import { MetadataError } from './errors.ts';
import type { WorklistDirection, WorklistSort } from './records.ts';

/** A value that studies are sorted by. */
export type SortKey = string | number;

interface SortColumn {
  readonly expression: RawBuilder<unknown>;
  readonly type: 'text' | 'bigint';
}

interface Sort {
  readonly columns: readonly SortColumn[];
  /** The direction when none is asked for. */
  readonly natural: WorklistDirection;
  /** Whether an index has the studies in this order. What every image changes has none: it would slow storing down. */
  readonly indexed: boolean;
}

/** An order: every study has its own place in it, because its key decides where all else is equal. */
export interface WorklistOrder extends Sort {
  readonly sort: WorklistSort;
  readonly direction: WorklistDirection;
}

const text = (column: string): SortColumn => ({ expression: sql.ref(`study_keys.${column}`), type: 'text' });
const number = (column: string): SortColumn => ({ expression: sql.ref(`counts.${column}`), type: 'bigint' });
const reportState: SortColumn = { expression: sql.ref('study_keys.report_state'), type: 'bigint' };
const sortOf = (...columns: SortColumn[]): Sort => ({ columns, natural: 'ascending', indexed: true });

// As the index has it: cut, because a file may have any text there, and an index entry has its bounds.
export const modalityKey = sql`((left(coalesce(study_keys.modalities[1], ''), 16) || ' ' || left(coalesce(study_keys.modalities[2], ''), 16)
  || ' ' || left(coalesce(study_keys.modalities[3], ''), 16)) collate "C")`;

// Of a Map, so that no text from outside finds what every object has.
const sorts = new Map<string, Sort>(
  Object.entries({
    date: { ...sortOf(text('date'), text('time')), natural: 'descending' },
    name: sortOf(text('name_key')),
    patientId: sortOf(text('patient_id_key')),
    birthDate: sortOf(text('birth_date')),
    modality: sortOf({ expression: modalityKey, type: 'text' }),
    description: sortOf(text('description_search')),
    accession: sortOf(text('accession_key')),
    referringPhysician: sortOf(text('referring_search')),
    series: { ...sortOf(number('series_count')), natural: 'descending', indexed: false },
    images: { ...sortOf(number('frame_count')), natural: 'descending', indexed: false },
    report: { ...sortOf(reportState, text('date'), text('time')), natural: 'descending' },
  } satisfies Record<WorklistSort, Sort>),
);

/** The order that is asked for. Throws MetadataError `invalid` for one that there is not. */
export function orderOf(sort: WorklistSort = 'date', direction?: WorklistDirection): WorklistOrder {
  const found = sorts.get(sort);
  if (!found)
    throw new MetadataError('invalid', `The worklist is sorted by ${[...sorts.keys()].join(', ')}.`);
  if (direction !== undefined && direction !== 'ascending' && direction !== 'descending') {
    throw new MetadataError('invalid', 'The worklist is sorted ascending or descending.');
  }
  return { ...found, sort, direction: direction ?? found.natural };
}

/** The order as SQL, over `study_keys`, and `counts` where no index has it. */
export function orderBy({ columns, direction }: WorklistOrder): RawBuilder<unknown> {
  const way = direction === 'ascending' ? sql`asc` : sql`desc`;
  return sql.join(
    [...columns.map(({ expression }) => expression), sql`study_keys.id`].map((each) => sql`${each} ${way}`),
  );
}

/** Whether a study comes behind the place. */
export function behind(
  { columns, direction }: WorklistOrder,
  key: readonly SortKey[],
  id: number,
): Expression<SqlBool> {
  const here = sql.join([...columns.map(({ expression }) => expression), sql`study_keys.id`]);
  const values = columns.map(({ type }, index) => sql`${key[index]}::${sql.raw(type)}`);
  const there = sql.join([...values, sql`${id}::bigint`]);
  return direction === 'ascending'
    ? sql<SqlBool>`(${here}) > (${there})`
    : sql<SqlBool>`(${here}) < (${there})`;
}

const keyName = (n: number): RawBuilder<unknown> => sql.ref(`key_${n}`);

/** What the order is by, named `key_0`, `key_1`, over `study_keys`, and `counts` where no index has it. */
export function keysOf({ columns }: WorklistOrder): RawBuilder<unknown> {
  return sql.join(columns.map(({ expression }, n) => sql`${expression} as ${keyName(n)}`));
}

/** The names that `keysOf` gave. */
export function keyNames({ columns }: WorklistOrder, from: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql.join(columns.map((_, n) => sql`${from}.${keyName(n)}`));
}

/** The order by those names. */
export function orderByKeys(
  { columns, direction }: WorklistOrder,
  from: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const way = direction === 'ascending' ? sql`asc` : sql`desc`;
  const names = [...columns.map((_, n) => keyName(n)), sql`id`];
  return sql.join(names.map((name) => sql`${from}.${name} ${way}`));
}

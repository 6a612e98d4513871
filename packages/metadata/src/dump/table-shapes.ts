// The tables of a database as a dump sees them: read from its catalogue, so that no table can be forgotten.
import type pg from 'pg';
import { LEDGER_TABLES } from '../migrating/ledger.ts';
import { DumpError } from './errors.ts';
import { MARKS } from './marks.ts';

/** A table with what a dump has to know of it. */
export interface TableShape {
  readonly name: string;
  /** All that can be written, in the table's order. */
  readonly columns: readonly string[];
  /** The columns of the primary key; text ones are ordered by their bytes, so that every server gives the same order. */
  readonly key: readonly { readonly column: string; readonly isText: boolean }[];
  /** Columns that number themselves. */
  readonly identities: readonly string[];
}

/** News that are worth nothing elsewhere, and the books of the migrations, which the schema's own version stands for. */
const NEVER = new Set([...LEDGER_TABLES, 'changes', 'changes_kept', MARKS]);

/** A name as SQL takes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** All tables that a dump has, ordered by name. Throws DumpError `unsuitable` for one without a primary key. */
export async function tableShapes(client: pg.ClientBase): Promise<TableShape[]> {
  const { rows } = await client.query<TableShape & { key: TableShape['key'] | null }>(`
    select class.relname as name,
      (select json_agg(attname order by attnum) from pg_attribute
        where attrelid = class.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
      (select json_agg(json_build_object('column', attname, 'isText', attcollation <> 0) order by place)
        from pg_index, unnest(indkey) with ordinality as of_key (number, place), pg_attribute
        where indrelid = class.oid and indisprimary and attrelid = class.oid and attnum = of_key.number) as key,
      coalesce((select json_agg(attname order by attnum) from pg_attribute
        where attrelid = class.oid and attidentity <> '' and not attisdropped), '[]') as identities
    from pg_class as class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition
    order by relname collate "C"`);
  const shapes = rows.filter(({ name }) => !NEVER.has(name));
  const keyless = shapes.find(({ key }) => key === null);
  if (keyless)
    throw new DumpError('unsuitable', `The table ${keyless.name} has no primary key: it cannot be dumped.`);
  return shapes;
}

/** The COPY that reads a table in the order of its key. */
export function copyOutOf({ name, columns, key }: TableShape): string {
  const order = key.map(({ column, isText }) => `${quoted(column)}${isText ? ' collate "C"' : ''}`);
  return `copy (select ${columns.map(quoted).join(', ')} from ${quoted(name)} order by ${order.join(', ')}) to stdout`;
}

/** The COPY that writes a table. */
export function copyInto(name: string, columns: readonly string[]): string {
  return `copy ${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin`;
}

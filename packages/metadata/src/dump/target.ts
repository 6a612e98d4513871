// A database that rows are to be loaded into: whether it may be, and its indexes, which are made after the rows.

import { schemaVersion } from '../migrating/ledger.ts';
import type { DumpSession } from './dump-session.ts';
import { DumpError } from './errors.ts';
import { readMark } from './marks.ts';
import { quoted, type TableShape, tableShapes } from './table-shapes.ts';

const OLDEST_SERVER = 150_000;

/** What to make again when the rows are there. */
export interface SetAside {
  /** SQL that makes an index or a reference, or wakes a trigger, with its name for people. */
  readonly statements: readonly { readonly name: string; readonly text: string }[];
}

/**
 * Sees that the database can take rows of the version.
 * @returns what the mark `loaded` says, when rows of a load are there already; null when it is empty
 * @throws DumpError `unsuitable` for a server that is too old, in another encoding, or with tables of a newer version;
 * `not-empty` when there are rows of other origin
 */
export async function checkTarget(session: DumpSession, version: string): Promise<string | null> {
  const [server] = await session.rows<{ number: string; shown: string; encoding: string; readOnly: boolean }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as shown,
      pg_encoding_to_char(encoding) as encoding, current_setting('transaction_read_only')::boolean as "readOnly"
      from pg_database where datname = current_database()`,
  );
  if (Number(server?.number) < OLDEST_SERVER)
    throw new DumpError('unsuitable', `PostgreSQL 15 or newer is needed; this is ${server?.shown}.`);
  if (server?.encoding !== 'UTF8')
    throw new DumpError(
      'unsuitable',
      `The database has the encoding ${server?.encoding}; make one with UTF8: createdb --template template0 --encoding UTF8 strata`,
    );
  if (server.readOnly)
    throw new DumpError('unsuitable', 'The database can only be read: it is a standby, or set to read only.');
  const loaded = await readMark(session.client, 'loaded');
  if (loaded !== null) return loaded;
  const present = await schemaVersion(session.database);
  if (present === null) {
    const [foreign] = await tableShapes(session.client);
    if (!foreign) return null;
    throw new DumpError(
      'not-empty',
      `The database belongs to something else: it has a table ${foreign.name}. Give an empty database.`,
    );
  }
  await refuseRows(session, await tableShapes(session.client));
  if (present > version) {
    throw new DumpError(
      'unsuitable',
      `The database has the empty tables of ${present}, newer than those of the dump (${version}): give a database without tables.`,
    );
  }
  return null;
}

/** Keeps all others from the tables until the end of the transaction. Throws DumpError `not-empty` when there are rows by now. */
export async function lockEmpty(session: DumpSession, shapes: readonly TableShape[]): Promise<void> {
  const tables = shapes.map(({ name }) => quoted(name));
  await session.client.query(`lock table ${tables.join(', ')} in access exclusive mode`);
  await refuseRows(session, shapes);
}

async function refuseRows(session: DumpSession, shapes: readonly TableShape[]): Promise<void> {
  for (const { name } of shapes) {
    const [found] = await session.rows<{ some: boolean }>(
      `select exists (select 1 from ${quoted(name)}) as some`,
    );
    if (!found?.some) continue;
    throw new DumpError(
      'not-empty',
      `The database has metadata already (rows in ${name}); nothing was changed. Give an empty database, and start no server on it meanwhile.`,
    );
  }
}

/**
 * Takes references between tables and indexes away, which cost more row by row than made at once, and silences triggers: the
 * rows that they keep are loaded, too. In a transaction.
 */
export async function setAside(session: DumpSession): Promise<SetAside> {
  const references = await session.rows<{ table: string; name: string; definition: string }>(`
    select class.relname as table, conname as name, pg_get_constraintdef(pg_constraint.oid) as definition
      from pg_constraint join pg_class as class on class.oid = conrelid
      where contype = 'f' and connamespace = current_schema()::regnamespace and conparentid = 0
      order by conname`);
  const indexes = await session.rows<{ name: string; definition: string }>(`
    select class.relname as name, pg_get_indexdef(indexrelid) as definition
      from pg_index join pg_class as class on class.oid = indexrelid
      where relnamespace = current_schema()::regnamespace and relkind = 'i' and not relispartition
        and not exists (select 1 from pg_constraint where conindid = indexrelid)
      order by relname`);
  const triggers = await session.rows<{ table: string; name: string }>(`
    select class.relname as table, tgname as name from pg_trigger join pg_class as class on class.oid = tgrelid
      where relnamespace = current_schema()::regnamespace and not tgisinternal order by tgname`);
  for (const { table, name } of triggers)
    await session.client.query(`alter table ${quoted(table)} disable trigger ${quoted(name)}`);
  for (const { table, name } of references)
    await session.client.query(`alter table ${quoted(table)} drop constraint ${quoted(name)}`);
  for (const { name } of indexes) await session.client.query(`drop index ${quoted(name)}`);
  return {
    statements: [
      ...indexes.map(({ name, definition }) => ({ name, text: definition })),
      ...references.map(({ table, name, definition }) => ({
        name,
        text: `alter table ${quoted(table)} add constraint ${quoted(name)} ${definition}`,
      })),
      ...triggers.map(({ table, name }) => ({
        name,
        text: `alter table ${quoted(table)} enable trigger ${quoted(name)}`,
      })),
    ],
  };
}

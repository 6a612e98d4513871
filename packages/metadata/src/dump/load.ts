// Loads rows into an empty database: all of them, compared with what they were, or none.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { metadataError } from '../database.ts';
import { DumpSession } from './dump-session.ts';
import { DumpError } from './errors.ts';
import { bringUpToDate, makeSchema } from './make-schema.ts';
import { setMark } from './marks.ts';
import type { DumpedTable, OnProgress, RowSource } from './row-source.ts';
import { copyInto, copyOutOf, quoted, type TableShape, tableShapes } from './table-shapes.ts';
import { counted, type Tallied, Tally } from './tally.ts';
import { checkTarget, lockEmpty, setAside } from './target.ts';

export interface LoadOptions {
  /** Where the rows come from, in words without secrets: who loads the same again finds that it is done. */
  readonly origin: string;
  /** Tables that stay empty. */
  readonly leaveOut?: ReadonlySet<string>;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** What was loaded and compared, table by table. */
export interface Loaded {
  /** `already`: the same was loaded before, and nothing was done. */
  readonly outcome: 'loaded' | 'already';
  readonly tables: readonly (Tallied & { readonly name: string })[];
}

/** Longer than this nobody else holds the tables of an empty database. */
const LOCK_TIMEOUT = '30s';
/** "StrataLd" in ASCII: one load at a time. */
const LOCK = '6004514704044286052';

/**
 * Makes the tables of the source's version, fills them in one transaction, reads them again and compares counts and digests
 * with the source's, commits, and brings the schema up to date. Killed at any moment it can be run again.
 * @throws DumpError, MetadataError
 */
export async function loadRows(url: string, source: RowSource, options: LoadOptions): Promise<Loaded> {
  const session = await DumpSession.open(url);
  try {
    const before = await checkTarget(session, source.version);
    if (before !== null) return await alreadyLoaded(session, url, before, options.origin);
    await makeSchema(url, source.version);
    const tables = await inOneTransaction(session, source, options);
    await session.client.query('analyze');
    await bringUpToDate(url);
    return { outcome: 'loaded', tables };
  } catch (error) {
    throw told(error);
  } finally {
    await session.close();
  }
}

async function alreadyLoaded(
  session: DumpSession,
  url: string,
  before: string,
  origin: string,
): Promise<Loaded> {
  if (before !== origin) {
    throw new DumpError(
      'not-empty',
      `The database has metadata already, loaded from ${before}; nothing was changed. Give an empty database.`,
    );
  }
  // The earlier commit may be on one server of a cluster only; this one waits until the others have both.
  await session.client.query('begin');
  await setMark(session.client, 'loaded', origin);
  await session.commit();
  await bringUpToDate(url);
  return { outcome: 'already', tables: [] };
}

async function inOneTransaction(
  session: DumpSession,
  source: RowSource,
  options: LoadOptions,
): Promise<Loaded['tables']> {
  const { leaveOut = new Set(), onProgress = () => undefined, signal, origin } = options;
  const { client } = session;
  await client.query('begin');
  await client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
  await client.query(`set local maintenance_work_mem = '128MB'`);
  const [lock] = await session.rows<{ taken: boolean }>(`select pg_try_advisory_xact_lock(${LOCK}) as taken`);
  if (!lock?.taken)
    throw new DumpError('unsuitable', 'Another process is just loading metadata into this database.');
  const shapes = matched(await tableShapes(client), source);
  await lockEmpty(
    session,
    shapes.map(({ shape }) => shape),
  );
  const chosen = shapes.filter(({ shape }) => !leaveOut.has(shape.name));
  const total = chosen.reduce((sum, { table }) => sum + table.rows, 0);
  const { statements } = await setAside(session);
  const loaded: (Tallied & { name: string })[] = [];
  let before = 0;
  for (const { table } of chosen) {
    const report = (rows: number) =>
      onProgress({ step: 'copy', table: table.name, done: before + rows, total });
    const tallied = await copyTable(session, source, table, report, signal);
    before += tallied.rows;
    loaded.push({ name: table.name, ...tallied });
  }
  for (const [done, { name, text }] of statements.entries()) {
    signal?.throwIfAborted();
    onProgress({ step: 'index', table: name, done, total: statements.length });
    await client.query(text).catch((error) => {
      throw refusedRows(error, name);
    });
  }
  let checked = 0;
  for (const { shape, table } of chosen) {
    const report = (rows: number) =>
      onProgress({ step: 'check', table: table.name, done: checked + rows, total });
    await compare(
      session,
      { ...shape, columns: table.columns },
      loaded.find(({ name }) => name === shape.name),
      report,
      signal,
    );
    checked += table.rows;
    await setSequences(session, table);
  }
  await setMark(client, 'loaded', origin);
  await session.commit();
  return loaded;
}

/** Each table of the source with that of the database; both have the same ones with the same columns. */
function matched(shapes: readonly TableShape[], { tables }: RowSource) {
  const unknown = tables.find(({ name }) => !shapes.some((shape) => shape.name === name));
  if (unknown)
    throw new DumpError('damaged', `The dump has a table ${unknown.name} that its version has not.`);
  return shapes.map((shape) => {
    const table = tables.find(({ name }) => name === shape.name);
    if (!table) throw new DumpError('damaged', `The dump lacks the table ${shape.name}.`);
    const isSame = [...table.columns].sort().join() === [...shape.columns].sort().join();
    if (!isSame) throw new DumpError('damaged', `The dump's table ${shape.name} has other columns.`);
    return { shape, table };
  });
}

async function copyTable(
  { client }: DumpSession,
  source: RowSource,
  table: DumpedTable,
  report: (rows: number) => void,
  signal: AbortSignal | undefined,
): Promise<Tallied> {
  const tally = new Tally();
  const rows = counted(source.rowsOf(table), tally, report);
  const copy = client.query(copyFrom(copyInto(table.name, table.columns)));
  await pipeline(Readable.from(rows, { objectMode: false }), copy, { signal }).catch((error) => {
    throw refusedRows(error, table.name);
  });
  const tallied = tally.end();
  if (tallied.rows === table.rows) return tallied;
  throw new DumpError('differs', `Of the table ${table.name} ${tallied.rows} of ${table.rows} rows came.`);
}

/** Reads a table again in the order in which the source gave it. */
async function compare(
  session: DumpSession,
  shape: TableShape,
  wanted: Tallied | undefined,
  report: (rows: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const tally = new Tally();
  for await (const _ of counted(session.copyOut(copyOutOf(shape)), tally, report)) signal?.throwIfAborted();
  const { rows, digest } = tally.end();
  if (rows === wanted?.rows && digest === wanted.digest) return;
  throw new DumpError(
    'differs',
    `The table ${shape.name} was loaded and read again, and is not the same: ${rows} rows instead of ${wanted?.rows}, SHA-256 ${digest.slice(0, 12)} instead of ${wanted?.digest.slice(0, 12)}. Nothing was kept.`,
  );
}

async function setSequences(session: DumpSession, { name, sequences }: DumpedTable): Promise<void> {
  for (const [column, last] of Object.entries(sequences)) {
    await session.client.query(
      `select setval(pg_get_serial_sequence(quote_ident($1), $2),
        greatest($3::bigint, (select max(${quoted(column)}) from ${quoted(name)})))`,
      [name, column, last],
    );
  }
}

/** Rows that PostgreSQL does not take are damaged ones; its own words repeat their values, which are patients'. */
function refusedRows(error: unknown, table: string): unknown {
  const { code = '' } = (error ?? {}) as { code?: string };
  // Classes 22 and 23 of appendix A of PostgreSQL's manual: bad values, and rows that contradict each other.
  if (!/^2[23]/.test(code)) return error;
  return new DumpError(
    'damaged',
    `PostgreSQL refuses rows of the table ${table} (${code}): what they come from is damaged. Nothing was kept; of a backup, take another dump.`,
  );
}

function told(error: unknown): unknown {
  const isNamed = error instanceof Error && ['DumpError', 'MetadataError', 'AbortError'].includes(error.name);
  return isNamed ? error : metadataError(error);
}

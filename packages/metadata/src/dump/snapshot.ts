// All tables of a database as they are at one moment, while others go on writing.

import { metadataError } from '../database.ts';
import { schemaVersion } from '../migrating/ledger.ts';
import { DumpSession } from './dump-session.ts';
import { DumpError } from './errors.ts';
import type { DumpedTable, RowSource } from './row-source.ts';
import { copyOutOf, quoted, type TableShape, tableShapes } from './table-shapes.ts';

export class Snapshot implements RowSource {
  readonly version: string;
  readonly tables: readonly DumpedTable[];
  readonly #session: DumpSession;
  readonly #shapes: readonly TableShape[];

  private constructor(
    session: DumpSession,
    version: string,
    shapes: readonly TableShape[],
    tables: readonly DumpedTable[],
  ) {
    this.#session = session;
    this.#shapes = shapes;
    this.version = version;
    this.tables = tables;
  }

  /**
   * Takes the moment. To be closed by the caller.
   * @throws DumpError `unsuitable` when there are no metadata, or their schema is just being changed; MetadataError
   */
  static async take(url: string): Promise<Snapshot> {
    const session = await DumpSession.open(url);
    try {
      await session.client.query('begin isolation level repeatable read read only');
      const version = await schemaVersion(session.database);
      if (version === null)
        throw new DumpError('unsuitable', 'There are no metadata of Strata in this database.');
      const shapes = await tableShapes(session.client);
      const tables: DumpedTable[] = [];
      for (const shape of shapes) tables.push(await described(session, shape));
      return new Snapshot(session, version, shapes, tables);
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** One at a time, each read to its end. Throws MetadataError. */
  async *rowsOf({ name }: DumpedTable): AsyncGenerator<Uint8Array> {
    const shape = this.#shapes.find((each) => each.name === name);
    if (!shape) throw new RangeError(`no table ${name}`);
    try {
      yield* this.#session.copyOut(copyOutOf(shape));
    } catch (error) {
      throw metadataError(error);
    }
  }

  /** Runs a query at the same moment. */
  query<Row extends object>(text: string): Promise<Row[]> {
    return this.#session.rows<Row>(text);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

async function described(session: DumpSession, shape: TableShape): Promise<DumpedTable> {
  const { name, columns, identities } = shape;
  const [counts] = await session.rows<{ rows: string }>(`select count(*) as rows from ${quoted(name)}`);
  const sequences: Record<string, number> = {};
  for (const column of identities) {
    // Sequences know no snapshot: they are at this moment or later, and never behind their rows.
    const [sequence] = await session.rows<{ place: string }>(
      'select pg_get_serial_sequence(quote_ident($1), $2) as place',
      [name, column],
    );
    const [state] = await session.rows<{ last: string; used: boolean }>(
      `select last_value as last, is_called as used from ${sequence?.place}`,
    );
    if (state?.used) sequences[column] = Number(state.last);
  }
  return { name, columns, rows: Number(counts?.rows), sequences };
}

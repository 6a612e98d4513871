// Where rows to be loaded come from: a dump's files, or a database as it is at one moment.

/** A table that can be loaded. */
export interface DumpedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** SHA-256 of its rows in COPY's text format, in the order of the key; absent where they were not read yet. */
  readonly digest?: string;
  /** Of columns that number themselves: the last number given. */
  readonly sequences: Readonly<Record<string, number>>;
}

export interface RowSource {
  /** The last migration of the schema that the rows belong to. */
  readonly version: string;
  readonly tables: readonly DumpedTable[];
  /** The rows in COPY's text format, in the order of the key. */
  rowsOf(table: DumpedTable): AsyncIterable<Uint8Array>;
}

/** How far a dump or a load is: rows of the table at hand, rows of all tables, and of how many. */
export interface DumpProgress {
  readonly step: 'copy' | 'index' | 'check';
  readonly table: string;
  readonly done: number;
  readonly total: number;
}

export type OnProgress = (progress: DumpProgress) => void;

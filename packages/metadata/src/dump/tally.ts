// Counts the rows of a table as COPY writes them, and takes their digest.
import { createHash } from 'node:crypto';

const NEWLINE = 10;

/** What came of a table: rows, bytes of COPY's text format, and the SHA-256 of these bytes in hex. */
export interface Tallied {
  readonly rows: number;
  readonly bytes: number;
  readonly digest: string;
}

/** In COPY's text format a row is a line; a line break inside a value is written as `\n` in two letters. */
export class Tally {
  readonly #hash = createHash('sha256');
  rows = 0;
  bytes = 0;

  add(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.bytes += chunk.length;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) this.rows += 1;
  }

  /** Ends the count. */
  end(): Tallied {
    return { rows: this.rows, bytes: this.bytes, digest: this.#hash.digest('hex') };
  }
}

/** The chunks as they are, counted. */
export async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  tally: Tally,
  onRows: (rows: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    tally.add(chunk);
    onRows(tally.rows);
    yield chunk;
  }
}

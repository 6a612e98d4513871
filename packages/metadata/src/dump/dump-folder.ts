// A dump in a folder as a source of rows; what its files hold is believed only as far as it is proven.
import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { DumpError } from './errors.ts';
import { type Manifest, type ManifestTable, readManifest, tableFile } from './manifest.ts';
import type { DumpedTable, RowSource } from './row-source.ts';
import { Tally } from './tally.ts';

const CHUNK = 2 ** 18;

export class DumpFolder implements RowSource {
  readonly folder: string;
  readonly manifest: Manifest;

  private constructor(folder: string, manifest: Manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /** @throws DumpError `damaged` or `newer` */
  static async open(folder: string): Promise<DumpFolder> {
    return new DumpFolder(folder, await readManifest(folder));
  }

  get version(): string {
    return this.manifest.version;
  }

  get tables(): readonly ManifestTable[] {
    return this.manifest.tables;
  }

  /**
   * The rows of a table; ends with DumpError `damaged` when they are not those that were dumped. Whoever acts on rows
   * before the end must be able to undo it.
   */
  async *rowsOf({ name }: Pick<DumpedTable, 'name'>): AsyncGenerator<Uint8Array> {
    const table = this.tables.find((each) => each.name === name);
    if (!table) throw new DumpError('damaged', `The dump in ${this.folder} has no table ${name}.`);
    const file = tableFile(this.folder, name);
    const damaged = (what: string, cause?: unknown) =>
      new DumpError('damaged', `${file} is damaged: ${what}. Take another dump.`, { cause });
    const tally = new Tally();
    for await (const chunk of decompressed(file, damaged)) {
      tally.add(chunk);
      // Before anything grows without end.
      if (tally.bytes > table.bytes) throw damaged(`it holds more than its ${table.bytes} bytes`);
      yield chunk;
    }
    const { rows, bytes, digest } = tally.end();
    if (bytes !== table.bytes) throw damaged(`it holds ${bytes} of its ${table.bytes} bytes`);
    if (digest !== table.digest) throw damaged('its rows do not match their SHA-256');
    if (rows !== table.rows) throw damaged(`it holds ${rows} rows instead of ${table.rows}`);
  }
}

async function* decompressed(
  file: string,
  damaged: (what: string, cause: unknown) => DumpError,
): AsyncGenerator<Uint8Array> {
  const compressed = createReadStream(file, { highWaterMark: CHUNK });
  const plain = createZstdDecompress({ chunkSize: CHUNK });
  // What goes wrong ends the reading below.
  pipeline(compressed, plain, () => undefined);
  try {
    yield* plain as Readable as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error), error);
  } finally {
    compressed.destroy();
  }
}

// Writes all metadata into a folder: a file of each table, compressed, and a manifest at last.
import { createWriteStream } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import {
  FORMAT,
  type Manifest,
  type ManifestTable,
  manifestFile,
  manifestText,
  tableFile,
} from './manifest.ts';
import type { OnProgress } from './row-source.ts';
import type { Snapshot } from './snapshot.ts';
import { counted, Tally } from './tally.ts';

/** The database has patients' names, and the keys of the pool. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const LEVEL = 3;

export interface WriteOptions {
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/**
 * Writes a dump; all of it is on the disk when this returns. Memory does not grow with the database.
 * @param folder new, or empty
 * @throws what the file system, zlib or PostgreSQL throws, DumpError
 */
export async function writeDump(
  snapshot: Snapshot,
  folder: string,
  { onProgress = () => undefined, signal }: WriteOptions = {},
): Promise<Manifest> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  const [now] = await snapshot.query<{ at: Date }>('select now() as at');
  const total = snapshot.tables.reduce((sum, { rows }) => sum + rows, 0);
  const tables: ManifestTable[] = [];
  let before = 0;
  for (const table of snapshot.tables) {
    const tally = new Tally();
    const rows = counted(snapshot.rowsOf(table), tally, (done) =>
      onProgress({ step: 'copy', table: table.name, done: before + done, total }),
    );
    const file = tableFile(folder, table.name);
    await pipeline(
      Readable.from(rows, { objectMode: false }),
      createZstdCompress({
        params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
      }),
      createWriteStream(file, { mode: FILE_MODE, flags: 'wx', flush: true }),
      { signal },
    );
    before += tally.rows;
    tables.push({ ...table, ...tally.end() });
  }
  const manifest: Manifest = {
    ...{ format: FORMAT, version: snapshot.version, tables },
    takenAt: (now?.at ?? new Date(0)).toISOString(),
  };
  await writeFile(manifestFile(folder), manifestText(manifest), { mode: FILE_MODE, flag: 'wx', flush: true });
  await syncFolder(folder);
  return manifest;
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

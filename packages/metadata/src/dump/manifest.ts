// The manifest of a dump: what is in its folder. Written last, so that a folder without one is no dump.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { DumpError } from './errors.ts';
import type { DumpedTable } from './row-source.ts';

/** The form of the folder that this code writes; every earlier one can be read. */
export const FORMAT = 1;
const MAX_BYTES = 4 * 2 ** 20;
const MAX_TABLES = 1000;
const MAX_COLUMNS = 1600;

/** A table in a dump; `bytes` are those of its rows before they were compressed. */
export interface ManifestTable extends DumpedTable {
  readonly bytes: number;
  readonly digest: string;
}

export interface Manifest {
  readonly format: number;
  /** The last migration of its schema. */
  readonly version: string;
  /** When its moment was, ISO. */
  readonly takenAt: string;
  readonly tables: readonly ManifestTable[];
}

export function manifestFile(folder: string): string {
  return path.join(folder, 'manifest.json');
}

/** The file of a table's rows. */
export function tableFile(folder: string, table: string): string {
  return path.join(folder, `${table}.copy.zst`);
}

/** The text of a manifest, which ends with its own digest. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify({ ...manifest, digest: digestOf(manifest) }, null, 1)}\n`;
}

function digestOf({ format, version, takenAt, tables }: Manifest): string {
  return createHash('sha256')
    .update(JSON.stringify([format, version, takenAt, tables.map(inOrder)]))
    .digest('hex');
}

function inOrder({ name, columns, rows, bytes, digest, sequences }: ManifestTable): unknown[] {
  return [name, columns, rows, bytes, digest, Object.entries(sequences).sort()];
}

/** @throws DumpError `damaged` that names the file, `newer` for a form that this code does not know */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = manifestFile(folder);
  let told: unknown;
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes`);
    told = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DumpError('damaged', `The dump in ${folder} has no manifest that can be read: ${why}.`, {
      cause: error,
    });
  }
  return checkManifest(told, file);
}

/** The manifest that a parsed file holds. Throws as `readManifest`. */
export function checkManifest(told: unknown, file: string): Manifest {
  const { format, version, takenAt, tables, digest } = (told ?? {}) as Record<string, unknown>;
  if (Number.isInteger(format) && (format as number) > FORMAT) {
    throw new DumpError('newer', `${file} was written by a newer Strata: use that version.`);
  }
  const isWhole =
    format === FORMAT &&
    isName(version) &&
    typeof takenAt === 'string' &&
    !Number.isNaN(Date.parse(takenAt)) &&
    Array.isArray(tables) &&
    tables.length <= MAX_TABLES &&
    tables.every(isTable);
  const manifest = { format, version, takenAt, tables } as Manifest;
  if (!isWhole || digestOf(manifest) !== digest)
    throw new DumpError('damaged', `${file} is damaged: take another dump.`);
  return manifest;
}

// What ends in a file's name or in SQL is what Strata itself would write.
function isName(text: unknown): text is string {
  return typeof text === 'string' && /^[a-z0-9][a-z0-9_-]{0,62}$/.test(text);
}

function isTable(told: unknown): told is ManifestTable {
  const { name, columns, rows, bytes, digest, sequences } = (told ?? {}) as Record<string, unknown>;
  return (
    isName(name) &&
    Array.isArray(columns) &&
    columns.length <= MAX_COLUMNS &&
    columns.every(isName) &&
    isCount(rows) &&
    isCount(bytes) &&
    typeof digest === 'string' &&
    /^[0-9a-f]{64}$/.test(digest) &&
    typeof sequences === 'object' &&
    sequences !== null &&
    Object.entries(sequences).every(([column, last]) => isName(column) && isCount(last))
  );
}

function isCount(told: unknown): told is number {
  return Number.isSafeInteger(told) && (told as number) >= 0;
}

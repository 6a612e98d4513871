// The blobs that a dump names, in the order of their digests, read from its files without holding many of them.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { DumpFolder } from '@strata/metadata/dump/dump-folder';
import type { BlobName } from '@strata/store/blob-names';
import { BackupError } from './backup-error.ts';

/** A row of the table is some 120 letters. */
const LONGEST_LINE = 4096;
const DIGEST = /^\\\\x([0-9a-f]{64})$/;

/**
 * All rows of the table `blobs`. A dump that is damaged is told at the end at the latest: until then nothing must be done
 * that cannot be undone. @throws DumpError, BackupError 'damaged'
 */
export async function* namedBlobs(dump: DumpFolder): AsyncGenerator<BlobName> {
  const columns = dump.tables.find(({ name }) => name === 'blobs')?.columns ?? [];
  const [digestAt, lengthAt] = [columns.indexOf('digest'), columns.indexOf('length')];
  for await (const line of lines(dump.rowsOf({ name: 'blobs' }))) {
    if (line.length > LONGEST_LINE) throw notABlob(dump);
    const fields = line.split('\t');
    const digest = DIGEST.exec(fields[digestAt] ?? '')?.[1];
    const length = Number(fields[lengthAt]);
    if (digest === undefined || !Number.isSafeInteger(length) || length < 0) throw notABlob(dump);
    yield { digest, length };
  }
}

function notABlob({ folder }: DumpFolder): BackupError {
  return new BackupError('damaged', `The dump in ${folder} names a blob that is none.`);
}

/** Where the notes of files in quarantine are within a dump; the files themselves are among the blobs, by the same digest. */
export function quarantineFolder(dump: string): string {
  return path.join(dump, 'files', 'quarantine');
}

/** The digests of the files in quarantine that a dump has, sorted. */
export async function quarantinedFiles(dump: string): Promise<string[]> {
  const names = await readdir(quarantineFolder(dump)).catch(() => []);
  return names.flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []).sort();
}

async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const whole = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = whole.pop() ?? '';
    yield* whole;
    // A line without an end is none: told by whoever reads it.
    if (rest.length > LONGEST_LINE) yield rest;
  }
}

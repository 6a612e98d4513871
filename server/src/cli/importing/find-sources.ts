// Finds the files to import: named ones, those below named folders, and those inside zip archives.
import { createReadStream } from 'node:fs';
import { open, opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Found, Unusable } from './source.ts';
import { zipSources } from './zip-archive.ts';

/**
 * Yields every file below the paths, in order of name, folders in depth; links are followed, each folder once.
 * What cannot be read is yielded as unusable and stops nothing else.
 */
export async function* findSources(paths: string[]): AsyncGenerator<Found> {
  const seenFolders = new Set<string>();
  for (const named of paths) yield* findBelow(named, seenFolders);
}

async function* findBelow(name: string, seenFolders: Set<string>): AsyncGenerator<Found> {
  let found: Found | 'folder' | 'zip';
  try {
    found = await look(name);
  } catch (error) {
    yield { unusable: unreadable(name, error) };
    return;
  }
  if (found === 'zip') yield* zipSources(name);
  else if (found === 'folder') yield* findInFolder(name, seenFolders);
  else yield found;
}

async function look(name: string): Promise<Found | 'folder' | 'zip'> {
  const stats = await stat(name);
  if (stats.isDirectory()) return 'folder';
  if (!stats.isFile()) {
    return { unusable: { name, code: 'not-a-file', reason: 'It is neither a file nor a folder.' } };
  }
  if (await startsAsZip(name)) return 'zip';
  return { source: { name, bytes: stats.size, open: async () => createReadStream(name) } };
}

/** Local file header, or the end record of an empty archive (APPNOTE.TXT 4.3.7, 4.3.16). */
async function startsAsZip(name: string): Promise<boolean> {
  const file = await open(name, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const magic = buffer.toString('latin1', 0, bytesRead);
    return magic === 'PK\x03\x04' || magic === 'PK\x05\x06';
  } finally {
    await file.close();
  }
}

async function* findInFolder(folder: string, seenFolders: Set<string>): AsyncGenerator<Found> {
  const names: string[] = [];
  try {
    const real = await realpath(folder);
    if (seenFolders.has(real)) return;
    seenFolders.add(real);
    for await (const entry of await opendir(folder)) names.push(entry.name);
  } catch (error) {
    yield { unusable: unreadable(folder, error) };
    return;
  }
  for (const name of names.sort()) yield* findBelow(path.join(folder, name), seenFolders);
}

function unreadable(name: string, error: unknown): Unusable {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  const known: Record<string, string> = {
    ENOENT: 'There is no such file or folder.',
    EACCES: 'This user may not read it.',
    EPERM: 'This user may not read it.',
    ELOOP: 'Its links lead in a circle.',
  };
  const reason =
    known[String(code)] ?? `It cannot be read: ${error instanceof Error ? error.message : error}`;
  return { name, code: code === 'ENOENT' ? 'no-such-file' : 'unreadable', reason };
}

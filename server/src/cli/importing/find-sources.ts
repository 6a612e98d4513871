// Finds the files to import: named ones, those below named folders, and those inside zip archives.
import { createReadStream } from 'node:fs';
import { open, opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Found, Unusable } from './source.ts';
import { zipSources } from './zip-archive.ts';

/** What a walk has to know of folders. */
interface Folders {
  readonly seen: Set<string>;
  /** The data folder of the Strata that imports, its real path; null when it is not known. */
  readonly own: string | null;
}

/**
 * Yields every file below the paths, in order of name, folders in depth; links are followed, each folder once.
 * What cannot be read is yielded as unusable and stops nothing else.
 * @param data the data folder of the Strata that imports: what lies in it is left out
 */
export async function* findSources(paths: string[], data: string | null = null): AsyncGenerator<Found> {
  const own = data === null ? null : await realpath(data).catch(() => null);
  const folders = { seen: new Set<string>(), own };
  for (const named of paths) yield* findBelow(named, folders);
}

async function* findBelow(name: string, folders: Folders): AsyncGenerator<Found> {
  let found: Found | 'folder' | 'zip';
  try {
    found = await look(name);
  } catch (error) {
    yield { unusable: unreadable(name, error) };
    return;
  }
  if (found === 'zip') yield* zipSources(name);
  else if (found === 'folder') yield* findInFolder(name, folders);
  else yield found;
}

async function look(name: string): Promise<Found | 'folder' | 'zip'> {
  const stats = await stat(name);
  if (stats.isDirectory()) return 'folder';
  if (!stats.isFile()) {
    return { unusable: { name, code: 'not-a-file', reason: 'It is neither a file nor a folder.' } };
  }
  if (await startsAsZip(name)) return 'zip';
  const bytes = stats.size;
  // A file that grows meanwhile is read up to where it ended when it was found.
  const whole = { start: 0, end: Math.max(0, bytes - 1) };
  return { source: { name, bytes, open: async () => createReadStream(name, whole) } };
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

async function* findInFolder(folder: string, folders: Folders): AsyncGenerator<Found> {
  const names: string[] = [];
  try {
    const real = await realpath(folder);
    if (folders.seen.has(real)) return;
    folders.seen.add(real);
    if (folders.own !== null && `${real}${path.sep}`.startsWith(`${folders.own}${path.sep}`)) {
      const reason = "It is Strata's own data folder, which is left out.";
      yield { unusable: { name: folder, code: 'data-folder', reason } };
      return;
    }
    for await (const entry of await opendir(folder)) names.push(entry.name);
  } catch (error) {
    yield { unusable: unreadable(folder, error) };
    return;
  }
  for (const name of names.sort()) yield* findBelow(path.join(folder, name), folders);
}

function unreadable(name: string, error: unknown): Unusable {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT' && name.includes('\ufffd')) {
    const reason = 'Its name is not valid UTF-8, so it cannot be opened. Rename it and import it again.';
    return { name, code: 'unreadable', reason };
  }
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

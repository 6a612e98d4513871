// Finds the files in what was dropped or chosen: folders in depth, archives opened, what systems leave in folders passed over.
import { isArchive, sourcesOfArchive } from './archive.ts';
import { type Found, fileSource } from './source.ts';

/** Files that hold no image: leftovers of operating systems. */
const LEFTOVERS = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|\.Spotlight-V100|__MACOSX|\._[^/]*)(\/|$)/i;
/** Folders within folders at most: links of some systems lead in circles. */
const MAX_DEPTH = 64;
/** The page gets its turn after so many. */
const AT_A_TIME = 200;

/** A file or folder; some files that programs hand over have no entry. */
type Dropped = FileSystemEntry | File;

const breathe = () => new Promise<void>((resolve) => setTimeout(resolve));

/** What was dropped. To be called while the event is handled: afterwards the browser has forgotten it. */
export function droppedEntries(transfer: DataTransfer): readonly Dropped[] {
  return [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? item.getAsFile() ?? []);
}

/** The files below what was dropped. Never throws: what cannot be read is told as unusable. */
export async function* filesBelow(entries: readonly Dropped[]): AsyncGenerator<Found> {
  for (const entry of entries) {
    if (entry instanceof File) yield* sourcesOf(entry.name, entry);
    else yield* filesOf(entry, 0);
  }
}

/** The files that were chosen one by one or as a folder. */
export async function* chosenFiles(files: readonly File[]): AsyncGenerator<Found> {
  for (const [at, file] of files.entries()) {
    if (at % AT_A_TIME === AT_A_TIME - 1) await breathe();
    yield* sourcesOf(file.webkitRelativePath || file.name, file);
  }
}

async function* filesOf(entry: FileSystemEntry, depth: number): AsyncGenerator<Found> {
  const name = entry.fullPath.replace(/^\//, '');
  if (depth > MAX_DEPTH) {
    yield { unusable: { name, code: 'too-deep' } };
    return;
  }
  try {
    if (entry.isDirectory) {
      for await (const one of entriesOf(entry as FileSystemDirectoryEntry)) yield* filesOf(one, depth + 1);
    } else {
      yield* sourcesOf(name, await fileOf(entry as FileSystemFileEntry));
    }
  } catch {
    yield { unusable: { name, code: 'unreadable' } };
  }
}

async function* sourcesOf(name: string, file: File): AsyncGenerator<Found> {
  if (LEFTOVERS.test(name)) return;
  let archive: boolean;
  try {
    archive = await isArchive(file);
  } catch {
    yield { unusable: { name, code: 'unreadable' } };
    return;
  }
  if (archive) yield* sourcesOfArchive(name, file);
  else yield { source: fileSource(name, file) };
}

async function* entriesOf(folder: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry> {
  const reader = folder.createReader();
  for (;;) {
    // The browser gives some at a time, and none when there are no more.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    yield* some;
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

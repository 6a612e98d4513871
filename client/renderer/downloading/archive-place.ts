// Where an archive is built: in the browser's own storage, or in memory where there is none (private windows, older browsers).
import { DownloadError } from './download-error.ts';

export interface ArchivePlace {
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
  /** All that was written, once the stream is closed. */
  file(): Promise<Blob>;
  /** Gives the room back. */
  remove(): Promise<void>;
}

/** Most bytes of files that are packed in memory. */
export const MAX_MEMORY_BYTES = 512 * 2 ** 20;
/** What an archive has beside its files. */
const MAX_OVERHEAD_BYTES = 64 * 2 ** 20;
/** Beside it, what a page that was closed in the middle has left. */
const FOLDER = 'strata-archives';

/**
 * @param bytes of all files
 * @throws DownloadError 'too-large' where there is only memory, and not enough
 */
export async function archivePlace(bytes: number): Promise<ArchivePlace> {
  return (await inStorage().catch(() => null)) ?? inMemory(bytes);
}

/** @throws DownloadError 'too-large' */
export function inMemory(bytes: number): ArchivePlace {
  if (bytes > MAX_MEMORY_BYTES) throw new DownloadError('too-large');
  const parts: Blob[] = [];
  let written = 0;
  const writable = new WritableStream<Uint8Array<ArrayBuffer>>({
    write(chunk) {
      written += chunk.length;
      if (written > bytes + MAX_OVERHEAD_BYTES) throw new DownloadError('too-large');
      // A blob may go to the disk, and what it was made of goes on being used.
      parts.push(new Blob([chunk]));
    },
  });
  return {
    writable,
    file: async () => new Blob(parts, { type: 'application/zip' }),
    remove: async () => {
      parts.length = 0;
    },
  };
}

async function inStorage(): Promise<ArchivePlace> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  await removeOld(folder);
  const handle = await folder.getFileHandle(`${crypto.randomUUID()}.zip`, { create: true });
  return {
    writable: (await handle.createWritable()) as WritableStream,
    file: () => handle.getFile(),
    remove: () => folder.removeEntry(handle.name).catch(() => undefined),
  };
}

/** Those of pages that are gone: nobody has them open, so that they can be taken away. */
async function removeOld(folder: FileSystemDirectoryHandle): Promise<void> {
  const day = 24 * 3_600_000;
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind !== 'file') continue;
    const { lastModified } = await (handle as FileSystemFileHandle).getFile();
    if (Date.now() - lastModified > day) await folder.removeEntry(name).catch(() => undefined);
  }
}

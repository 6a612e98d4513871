// Builds one zip archive of the files in the browser's own storage, and hands it over when it is whole.
import { DownloadError } from './download-error.ts';
import type { Sink } from './sink.ts';

/** Beside it, what a page that was closed in the middle has left. */
const FOLDER = 'strata-archives';
/** The browser copies the archive to where downloads go. */
const HANDED_OVER_MS = 10 * 60_000;

/** @param name of the archive, without ending @throws DownloadError 'not-written' */
export async function zipSink(name: string): Promise<Sink> {
  const { Uint8ArrayReader, ZipWriter } = await import('@zip.js/zip.js/index-native.js');
  const { folder, handle } = await newFile();
  const remove = () => folder.removeEntry(handle.name).catch(() => undefined);
  const writable = await handle.createWritable();
  // Images do not pack well, and stored files come out of a damaged archive.
  const archive = new ZipWriter(writable as WritableStream, {
    level: 0,
    useWebWorkers: false,
    keepOrder: true,
  });
  let last: Promise<unknown> = Promise.resolve();
  return {
    async write(path, bytes) {
      // One after the other, each let go when it is written.
      const before = last;
      const written = (async () => {
        await before;
        await archive.add(`${name}/${path}`, new Uint8ArrayReader(bytes));
      })();
      last = written.catch(() => undefined);
      try {
        await written;
      } catch (error) {
        throw new DownloadError('not-written', error);
      }
    },
    async close() {
      try {
        await archive.close();
        handOver(await handle.getFile(), `${name}.zip`);
      } catch (error) {
        await remove();
        throw new DownloadError('not-written', error);
      }
      setTimeout(() => void remove(), HANDED_OVER_MS);
    },
    async abandon() {
      await writable.abort().catch(() => undefined);
      await remove();
    },
  };
}

async function newFile() {
  try {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(FOLDER, { create: true });
    await removeOld(folder);
    return { folder, handle: await folder.getFileHandle(`${crypto.randomUUID()}.zip`, { create: true }) };
  } catch (error) {
    throw new DownloadError('not-written', error);
  }
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

function handOver(file: File, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), HANDED_OVER_MS);
}

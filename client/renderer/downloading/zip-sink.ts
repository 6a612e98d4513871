// Builds one zip archive of the files, and hands it over when it is whole.
import { archivePlace } from './archive-place.ts';
import { DownloadError } from './download-error.ts';
import type { Sink } from './sink.ts';

/** The browser copies the archive to where downloads go. */
const HANDED_OVER_MS = 10 * 60_000;

/**
 * @param name of the archive, without ending @param bytes of all files
 * @throws DownloadError 'too-large' where the browser has no storage for it
 */
export async function zipSink(name: string, bytes: number): Promise<Sink> {
  const { Uint8ArrayReader, ZipWriter } = await import('@zip.js/zip.js/index-native.js');
  const place = await archivePlace(bytes);
  // Images do not pack well, and stored files come out of a damaged archive.
  const archive = new ZipWriter(place.writable, {
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
        handOver(await place.file(), `${name}.zip`);
      } catch (error) {
        await place.remove();
        throw new DownloadError('not-written', error);
      }
      setTimeout(() => void place.remove(), HANDED_OVER_MS);
    },
    async abandon() {
      await place.writable.abort().catch(() => undefined);
      await place.remove();
    },
  };
}

function handOver(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), HANDED_OVER_MS);
}

// The files inside a zip archive, which may come from anyone: sizes, ratios and counts are limited before anything is unpacked.
import type { FileEntry, ZipReader } from '@zip.js/zip.js/index-native.js';
import { type Found, type Source, UnusableError } from './source.ts';

/** Most entries of one archive. */
const MAX_ENTRIES = 200_000;
/** Most bytes of one file: what the gateway takes. */
export const MAX_FILE_BYTES = 2 * 1024 ** 3;
/** From this size on an entry may not unpack to more than MAX_RATIO times its bytes in the archive. */
const RATIO_MATTERS_FROM = 16 * 2 ** 20;
/** Images pack 2 to 20 times; deflate ends at 1032. */
const MAX_RATIO = 200;
const STORED = 0;
const DEFLATED = 8;

/** Local file header, or the end record of an empty archive (APPNOTE.TXT 4.3.7, 4.3.16). Throws when it cannot be read. */
export async function isArchive(file: Blob): Promise<boolean> {
  const [a, b, c, d] = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return a === 0x50 && b === 0x4b && ((c === 3 && d === 4) || (c === 5 && d === 6));
}

/** What is in the archive; nothing is unpacked before a source is opened. Never throws. */
export async function* sourcesOfArchive(name: string, file: Blob): AsyncGenerator<Found> {
  const { BlobReader, ZipReader } = await import('@zip.js/zip.js/index-native.js');
  const archive: ZipReader<Blob> = new ZipReader(new BlobReader(file));
  let count = 0;
  try {
    for await (const entry of archive.getEntriesGenerator()) {
      if (++count > MAX_ENTRIES) {
        yield { unusable: { name, code: 'zip-limit' } };
        return;
      }
      if (!entry.directory) yield foundOf(`${name}/${entry.filename}`, entry as FileEntry);
    }
  } catch {
    yield { unusable: { name, code: 'bad-zip' } };
  }
}

function foundOf(name: string, entry: FileEntry): Found {
  const code = refusalOf(entry);
  if (code !== null) return { unusable: { name, code } };
  const bytes = entry.uncompressedSize;
  const source: Source = { name, bytes, memory: bytes, open: () => unpacked(entry) };
  return { source };
}

function refusalOf({ filename, encrypted, compressionMethod, uncompressedSize, compressedSize }: FileEntry) {
  if (/\.zip$/i.test(filename)) return 'zip-in-zip';
  if (encrypted) return 'zip-encrypted';
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) return 'zip-method';
  if (uncompressedSize > MAX_FILE_BYTES) return 'too-large';
  const isSuspect = uncompressedSize > RATIO_MATTERS_FROM && uncompressedSize > compressedSize * MAX_RATIO;
  return isSuspect ? 'zip-limit' : null;
}

/** The bytes of an entry, their sum checked; never more of them than the archive says. */
async function unpacked(entry: FileEntry): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const writable = new WritableStream<Uint8Array<ArrayBuffer>>({
    write(chunk) {
      length += chunk.length;
      if (length > entry.uncompressedSize) throw new UnusableError('bad-zip');
      chunks.push(chunk);
    },
  });
  try {
    await entry.getData(writable, { useWebWorkers: false, checkSignature: true });
  } catch (cause) {
    throw new UnusableError('bad-zip', cause);
  }
  if (length !== entry.uncompressedSize) throw new UnusableError('bad-zip');
  return new Blob(chunks);
}

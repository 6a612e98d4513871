// The files inside a zip archive, which may come from anyone: sizes, ratios and counts are limited before anything is unpacked.
import { pipeline, type Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { MAX_FILE_BYTES } from '../../gateway/outcome.ts';
import { CheckedContent } from './checked-content.ts';
import type { Found, Unusable } from './source.ts';

/** Most entries of one archive. */
const MAX_ENTRIES = 1_000_000;
/** From this size on an entry may not unpack to more than MAX_RATIO times its bytes in the archive. */
const RATIO_MATTERS_FROM = 16 * 2 ** 20;
/** Images pack 2 to 20 times; deflate ends at 1032. */
const MAX_RATIO = 200;

/** Yields what is in the archive, in its order; nothing is unpacked before a source is opened. */
export async function* zipSources(name: string): AsyncGenerator<Found> {
  const archive = new ZipArchive(name);
  const entries: Entry[] = [];
  try {
    const zip = await archive.take();
    try {
      if (zip.entryCount > MAX_ENTRIES) {
        yield {
          unusable: { name, code: 'zip-limit', reason: `The archive has more than ${MAX_ENTRIES} entries.` },
        };
        return;
      }
      for await (const entry of zip.eachEntry()) if (!isFolder(entry)) entries.push(entry);
    } finally {
      archive.release();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    yield {
      unusable: { name, code: 'bad-zip', reason: `The zip archive is damaged: ${why.replace(/\.+$/, '')}.` },
    };
  }
  for (const entry of entries) yield fromEntry(archive, entry);
}

function fromEntry(archive: ZipArchive, entry: Entry): Found {
  const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
  const entryName = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  const name = `${archive.name}/${entryName}`;
  const unusable = refuse(name, entry);
  if (unusable) return { unusable };
  return { source: { name, bytes: entry.uncompressedSize, open: () => archive.open(entry) } };
}

function isFolder(entry: Entry): boolean {
  return entry.fileNameRaw.at(-1) === '/'.charCodeAt(0);
}

function refuse(name: string, entry: Entry): Unusable | null {
  const { uncompressedSize, compressedSize } = entry;
  if (/\.zip$/i.test(name)) {
    return {
      name,
      code: 'zip-in-zip',
      reason: 'An archive inside an archive is not opened. Unpack it first.',
    };
  }
  if (entry.isEncrypted()) {
    return {
      name,
      code: 'zip-encrypted',
      reason: 'It is encrypted. Unpack the archive with its password first.',
    };
  }
  if (!entry.canDecodeFileData()) {
    return {
      name,
      code: 'zip-method',
      reason: `Its compression method (${entry.compressionMethod}) is not known. Unpack the archive first.`,
    };
  }
  if (uncompressedSize > MAX_FILE_BYTES) {
    return { name, code: 'too-large', reason: `It unpacks to more than ${MAX_FILE_BYTES / 2 ** 20} MiB.` };
  }
  if (uncompressedSize > RATIO_MATTERS_FROM && uncompressedSize > compressedSize * MAX_RATIO) {
    return {
      name,
      code: 'zip-limit',
      reason: `It unpacks to more than ${MAX_RATIO} times its size, which no image does.`,
    };
  }
  return null;
}

/** An archive that is open only while something is read from it. */
class ZipArchive {
  readonly name: string;
  #zip: Promise<ZipFile> | null = null;
  #users = 0;

  constructor(name: string) {
    this.name = name;
  }

  take(): Promise<ZipFile> {
    this.#users += 1;
    // Names are only shown, never written to: without decodeStrings a strange one does not end the whole archive.
    this.#zip ??= yauzl.openPromise(this.name, { lazyEntries: true, autoClose: false, decodeStrings: false });
    return this.#zip;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    const zip = this.#zip;
    this.#zip = null;
    zip?.then((opened) => opened.close()).catch(() => undefined); // an archive that did not open needs no closing
  }

  async open(entry: Entry): Promise<Readable> {
    const zip = await this.take();
    try {
      const content = await zip.openReadStreamPromise(entry);
      content.once('close', () => this.release());
      // Whoever gets the checked content is told of what goes wrong on the way to it.
      return pipeline(content, new CheckedContent(entry.crc32), () => undefined);
    } catch (error) {
      this.release();
      throw error;
    }
  }
}

// Keeps the files of recently read blobs open, because a viewer reads many small ranges of the same few blobs.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** An open blob: its handle and its length in bytes when it was opened. */
export interface OpenBlob {
  readonly handle: FileHandle;
  readonly length: number;
}

interface Entry {
  blob: Promise<OpenBlob>;
  users: number;
  dropped: boolean;
}

/** A bounded set of open files, the least recently used closed first, none closed while somebody reads it. */
export class OpenBlobs {
  readonly #limit: number;
  readonly #entries = new Map<string, Entry>();

  /** @param limit how many files may stay open while nobody reads them */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `read` with the file open. Throws what opening or `read` throws. */
  async use<T>(file: string, read: (blob: OpenBlob) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(file) ?? { blob: openBlob(file), users: 0, dropped: false };
    this.#entries.delete(file);
    this.#entries.set(file, entry);
    entry.users++;
    try {
      return await read(await entry.blob);
    } catch (error) {
      // The next reader opens the file anew: it may have been replaced by a good one.
      this.drop(file, entry);
      throw error;
    } finally {
      entry.users--;
      if (entry.dropped) closeUnused(entry);
      this.#trim();
    }
  }

  /** Forgets a file that was removed or replaced; it is closed when its last reader is done. */
  drop(file: string, entry = this.#entries.get(file)): void {
    if (!entry || entry.dropped) return;
    entry.dropped = true;
    if (this.#entries.get(file) === entry) this.#entries.delete(file);
    closeUnused(entry);
  }

  /** Forgets all files. */
  dropAll(): void {
    for (const file of [...this.#entries.keys()]) this.drop(file);
  }

  #trim(): void {
    for (const [file, entry] of this.#entries) {
      if (this.#entries.size <= this.#limit) return;
      if (entry.users === 0) this.drop(file, entry);
    }
  }
}

async function openBlob(file: string): Promise<OpenBlob> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    return { handle, length: (await handle.stat()).size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function closeUnused(entry: Entry): void {
  if (entry.users > 0) return;
  entry.blob.then(
    ({ handle }) => handle.close().catch(() => undefined),
    () => undefined, // it never opened, and its reader was told
  );
}

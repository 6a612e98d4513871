// Keeps the files of recently read blobs open, because a viewer reads many small ranges of the same few blobs.
import * as fs from 'node:fs';
import { promisify } from 'node:util';

// Plain descriptors: a FileHandle that is still open when the process ends is complained about.
const open = promisify(fs.open);
const stat = promisify(fs.fstat);
const close = promisify(fs.close);

/** An open blob: its file descriptor and its length in bytes when it was opened. */
export interface OpenBlob {
  readonly descriptor: number;
  readonly length: number;
}

interface Entry {
  blob: Promise<OpenBlob>;
  users: number;
  usedAt: number;
  dropped: boolean;
}

/** A bounded set of open files, the least recently used closed first and all after a pause, none while somebody reads it. */
export class OpenBlobs {
  readonly #limit: number;
  readonly #idleMs: number;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;

  /** @param limit how many files may stay open while nobody reads them @param idleMs and for how long */
  constructor(limit: number, idleMs: number) {
    this.#limit = limit;
    this.#idleMs = idleMs;
  }

  /** Runs `read` with the file open. Throws what opening or `read` throws. */
  async use<T>(file: string, read: (blob: OpenBlob) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(file) ?? { blob: openBlob(file), users: 0, usedAt: 0, dropped: false };
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
      entry.usedAt = performance.now();
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
    this.#timer ??= setInterval(() => this.#dropIdle(), this.#idleMs).unref();
  }

  #dropIdle(): void {
    const since = performance.now() - this.#idleMs;
    for (const [file, entry] of this.#entries) {
      if (entry.users === 0 && entry.usedAt < since) this.drop(file, entry);
    }
    if (this.#entries.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

async function openBlob(file: string): Promise<OpenBlob> {
  const descriptor = await open(file, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
  try {
    return { descriptor, length: (await stat(descriptor)).size };
  } catch (error) {
    await close(descriptor);
    throw error;
  }
}

function closeUnused(entry: Entry): void {
  if (entry.users > 0) return;
  entry.blob.then(
    ({ descriptor }) => close(descriptor).catch(() => undefined),
    () => undefined, // it never opened, and its reader was told
  );
}

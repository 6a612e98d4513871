// Blobs on a disk: immutable, named by their SHA-256, visible only whole and durable (DESIGN invariants 2 to 4).
import { lstat, opendir, readdir, rename, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import { digestOf, digestOfFile, readRange } from './blob-bytes.ts';
import { checkDigest, isDigest, shardOf } from './blob-names.ts';
import { makeFolder, syncFolder, writeDurably } from './durable-files.ts';
import { StoreError, storeError } from './errors.ts';
import { type OpenBlob, OpenBlobs } from './open-blobs.ts';
import { isLeftOver, releaseTemporaryName, takeTemporaryName } from './temporary-files.ts';

const OPEN_FILES = 128;
const OPEN_FOR_MS = 5_000;
// Patients' images: nobody else on the machine reads them.
const PRIVATE = 0o750;

/** What `put` did: the blob's name, its length in bytes, and whether it was there before. */
export interface StoredBlob {
  readonly digest: string;
  readonly length: number;
  readonly existed: boolean;
}

/** A blob in the store: SHA-256 in hex and length in bytes. */
export interface ListedBlob {
  readonly digest: string;
  readonly length: number;
}

/** What re-reading a blob found; `reason` says it for a person. */
export type BlobCheck =
  | { readonly digest: string; readonly state: 'good'; readonly length: number }
  | {
      readonly digest: string;
      readonly state: 'missing' | 'corrupt' | 'unreadable';
      readonly reason: string;
    };

/** The blobs of one data folder: `blobs/ab/cd/<sha256>`, and `tmp/` for what is being written. */
export class BlobStore {
  readonly #blobs: string;
  readonly #temporary: string;
  readonly #open = new OpenBlobs(OPEN_FILES, OPEN_FOR_MS);
  readonly #writing = new Map<string, Promise<StoredBlob>>();
  // Shard folders whose names are known to be on the disk; at most 256 + 65536.
  readonly #durableShards = new Set<string>();

  private constructor(folder: string) {
    this.#blobs = path.join(folder, 'blobs');
    this.#temporary = path.join(folder, 'tmp');
  }

  /**
   * Opens the store of a folder, makes it when it is new, and removes what a dead process left half written.
   * Throws StoreError `read-only`, `no-space` or `io` when the folder cannot be used.
   */
  static async open(folder: string): Promise<BlobStore> {
    const store = new BlobStore(path.resolve(folder));
    try {
      await makeFolder(store.#blobs, PRIVATE);
      await makeFolder(store.#temporary, PRIVATE);
    } catch (error) {
      throw writeError(error, 'make the blob store', folder);
    }
    await store.sweepTemporary();
    return store;
  }

  /**
   * Stores the parts, one after the other, as one blob. When it returns the blob is on the disk under its name; when it
   * throws no temporary file stays. The same blob may be put many times at once. The parts must not change meanwhile.
   * A file that has the name already is read again: one with other bytes is damaged and is replaced.
   * Throws StoreError `no-space`, `read-only` or `io`.
   */
  async put(parts: readonly Uint8Array[]): Promise<StoredBlob> {
    const { digest, length } = await digestOf(parts);
    const running = this.#writing.get(digest);
    if (running) return { ...(await running), existed: true };
    const writing = this.#putOnce(digest, length, parts);
    this.#writing.set(digest, writing);
    try {
      return await writing;
    } finally {
      this.#writing.delete(digest);
    }
  }

  async #putOnce(digest: string, length: number, parts: readonly Uint8Array[]): Promise<StoredBlob> {
    const file = this.#fileOf(digest);
    try {
      const existing = await statOrNull(file);
      const whole = existing?.isFile() && existing.size === length;
      if (whole && (await this.verify(digest)).state === 'good') {
        // Its writer may have died between rename and fsync of the folder.
        await this.#makeShardDurable(digest);
        await syncFolder(path.dirname(file));
        return { digest, length, existed: true };
      }
      await this.#makeShardDurable(digest);
      await this.#write(file, parts);
      this.#open.drop(file);
      return { digest, length, existed: false };
    } catch (error) {
      this.#durableShards.clear(); // a folder may have been taken away: the next put makes it again
      throw writeError(error, 'write a blob', file);
    }
  }

  async #write(file: string, parts: readonly Uint8Array[]): Promise<void> {
    const name = takeTemporaryName();
    const temporary = path.join(this.#temporary, name);
    try {
      await writeDurably(temporary, parts);
      await rename(temporary, file);
      await syncFolder(path.dirname(file));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined); // the first error is the one to tell
      throw error;
    } finally {
      releaseTemporaryName(name);
    }
  }

  async #makeShardDurable(digest: string): Promise<void> {
    const { outer, inner } = shardOf(digest);
    if (this.#durableShards.has(inner)) return;
    await makeFolder(path.join(this.#blobs, outer), PRIVATE);
    await makeFolder(path.join(this.#blobs, inner), PRIVATE);
    // A folder that was there may come from a process that died before its fsync.
    if (!this.#durableShards.has(outer)) await syncFolder(this.#blobs);
    await syncFolder(path.join(this.#blobs, outer));
    this.#durableShards.add(outer).add(inner);
  }

  /** A whole blob. Its bytes are not compared with its digest here. Throws StoreError. */
  async get(digest: string): Promise<Uint8Array> {
    return this.#use(digest, 'read a blob', (blob, file) => readRange(blob, file, 0, blob.length));
  }

  /**
   * A range of a blob: `length` bytes from byte `offset`. Throws StoreError: `missing`, or `corrupt` when the blob ends
   * before the range does; RangeError when the range is not one.
   */
  async read(digest: string, offset: number, length: number): Promise<Uint8Array> {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
      throw new RangeError(`No range of a blob: ${length} bytes from byte ${offset}.`);
    }
    return this.#use(digest, 'read a blob', (blob, file) => readRange(blob, file, offset, length));
  }

  async #use<T>(
    digest: string,
    doing: string,
    read: (blob: OpenBlob, file: string) => Promise<T>,
  ): Promise<T> {
    const file = this.#fileOf(digest);
    try {
      return await this.#open.use(file, (blob) => read(blob, file));
    } catch (error) {
      throw storeError(error, doing, file);
    }
  }

  /** Whether the blob is here. Throws StoreError. */
  async has(digest: string): Promise<boolean> {
    return (await this.size(digest)) !== null;
  }

  /** The blob's length in bytes, or null when it is not here. Throws StoreError. */
  async size(digest: string): Promise<number | null> {
    const file = this.#fileOf(digest);
    try {
      const found = await statOrNull(file);
      return found?.isFile() ? found.size : null;
    } catch (error) {
      throw storeError(error, 'look at a blob', file);
    }
  }

  /** Every blob that is here, one after the other, in no particular order. Throws StoreError. */
  async *list(): AsyncGenerator<ListedBlob> {
    for await (const outer of shards(this.#blobs)) {
      for await (const inner of shards(path.join(this.#blobs, outer))) {
        for await (const digest of names(path.join(this.#blobs, outer, inner))) {
          if (!isDigest(digest) || shardOf(digest).inner !== path.join(outer, inner)) continue;
          const length = await this.size(digest);
          if (length !== null) yield { digest, length };
        }
      }
    }
  }

  /** Re-reads a blob in chunks of 1 MiB and compares it with its name. Throws only for a bad digest. */
  async verify(digest: string): Promise<BlobCheck> {
    // Not through a file that is open already: that could be one that was since replaced or removed.
    this.#open.drop(this.#fileOf(digest));
    try {
      return await this.#use(digest, 'verify a blob', async (blob, file) => {
        if ((await digestOfFile(blob, file)) === digest)
          return { digest, state: 'good' as const, length: blob.length };
        const reason = `The ${blob.length} bytes of ${file} do not match their SHA-256: restore it from a replica or import again.`;
        return { digest, state: 'corrupt' as const, reason };
      });
    } catch (error) {
      const { code, message } = storeError(error, 'verify a blob', digest);
      const state = code === 'missing' || code === 'corrupt' ? code : 'unreadable';
      return { digest, state, reason: message };
    }
  }

  /** Removes a blob that nothing refers to; one that is not here is fine. Throws StoreError. */
  async delete(digest: string): Promise<void> {
    const file = this.#fileOf(digest);
    this.#open.drop(file);
    try {
      await unlink(file);
      await syncFolder(path.dirname(file));
    } catch (error) {
      const failed = storeError(error, 'remove a blob', file);
      if (failed.code !== 'missing') throw failed;
    }
  }

  /** Removes half-written files of processes that died. @returns how many. Throws StoreError. */
  async sweepTemporary(): Promise<number> {
    try {
      const leftOver = (await readdir(this.#temporary)).filter(isLeftOver);
      for (const name of leftOver) {
        await rm(path.join(this.#temporary, name), { force: true, recursive: true });
      }
      return leftOver.length;
    } catch (error) {
      throw storeError(error, 'sweep temporary files', this.#temporary);
    }
  }

  /** Closes the files that are kept open for reading. The store can still be used. */
  close(): void {
    this.#open.dropAll();
  }

  #fileOf(digest: string): string {
    checkDigest(digest);
    return path.join(this.#blobs, shardOf(digest).inner, digest);
  }
}

async function statOrNull(file: string) {
  try {
    return await lstat(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

// What a desktop, a network file system or a person leaves beside the blobs is none of them.
async function* shards(folder: string): AsyncGenerator<string> {
  for await (const name of names(folder)) if (/^[0-9a-f]{2}$/.test(name)) yield name;
}

async function* names(folder: string): AsyncGenerator<string> {
  try {
    for await (const entry of await opendir(folder)) yield entry.name;
  } catch (error) {
    throw storeError(error, 'list the blobs', folder);
  }
}

// While writing, a folder that is not there is the disk's fault, not a missing blob.
function writeError(cause: unknown, doing: string, file: string): StoreError {
  const failed = storeError(cause, doing, file);
  if (failed.code !== 'missing') return failed;
  return new StoreError('io', `${failed.message} A folder above it is not there or cannot be made.`, {
    cause,
  });
}

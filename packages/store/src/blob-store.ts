// Blobs on a disk: immutable, named by their SHA-256, visible only whole and durable (DESIGN invariants 2 to 4).
import { lstat, readdir, rename, rm, unlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import { digestOf, digestOfFile, readRange } from './blob-bytes.ts';
import { type BlobName, checkDigest, shardOf } from './blob-names.ts';
import { DigestLocks } from './digest-locks.ts';
import { makeFolder, syncFolder, writeDurably } from './durable-files.ts';
import { StoreError, storeError } from './errors.ts';
import { blobFiles } from './list-files.ts';
import { type OpenBlob, OpenBlobs } from './open-blobs.ts';
import { gatherVerified, StreamFailure, writeStreamDurably } from './stream-files.ts';
import { isLeftOver, releaseTemporaryName, takeTemporaryName } from './temporary-files.ts';
import { placeInThread } from './writers.ts';

// Up to this many bytes it is the number of system calls that takes time, and a copy costs nothing.
const SMALL = 4 * 2 ** 20;
// A stream of fewer bytes is gathered in memory, to take the short way too.
const GATHERED = 2 ** 20;
const OPEN_FILES = 128;
const OPEN_FOR_MS = 5_000;
// Patients' images: nobody else on the machine reads them.
const PRIVATE = 0o750;
// The system dates a file by the last tick of its clock, which is a few milliseconds old.
const CLOCK_TICK_MS = 20;

/** What `put` did: the blob's name, its length in bytes, and whether it was there before. */
export interface StoredBlob {
  readonly digest: string;
  readonly length: number;
  readonly existed: boolean;
}

/** A blob in the store, and when it was last put, in milliseconds since 1970. */
export interface ListedBlob extends BlobName {
  readonly modifiedMs: number;
}

export interface DeleteOptions {
  /** A blob that was put at this time or later stays; milliseconds since 1970. Absent: it goes in any case. */
  readonly unlessTouchedSince?: number;
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
  readonly #locks = new DigestLocks();
  /** Puts that run or wait, and that no removal waits behind: whoever puts the same joins. */
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
   * @param leftOvers `stay` for who only reads, beside a server that may run in another container
   */
  static async open(folder: string, leftOvers: 'go' | 'stay' = 'go'): Promise<BlobStore> {
    const store = new BlobStore(path.resolve(folder));
    try {
      await makeFolder(store.#blobs, PRIVATE);
      await makeFolder(store.#temporary, PRIVATE);
    } catch (error) {
      throw writeError(error, 'make the blob store', folder);
    }
    if (leftOvers === 'go') await store.sweepTemporary();
    return store;
  }

  /**
   * Stores the parts, one after the other, as one blob. When it returns the blob is on the disk under its name; when it
   * throws no temporary file stays. The same blob may be put many times at once. The parts must not change meanwhile.
   * A file that has the name already is read again: one with other bytes is damaged and is replaced; a good one is dated now.
   * @param name of the parts, where the caller has computed it
   * Throws StoreError `no-space`, `read-only` or `io`.
   */
  async put(parts: readonly Uint8Array[], name?: BlobName): Promise<StoredBlob> {
    const { digest, length } = name ?? (await digestOf(parts));
    const running = this.#writing.get(digest);
    if (running) return { ...(await running), existed: true };
    const writing = this.#locks.run(digest, () => this.#putOnce(digest, length, parts));
    this.#writing.set(digest, writing);
    try {
      return await writing;
    } finally {
      if (this.#writing.get(digest) === writing) this.#writing.delete(digest);
    }
  }

  /**
   * Stores a blob that comes from elsewhere, verified while it is written. A good one that is here already is dated now,
   * and the stream is not read. Memory stays at about 1 MiB.
   * Throws StoreError `corrupt` when the bytes are not what the name says, else as `put`, or what the stream throws.
   */
  async putStream(name: BlobName, stream: AsyncIterable<Uint8Array>): Promise<StoredBlob> {
    const { digest, length } = name;
    const file = this.#fileOf(digest);
    if (length <= GATHERED && (await this.size(digest)) === null) {
      const parts = await gatherVerified(name, stream).catch((error) => {
        throw error instanceof StreamFailure ? error.cause : error;
      });
      return this.put(parts, name);
    }
    try {
      if (await this.#locks.run(digest, () => this.#keepGood(digest, length)))
        return { digest, length, existed: true };
      await this.#makeShardDurable(digest);
    } catch (error) {
      throw this.#putFailed(error, file);
    }
    // Not under the lock: a slow sender must not keep a local put of the same blob waiting.
    const write = (temporary: string) => writeStreamDurably(temporary, name, stream);
    await this.#intoPlace(file, write, (move) => this.#locks.run(digest, move));
    this.#open.drop(file);
    return { digest, length, existed: false };
  }

  async #putOnce(digest: string, length: number, parts: readonly Uint8Array[]): Promise<StoredBlob> {
    const file = this.#fileOf(digest);
    if (length <= SMALL && (await this.#placeNew(digest, file, parts)))
      return { digest, length, existed: false };
    try {
      if (await this.#keepGood(digest, length)) return { digest, length, existed: true };
      await this.#makeShardDurable(digest);
    } catch (error) {
      throw this.#putFailed(error, file);
    }
    await this.#intoPlace(
      file,
      (temporary) => writeDurably(temporary, parts),
      (move) => move(),
    );
    this.#open.drop(file);
    return { digest, length, existed: false };
  }

  /** The short way of a small blob. @returns false when something has its name, or a folder is gone: nothing was done then */
  async #placeNew(digest: string, file: string, parts: readonly Uint8Array[]): Promise<boolean> {
    const { outer, inner } = shardOf(digest);
    const folders = [outer, inner].filter((shard) => !this.#durableShards.has(shard));
    const name = takeTemporaryName();
    try {
      const placed = await placeInThread({
        ...{ file, parts, mode: PRIVATE, temporary: path.join(this.#temporary, name) },
        folders: folders.map((shard) => path.join(this.#blobs, shard)),
      });
      if (placed) this.#durableShards.add(outer).add(inner);
      return placed;
    } catch (error) {
      const failed = this.#putFailed(error, file);
      // A shard that was there is gone: that is told once. One that was not there may lack the folders above it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || folders.length === 0) throw failed;
      return false;
    } finally {
      releaseTemporaryName(name);
      this.#open.drop(file);
    }
  }

  /** Makes a good file of this name durable and dates it now. @returns whether there is one */
  async #keepGood(digest: string, length: number): Promise<boolean> {
    const file = this.#fileOf(digest);
    const existing = await statOrNull(file);
    const whole = existing?.isFile() && existing.size === length;
    if (!whole || (await this.verify(digest)).state !== 'good') return false;
    // Its writer may have died between rename and fsync of the folder.
    await this.#makeShardDurable(digest);
    await syncFolder(path.dirname(file));
    const now = new Date();
    await utimes(file, now, now);
    return true;
  }

  #putFailed(cause: unknown, file: string): StoreError {
    this.#durableShards.clear(); // a folder may have been taken away: the next put makes it again
    return writeError(cause, 'write a blob', file);
  }

  /** @param write makes the file durable under the temporary name @param locked runs the move to its own name */
  async #intoPlace(
    file: string,
    write: (temporary: string) => Promise<void>,
    locked: (move: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const name = takeTemporaryName();
    const temporary = path.join(this.#temporary, name);
    try {
      await write(temporary);
      await locked(async () => {
        await rename(temporary, file);
        await syncFolder(path.dirname(file));
      });
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined); // the first error is the one to tell
      throw error instanceof StreamFailure ? error.cause : this.#putFailed(error, file);
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

  /** Every blob that is here, sorted by digest. @param after only those behind this digest. Throws StoreError. */
  async *list(after?: string): AsyncGenerator<ListedBlob> {
    if (after !== undefined) checkDigest(after);
    for await (const { digest, file } of blobFiles(this.#blobs, after ?? '')) {
      try {
        const found = await statOrNull(file);
        if (found?.isFile()) yield { digest, length: found.size, modifiedMs: found.mtimeMs };
      } catch (error) {
        throw storeError(error, 'look at a blob', file);
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

  /**
   * Removes a blob that nothing refers to, never while it is being put.
   * @returns whether it is not here any more: false for one that was put at `unlessTouchedSince` or later. Throws StoreError.
   */
  async delete(digest: string, { unlessTouchedSince }: DeleteOptions = {}): Promise<boolean> {
    const file = this.#fileOf(digest);
    // Whoever puts it from now on must find it gone, or put it back.
    this.#writing.delete(digest);
    return this.#locks.run(digest, async () => {
      try {
        const found = unlessTouchedSince === undefined ? null : await statOrNull(file);
        if (found && found.mtimeMs > (unlessTouchedSince ?? 0) - CLOCK_TICK_MS) return false;
        this.#open.drop(file);
        await unlink(file);
        await syncFolder(path.dirname(file));
      } catch (error) {
        const failed = storeError(error, 'remove a blob', file);
        if (failed.code !== 'missing') throw failed;
      }
      return true;
    });
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

// While writing, a folder that is not there is the disk's fault, not a missing blob.
function writeError(cause: unknown, doing: string, file: string): StoreError {
  const failed = storeError(cause, doing, file);
  if (failed.code !== 'missing') return failed;
  return new StoreError('io', `${failed.message} A folder above it is not there or cannot be made.`, {
    cause,
  });
}

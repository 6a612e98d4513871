// Copies of blobs that others keep: bounded in bytes, the least recently used go first, gone at the next start.
//
// They are proven when they are written and are of this process alone, so they need no fsync.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, statfs, unlink } from 'node:fs/promises';
import path from 'node:path';
import { LRUCache } from 'lru-cache';
import { readRange } from './blob-bytes.ts';
import { type BlobName, checkDigest } from './blob-names.ts';
import { makeFolder } from './durable-files.ts';
import { StoreError, storeError } from './errors.ts';
import { type OpenBlob, OpenBlobs } from './open-blobs.ts';
import { StreamFailure, writeVerified } from './stream-files.ts';

const OPEN_FILES = 128;
const OPEN_FOR_MS = 5_000;
const PRIVATE = 0o750;
/** What a copy costs beside its bytes. */
const ENTRY_BYTES = 4096;
/** One blob may fill at most this part of the cache. */
const LARGEST_PART = 1 / 4;

export interface CacheRules {
  /** The most that all copies take together. */
  readonly bytes: number;
  /** Bytes that stay free on the file system: copies are the first to have no room. */
  readonly reserve: number;
}

export class BlobCache {
  readonly #folder: string;
  readonly #rules: CacheRules;
  readonly #open = new OpenBlobs(OPEN_FILES, OPEN_FOR_MS);
  readonly #lengths: LRUCache<string, number>;
  readonly #writing = new Map<string, Promise<boolean>>();

  private constructor(folder: string, rules: CacheRules) {
    this.#folder = folder;
    this.#rules = rules;
    this.#lengths = new LRUCache<string, number>({
      maxSize: Math.max(1, rules.bytes),
      sizeCalculation: (length) => length + ENTRY_BYTES,
      dispose: (_, digest, why) => {
        if (why === 'set') return;
        this.#open.drop(this.#fileOf(digest));
        unlink(this.#fileOf(digest)).catch(() => undefined); // gone already, or with the next start
      },
    });
  }

  /** An empty cache in the folder; what was there is removed meanwhile. Throws StoreError when the folder cannot be used. */
  static async open(folder: string, rules: CacheRules): Promise<BlobCache> {
    const place = path.resolve(folder);
    try {
      await makeFolder(place, PRIVATE);
      await sweep(place);
      await mkdir(path.join(place, 'copies'), { mode: PRIVATE });
    } catch (error) {
      throw storeError(error, 'make the cache', place);
    }
    return new BlobCache(place, rules);
  }

  /** How many copies there are, and their bytes. */
  get held(): { copies: number; bytes: number } {
    return { copies: this.#lengths.size, bytes: this.#lengths.calculatedSize ?? 0 };
  }

  /** The length of a copy in bytes; null when there is none. */
  size(digest: string): number | null {
    return this.#lengths.get(digest) ?? null;
  }

  /** A whole copy. Throws StoreError `missing` when there is none, or not any more. */
  async get(digest: string): Promise<Uint8Array> {
    return this.#use(digest, (blob, file) => readRange(blob, file, 0, blob.length));
  }

  /** `length` bytes from byte `offset`. Throws StoreError `missing`, or `corrupt` when the blob ends before. */
  async read(digest: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#use(digest, (blob, file) => readRange(blob, file, offset, length));
  }

  /** Whether a copy of this length could be kept. */
  async hasRoom(length: number): Promise<boolean> {
    if (length + ENTRY_BYTES > this.#rules.bytes * LARGEST_PART) return false;
    try {
      // Somebody may have wiped it.
      await mkdir(path.join(this.#folder, 'copies'), { mode: PRIVATE, recursive: true });
      const { bsize, bavail } = await statfs(this.#folder);
      return bsize * bavail - length > this.#rules.reserve;
    } catch {
      return false; // it cannot be made again: nothing is kept
    }
  }

  /**
   * Keeps a copy. @returns whether it is here now: false when it has no room; the stream is not read then.
   * Throws StoreError `corrupt` when the bytes are not what the name says, `no-space`, `io`, or what the stream throws.
   */
  keep(blob: BlobName, stream: AsyncIterable<Uint8Array>): Promise<boolean> {
    checkDigest(blob.digest);
    const running = this.#writing.get(blob.digest);
    if (running) return running;
    const writing = this.#keep(blob, stream).finally(() => this.#writing.delete(blob.digest));
    this.#writing.set(blob.digest, writing);
    return writing;
  }

  async #keep(blob: BlobName, stream: AsyncIterable<Uint8Array>): Promise<boolean> {
    if (this.#lengths.has(blob.digest)) return true;
    if (!(await this.hasRoom(blob.length))) return false;
    const file = this.#fileOf(blob.digest);
    const temporary = `${file}.${randomUUID()}`;
    try {
      await mkdir(path.dirname(file), { mode: PRIVATE, recursive: true });
      await writeVerified(temporary, blob, stream, async () => undefined);
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined); // the first error is the one to tell
      throw error instanceof StreamFailure ? error.cause : storeError(error, 'keep a copy', file);
    }
    this.#lengths.set(blob.digest, blob.length);
    return this.#lengths.has(blob.digest);
  }

  /** Forgets a copy. */
  delete(digest: string): void {
    this.#lengths.delete(digest);
  }

  /** Closes files. */
  close(): void {
    this.#open.dropAll();
  }

  async #use<T>(digest: string, read: (blob: OpenBlob, file: string) => Promise<T>): Promise<T> {
    checkDigest(digest);
    const file = this.#fileOf(digest);
    if (this.#lengths.get(digest) === undefined)
      throw new StoreError('missing', `There is no copy of blob ${digest}.`);
    try {
      return await this.#open.use(file, (blob) => read(blob, file));
    } catch (error) {
      // Whatever it is, the next reader takes it from elsewhere.
      if (!(error instanceof StoreError && error.code === 'corrupt')) this.delete(digest);
      throw storeError(error, 'read a copy', file);
    }
  }

  #fileOf(digest: string): string {
    return path.join(this.#folder, 'copies', digest.slice(0, 2), digest);
  }
}

/** Moves what is in the folder aside at once and removes it in the background. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const aside = path.join(folder, name.startsWith('old-') ? name : `old-${randomUUID()}`);
    if (!name.startsWith('old-')) await rename(path.join(folder, name), aside);
    void rm(aside, { recursive: true, force: true }).catch(() => undefined); // the next start tries again
  }
}

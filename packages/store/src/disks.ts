// The blob disks of one server (just a bunch of disks): each blob on one of them, a lost disk loses only its own.
import { digestOf } from './blob-bytes.ts';
import { type BlobName, checkDigest } from './blob-names.ts';
import type { BlobCheck, BlobStore, DeleteOptions, ListedBlob, StoredBlob } from './blob-store.ts';
import { DigestLocks } from './digest-locks.ts';
import { Disk, type DiskFolder, type DiskStatus } from './disk.ts';
import { readDiskMemory, writeDiskMemory } from './disk-memory.ts';
import { StoreError } from './errors.ts';
import { mergeSorted } from './merge-sorted.ts';
import { rankDisks } from './placement.ts';

/** What a put did, and on which disk the blob is. */
export interface PlacedBlob extends StoredBlob {
  readonly disk: string;
}

/** A blob and the disk that has it. */
export interface ListedOnDisk extends ListedBlob {
  readonly disk: string;
}

/** Which disk, by id; absent: placement decides, or all are looked at. */
export interface OnDisk {
  readonly disk?: string;
}

export class Disks {
  readonly #disks: readonly Disk[];
  readonly #locks = new DigestLocks();
  readonly #memory: string | undefined;
  #remembered = '';

  private constructor(disks: readonly Disk[], memory: string | undefined) {
    this.#disks = disks;
    this.#memory = memory;
  }

  /**
   * Opens all; folders without an identity get one, and blobs that are there are taken over. One that cannot be opened is
   * lost, and looked for again. @param memory the file that remembers which disk was where
   * Throws StoreError when none can be used, or two are the same.
   */
  static async open(folders: readonly DiskFolder[], memory?: string): Promise<Disks> {
    const remembered = memory === undefined ? [] : await readDiskMemory(memory);
    const opened: Disk[] = [];
    for (const folder of folders) opened.push(await Disk.open(folder, remembered));
    const disks = new Disks(opened, memory);
    const [first] = opened;
    const same = opened.find(({ id }, at) => id !== '' && opened.findIndex((each) => each.id === id) !== at);
    if (same || opened.every(({ failure }) => failure !== null)) {
      disks.close();
      const twice = `Two folders hold the same disk ${same?.id}: one is a copy. Remove disk.json of the copy.`;
      throw same
        ? new StoreError('io', twice)
        : (first?.failure ?? new StoreError('io', 'No disk is configured.'));
    }
    await disks.#remember();
    return disks;
  }

  /** Writes down which disk is where, when that has changed. */
  async #remember(): Promise<void> {
    if (this.#memory === undefined) return;
    const now = this.#disks.flatMap(({ memory }) => memory ?? []);
    const text = JSON.stringify(now);
    if (text === this.#remembered) return;
    try {
      await writeDiskMemory(this.#memory, now);
      this.#remembered = text;
    } catch {
      // Tried again at the next look; without it only a disk that is not mounted at the next start is taken for a new one.
    }
  }

  /** How each disk is, and those that were lost since the start. */
  status(): DiskStatus[] {
    return this.#disks.flatMap((disk) => disk.status());
  }

  /** Looks at every disk anew: whether it is still there and how much is free. */
  async check(): Promise<DiskStatus[]> {
    await Promise.all(this.#disks.map((disk) => disk.check()));
    await this.#remember();
    return this.status();
  }

  /**
   * Stores the parts as one blob, see BlobStore, on the disk that placement gives or that has it already; when that one
   * fails, on the next. @param name of the parts, where the caller has computed it
   * Throws StoreError `no-space` when no disk has room, `read-only` or `io` when none can be written.
   */
  async put(
    parts: readonly Uint8Array[],
    { disk, name }: OnDisk & { readonly name?: BlobName } = {},
  ): Promise<PlacedBlob> {
    const blob = name ?? (await digestOf(parts));
    let failure: unknown = null;
    // A disk that was emptied is a new one after the first try.
    for (let attempt = 0; attempt < 2; attempt++) {
      for (const each of await this.#candidates(blob, disk)) {
        try {
          return await this.#write(each, blob, (store) => store.put(parts, blob));
        } catch (error) {
          failure = error;
        }
      }
    }
    throw failure ?? this.#noRoom(blob, disk);
  }

  /**
   * Stores a blob that comes from elsewhere, verified while it is written; see BlobStore. Only one disk is tried, since the
   * stream is gone afterwards; a disk that failed is not the next one's.
   * Throws StoreError, `corrupt` when the bytes are not what the name says, or what the stream throws.
   */
  async putStream(
    blob: BlobName,
    stream: AsyncIterable<Uint8Array>,
    { disk }: OnDisk = {},
  ): Promise<PlacedBlob> {
    checkDigest(blob.digest);
    const [first] = await this.#candidates(blob, disk);
    if (!first) throw this.#noRoom(blob, disk);
    return this.#write(first, blob, (store) => store.putStream(blob, stream));
  }

  async #write(
    disk: Disk,
    blob: BlobName,
    write: (store: BlobStore) => Promise<StoredBlob>,
  ): Promise<PlacedBlob> {
    const stored = await disk.write(blob, write);
    if (this.#disks.length === 1) return { ...stored, disk: disk.id };
    return this.#locks.run(blob.digest, async () => {
      // Somebody else has just put it on another disk, and has kept that one.
      if (!(await has(disk, blob.digest))) {
        const other = await this.#holder(blob.digest);
        if (other) return { ...stored, disk: other.id };
        throw new StoreError('io', `Blob ${blob.digest} was removed while it was put.`);
      }
      // Where a damaged copy could not be replaced in its place, or one is moved, nobody must find the other first.
      for (const other of this.#disks) {
        if (other === disk || !(await has(other, blob.digest))) continue;
        await other.delete(blob.digest, {}).catch(() => undefined);
      }
      return { ...stored, disk: disk.id };
    });
  }

  /** Those that may take the blob, best first: the one that has it, then by rank. */
  async #candidates({ digest, length }: BlobName, wanted: string | undefined): Promise<Disk[]> {
    if (wanted !== undefined) {
      const named = this.#disks.find(({ id }) => id === wanted);
      if (!named) return [];
      const [{ free } = { free: 0 }] = named.status();
      return free >= length || (await has(named, digest)) ? [named] : [];
    }
    let order = this.#ranked({ digest, length });
    if (order.length === 0) {
      // Room may just have been made.
      await this.check();
      order = this.#ranked({ digest, length });
    }
    const holder = await this.#holder(digest);
    return holder ? [holder, ...order.filter((disk) => disk !== holder)] : order;
  }

  #ranked({ digest, length }: BlobName): Disk[] {
    const ranked = ['online' as const, 'archive' as const].flatMap((kind) =>
      rankDisks(digest, [{ id: '', site: '', disks: this.#current() }], { kind, length }),
    );
    return ranked.flatMap(({ disk }) => this.#disks.filter(({ id }) => id === disk));
  }

  /** A whole blob. Its bytes are not compared with its digest here. Throws StoreError. */
  get(digest: string): Promise<Uint8Array> {
    return this.#fromAny(digest, (store) => store.get(digest));
  }

  /** A range of a blob: `length` bytes from byte `offset`. Throws as BlobStore does. */
  read(digest: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#fromAny(digest, (store) => store.read(digest, offset, length));
  }

  async #fromAny(digest: string, read: (store: BlobStore) => Promise<Uint8Array>): Promise<Uint8Array> {
    checkDigest(digest);
    let failure: unknown = null;
    for (const { store } of this.#disks) {
      if (!store) continue;
      try {
        return await read(store);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        // What is wrong with a copy that is there says more than that others have none.
        if (failure === null || error.code !== 'missing') failure = error;
      }
    }
    throw failure ?? new StoreError('missing', `Cannot read blob ${digest}: no disk is there.`);
  }

  /** Whether the blob is here. Throws StoreError. */
  async has(digest: string): Promise<boolean> {
    return (await this.size(digest)) !== null;
  }

  /** The blob's length in bytes, or null when it is not here. Throws StoreError. */
  async size(digest: string): Promise<number | null> {
    checkDigest(digest);
    for (const { store } of this.#disks) {
      const size = (await store?.size(digest)) ?? null;
      if (size !== null) return size;
    }
    return null;
  }

  /** The id of the disk that has the blob; null when none has. */
  async diskOf(digest: string): Promise<string | null> {
    checkDigest(digest);
    for (const disk of this.#disks) if (await has(disk, digest)) return disk.id;
    return null;
  }

  /** Re-reads a blob and compares it with its name; see BlobStore. Throws only for a bad digest. */
  async verify(digest: string, { disk }: OnDisk = {}): Promise<BlobCheck> {
    checkDigest(digest);
    let worst: BlobCheck | null = null;
    for (const { id, store } of this.#disks) {
      if (!store || (disk !== undefined && id !== disk)) continue;
      const check = await store.verify(digest);
      if (check.state === 'good') return check;
      if (worst === null || check.state !== 'missing') worst = check;
    }
    return (
      worst ?? { digest, state: 'missing', reason: `Blob ${digest}: no disk that could have it is there.` }
    );
  }

  /**
   * Removes a blob from the disk, or from all. @returns whether it is gone: false for one that was put at
   * `unlessTouchedSince` or later. Throws StoreError.
   */
  async delete(digest: string, { disk, ...options }: DeleteOptions & OnDisk = {}): Promise<boolean> {
    checkDigest(digest);
    let isGone = true;
    for (const each of this.#disks) {
      if (disk !== undefined && each.id !== disk) continue;
      if (!(await each.delete(digest, options))) isGone = false;
    }
    return isGone;
  }

  /** Every blob, sorted by digest; one that is on two disks comes twice. @param after only those behind this digest. Throws StoreError. */
  list(after?: string): AsyncGenerator<ListedOnDisk> {
    return mergeSorted(this.#disks.flatMap(({ id, store }) => (store ? [listOf(store, id, after)] : [])));
  }

  /** Closes the files that are kept open for reading. */
  close(): void {
    for (const disk of this.#disks) disk.close();
  }

  async #holder(digest: string): Promise<Disk | null> {
    if (this.#disks.length === 1) return null;
    for (const disk of this.#disks) if (await has(disk, digest)) return disk;
    return null;
  }

  /** The disks as they are now, without those that they were. */
  #current(): DiskStatus[] {
    return this.#disks.flatMap((disk) => (disk.id === '' ? [] : disk.status().slice(0, 1)));
  }

  #noRoom({ digest, length }: BlobName, wanted: string | undefined): StoreError {
    if (wanted !== undefined && !this.#disks.some(({ id }) => id === wanted))
      return new StoreError(
        'no-space',
        `Blob ${digest} was meant for the disk ${wanted}, which is not here any more.`,
      );
    const disks = this.#current().map(
      ({ name, free, reason }) => `${name} (${reason ?? `${free} bytes free`})`,
    );
    const advice = 'Free space, or add a disk or a server.';
    return new StoreError(
      'no-space',
      `No disk has room for blob ${digest} of ${length} bytes: ${disks.join(', ')}. ${advice}`,
    );
  }
}

async function has({ store }: Disk, digest: string): Promise<boolean> {
  try {
    return ((await store?.size(digest)) ?? null) !== null;
  } catch {
    return false; // whoever reads it is told why it cannot be read
  }
}

async function* listOf(store: BlobStore, disk: string, after?: string): AsyncGenerator<ListedOnDisk> {
  for await (const blob of store.list(after)) yield { ...blob, disk };
}

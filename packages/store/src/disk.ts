// One disk: a folder of blobs with an identity, that may be full, be taken away, and come back empty or as it was.
import path from 'node:path';
import type { BlobName } from './blob-names.ts';
import { BlobStore, type StoredBlob } from './blob-store.ts';
import { deviceOf, isEmptyMount, isMountPoint, makeIdentity, readIdentity } from './disk-identity.ts';
import type { RememberedDisk } from './disk-memory.ts';
import { DiskSpace, type SpaceRules } from './disk-space.ts';
import { StoreError, storeError } from './errors.ts';
import type { DiskKind, PlaceableDisk } from './placement.ts';

/** A folder to keep blobs in. */
export interface DiskFolder extends SpaceRules {
  readonly path: string;
  /** How people call it. */
  readonly name: string;
  readonly kind: DiskKind;
}

/** How a disk is; `reason` says why it is not `in`, for people. */
export interface DiskStatus extends PlaceableDisk {
  readonly name: string;
  readonly reason: string | null;
  /** Its folder was emptied and is another disk now: it does not come back. */
  readonly isReplaced: boolean;
}

/** After a failed write the disk gets no new blobs for so long. */
const TROUBLE_MS = 15_000;

export class Disk {
  readonly #folder: DiskFolder;
  readonly #path: string;
  #space: DiskSpace;
  #id = '';
  #device = -1;
  #isMount = false;
  #store: BlobStore | null = null;
  #lost: string | null = null;
  /** Writes that failed one after the other. */
  #failures = 0;
  #trouble: { readonly reason: string; readonly until: number } | null = null;
  #checking: Promise<void> | null = null;
  /** Why it could not be opened. */
  failure: StoreError | null = null;
  /** Ids that this folder had before it was emptied. */
  readonly #former: string[] = [];

  private constructor(folder: DiskFolder) {
    this.#folder = folder;
    this.#path = path.resolve(folder.path);
    this.#space = new DiskSpace(this.#path, folder);
  }

  /**
   * Opens the folder, makes what is missing, and takes over blobs that are there. A folder that cannot be used, or where
   * another file system was mounted before, is a lost disk: see `failure`. Never throws.
   */
  static async open(folder: DiskFolder, remembered: readonly RememberedDisk[] = []): Promise<Disk> {
    const disk = new Disk(folder);
    const before = remembered.find((each) => each.path === disk.#path);
    try {
      const id = await readIdentity(disk.#path);
      if (id === null && before?.isMount && !(await isMountPoint(disk.#path)))
        throw new StoreError('io', `The disk of ${disk.#path} is not mounted.`);
      await disk.#begin(id ?? (await makeIdentity(disk.#path)));
      // It was emptied, or another disk has taken its place, while nobody looked.
      if (before && before.id !== disk.#id) disk.#former.push(before.id);
    } catch (error) {
      disk.failure = notMissing(storeError(error, 'open the disk', disk.#path));
      disk.#id = before?.id ?? '';
      disk.#isMount = before?.isMount ?? false;
      disk.#lost = disk.failure.message;
    }
    return disk;
  }

  /** What is to be remembered until the next start; null when it is not known who this is. */
  get memory(): RememberedDisk | null {
    return this.#id === '' ? null : { path: this.#path, id: this.#id, isMount: this.#isMount };
  }

  get id(): string {
    return this.#id;
  }

  /** The blobs; null while the disk is lost. */
  get store(): BlobStore | null {
    return this.#lost === null ? this.#store : null;
  }

  /** How it is, and those that it was before: emptied, a folder is a new disk, and the old one is lost. */
  status(): DiskStatus[] {
    const { name, kind } = this.#folder;
    const former = this.#former.map((id) => ({
      ...{ id, name, kind, capacity: 0, free: 0, state: 'lost' as const },
      reason: `${this.#path} was emptied; it is a new disk now.`,
      isReplaced: true,
    }));
    // One that was never seen has no name that others could know it by.
    return this.#id === '' ? former : [this.#now(), ...former];
  }

  #now(): DiskStatus {
    const { name, kind } = this.#folder;
    const known = { id: this.#id, name, kind, capacity: this.#space.capacity, isReplaced: false };
    if (this.#lost !== null) return { ...known, free: 0, state: 'lost', reason: this.#lost };
    if (this.#trouble && performance.now() < this.#trouble.until)
      return { ...known, free: 0, state: 'full', reason: this.#trouble.reason };
    const { free } = this.#space;
    if (free > 0) return { ...known, free, state: 'in', reason: null };
    return { ...known, free, state: 'full', reason: `${this.#path} is full.` };
  }

  /** Looks whether the folder is still this disk, and how much is free. Never throws. */
  check(): Promise<void> {
    this.#checking ??= this.#look().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #look(): Promise<void> {
    try {
      const id = await readIdentity(this.#path);
      if (id !== null) {
        if (id !== this.#id || this.#lost !== null) await this.#begin(id);
      } else if ((await deviceOf(this.#path)) === this.#device || (await isEmptyMount(this.#path))) {
        await this.#begin(await makeIdentity(this.#path));
      } else {
        this.#lost = `${this.#path} is not the disk that was there: it is not mounted, or holds other files.`;
        return;
      }
      await this.#space.refresh();
    } catch (error) {
      this.#lost = storeError(error, 'read the disk', this.#path).message;
    }
  }

  async #begin(id: string): Promise<void> {
    const store = await BlobStore.open(this.#path);
    this.#store?.close();
    this.#store = store;
    if (id !== this.#id) {
      if (this.#id !== '') this.#former.push(this.#id);
      this.#id = id;
      this.#device = await deviceOf(this.#path);
      this.#isMount = await isMountPoint(this.#path);
      this.#space = new DiskSpace(this.#path, this.#folder);
      if (this.#space.isLimited) void this.#countBlobs(store, this.#space);
    }
    await this.#space.refresh();
    this.#lost = null;
    this.#trouble = null;
    this.#failures = 0;
  }

  async #countBlobs(store: BlobStore, space: DiskSpace): Promise<void> {
    try {
      for await (const { length } of store.list()) space.count(length);
    } catch {
      // A folder that cannot be listed is found by the next check; until then less counts as used than is.
    }
  }

  /** Puts a blob here by `write`. Throws StoreError, or what the sender's stream throws. */
  async write(blob: BlobName, write: (store: BlobStore) => Promise<StoredBlob>): Promise<StoredBlob> {
    const { store } = this;
    const id = this.#id;
    if (!store) throw new StoreError('io', `Cannot write a blob: ${this.#lost}`);
    const space = this.#space;
    space.begin(blob.length);
    let outcome: 'written' | 'not-written' = 'not-written';
    try {
      const stored = await write(store);
      if (!stored.existed) outcome = 'written';
      this.#failures = 0;
      // Emptied meanwhile: what was written may have gone with the rest.
      if (id !== this.#id) throw new StoreError('io', `${this.#path} was emptied while a blob was written.`);
      return stored;
    } catch (error) {
      if (error instanceof StoreError) await this.#noteFailure(error, id, blob.length);
      throw error;
    } finally {
      space.ended(blob.length, outcome);
    }
  }

  async #noteFailure(error: StoreError, id: string, length: number): Promise<void> {
    if (error.code === 'no-space') {
      this.#space.ranOut(length);
    } else if (error.code === 'io' || error.code === 'read-only') {
      await this.check();
      // A folder that was taken away inside it is made again by the next write.
      this.#failures++;
      if (id === this.#id && this.#failures > 1)
        this.#trouble = { reason: error.message, until: performance.now() + TROUBLE_MS };
    }
  }

  /** Removes a blob. See BlobStore. */
  async delete(digest: string, options: Parameters<BlobStore['delete']>[1]): Promise<boolean> {
    const { store } = this;
    if (!store) return true;
    const length = this.#space.isLimited ? await store.size(digest) : null;
    const isGone = await store.delete(digest, options);
    if (isGone && length !== null) this.#space.count(-length);
    return isGone;
  }

  /** Closes files. */
  close(): void {
    this.#store?.close();
  }
}

/** A folder that is missing is no missing blob. */
function notMissing(error: StoreError): StoreError {
  return error.code === 'missing' ? new StoreError('io', error.message, { cause: error }) : error;
}

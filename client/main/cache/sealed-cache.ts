// The disk cache: bounded, encrypted, and never a reason to fail.
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { MAX_VALUE_BYTES, openRecord, recordName, sealRecord } from './record.ts';
import { type Place, Volume } from './volume.ts';

const MOST_VOLUME_BYTES = 64 * 2 ** 20;
/** So that the oldest to go is at most a sixteenth of all. */
const VOLUMES = 16;
/** What is read from the oldest quarter is written to the newest volume again: it is in use. */
const OLD_PART = 4;
/** More than this not yet written: what comes is not kept. */
const MOST_WAITING_BYTES = 64 * 2 ** 20;

interface Found extends Place {
  readonly volume: Volume;
}

export class SealedCache {
  readonly #folder: string;
  readonly #secret: Uint8Array;
  readonly #most: number;
  #volumes: Volume[] = [];
  readonly #index = new Map<string, Found>();
  #writes: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isClosed = false;

  private constructor(folder: string, secret: Uint8Array, most: number) {
    this.#folder = folder;
    this.#secret = secret;
    this.#most = most;
  }

  /**
   * Opens the cache of a folder, which is made if it is not there.
   * @param secret 32 bytes; what was sealed under another key is not found
   * @param most bytes on disk at most
   * Throws what the file system throws.
   */
  static async open(folder: string, secret: Uint8Array, most: number): Promise<SealedCache> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const cache = new SealedCache(folder, secret, most);
    const names = (await readdir(folder)).filter((name) => /^\d{8}\.vol$/.test(name)).sort();
    for (const name of names) {
      const volume = await Volume.open(path.join(folder, name), Number.parseInt(name, 10));
      cache.#volumes.push(volume);
      for await (const { name: record, ...place } of volume.records()) {
        cache.#index.set(record, { ...place, volume });
      }
    }
    // What a crash tore ends a volume: records after it would not be found at the next start.
    if (cache.#volumes.length > 0) await cache.#begin();
    await cache.#shrink();
    return cache;
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#volumes.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The bytes under a key; null when there are none, or they are damaged. */
  async get(key: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const name = recordName(this.#secret, key);
    const found = this.#index.get(name);
    if (!found) return null;
    const record = await found.volume.read(found).catch(() => null); // its volume was taken away meanwhile
    const bytes = record && openRecord(this.#secret, name, record);
    if (!bytes) this.#index.delete(name);
    else if (this.#isOld(found.volume)) {
      this.#index.delete(name);
      void this.put(key, bytes);
    }
    return bytes;
  }

  /** Keeps bytes under a key, unless the disk is slower than what comes, or full. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    const name = recordName(this.#secret, key);
    const tooLarge = bytes.byteLength > Math.min(MAX_VALUE_BYTES, this.#most / VOLUMES);
    if (tooLarge || this.#index.has(name) || this.#waiting + bytes.byteLength > MOST_WAITING_BYTES) return;
    this.#waiting += bytes.byteLength;
    const write = this.#writes.then(() => this.#write(name, bytes));
    this.#writes = write.then(
      () => undefined,
      () => undefined,
    );
    await this.#writes;
    this.#waiting -= bytes.byteLength;
  }

  /** Takes away everything. */
  async wipe(): Promise<void> {
    await this.#writes;
    this.#index.clear();
    const volumes = this.#volumes;
    this.#volumes = [];
    await Promise.all(volumes.map((volume) => volume.remove()));
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** Closes the files when what is under way is written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writes;
    await Promise.all(this.#volumes.map((volume) => volume.close()));
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    if (this.#isClosed || this.#index.has(name)) return;
    const full = Math.min(MOST_VOLUME_BYTES, this.#most / VOLUMES);
    let volume = this.#volumes.at(-1);
    if (!volume || volume.bytes >= full) volume = await this.#begin();
    const place = await volume.append(sealRecord(this.#secret, name, bytes)).catch(async (error: unknown) => {
      await this.#begin(); // behind a torn record nothing would be found
      throw error;
    });
    this.#index.set(name, { ...place, volume });
    await this.#shrink();
  }

  async #begin(): Promise<Volume> {
    const number = (this.#volumes.at(-1)?.number ?? 0) + 1;
    const volume = await Volume.open(
      path.join(this.#folder, `${String(number).padStart(8, '0')}.vol`),
      number,
    );
    this.#volumes.push(volume);
    return volume;
  }

  async #shrink(): Promise<void> {
    while (this.bytes > this.#most && this.#volumes.length > 1) {
      const oldest = this.#volumes.shift();
      for (const [name, { volume }] of this.#index) if (volume === oldest) this.#index.delete(name);
      await oldest?.remove();
    }
  }

  #isOld(volume: Volume): boolean {
    const at = this.#volumes.indexOf(volume);
    return at >= 0 && this.#volumes.length >= OLD_PART && at < this.#volumes.length / OLD_PART;
  }
}

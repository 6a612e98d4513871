// How much of a disk is free for blobs: what the file system says, less what stays reserved and what is being written.
import { statfs } from 'node:fs/promises';

export interface SpaceRules {
  /** Bytes of blobs that the disk may hold; absent: what the file system has. */
  readonly capacityLimit?: number;
  /** Bytes that stay free on the file system. */
  readonly reserve: number;
}

/** After a write that did not fit, the disk is not asked again for so long, unless it was looked at anew. */
const FULL_FOR_MS = 5_000;

export class DiskSpace {
  readonly #folder: string;
  readonly #rules: SpaceRules;
  /** Bytes of blobs, as far as they have been counted; only with a limit. */
  #used = 0;
  #promised = 0;
  #total = 0;
  #available = 0;
  #fullUntil = 0;
  /** What did not fit, in bytes. */
  #lacking = 0;

  constructor(folder: string, rules: SpaceRules) {
    this.#folder = folder;
    this.#rules = rules;
  }

  /** Asks the file system. Throws its error. */
  async refresh(): Promise<void> {
    const { bsize, blocks, bavail } = await statfs(this.#folder);
    this.#total = bsize * blocks;
    this.#available = bsize * bavail;
    // Somebody has made room.
    if (this.#available - this.#rules.reserve > 2 * this.#lacking) this.#fullUntil = 0;
  }

  /** In bytes. */
  get capacity(): number {
    const whole = Math.max(0, this.#total - this.#rules.reserve);
    return Math.min(whole, this.#rules.capacityLimit ?? whole);
  }

  /** In bytes; 0 while a write has just failed for want of space. */
  get free(): number {
    if (performance.now() < this.#fullUntil) return 0;
    const room = this.#available - this.#rules.reserve;
    const limit = this.#rules.capacityLimit;
    const left = limit === undefined ? room : Math.min(room, limit - this.#used);
    return Math.max(0, left - this.#promised);
  }

  /** Whether blobs must be counted. */
  get isLimited(): boolean {
    return this.#rules.capacityLimit !== undefined;
  }

  /** A write of so many bytes begins; to be given back to `ended`. */
  begin(length: number): void {
    this.#promised += length;
  }

  ended(length: number, outcome: 'written' | 'not-written'): void {
    this.#promised -= length;
    if (outcome === 'not-written') return;
    this.#available -= length;
    this.count(length);
  }

  /** Counts blobs that are there, or with a negative length are not any more. */
  count(length: number): void {
    this.#used = Math.max(0, this.#used + length);
  }

  /** A write of so many bytes did not fit although it should have. */
  ranOut(length: number): void {
    this.#lacking = length;
    this.#fullUntil = performance.now() + FULL_FOR_MS;
  }
}

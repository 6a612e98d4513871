// An image while it comes: a Part 10 file in memory, or on disk when it is large or memory is short.
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { MAX_FILE_BYTES, RefusedError } from '../../gateway/outcome.ts';
import type { DataSink } from '../messages/data-sink.ts';
import type { MemoryBudget } from './memory-budget.ts';

/** Larger files go to disk while they come, in bytes. */
const MOST_IN_MEMORY = 32 * 2 ** 20;

export interface ReceivingPlace {
  /** Folder for what does not stay in memory; emptied at the start. */
  readonly spool: string;
  readonly budget: MemoryBudget;
}

export class ReceivedFile implements DataSink {
  /** Bytes before the data set. */
  readonly headLength: number;
  readonly #place: ReceivingPlace;
  /** What the file begins with; then as much of it as has come, when it is in memory. */
  #bytes: Uint8Array<ArrayBuffer>;
  #length: number;
  #taken = 0;
  #spooled: { handle: FileHandle; file: string } | null = null;
  #failure: unknown = null;
  #discarded = false;

  /**
   * @param head preamble and file meta information
   * @param expected bytes of the data set, as a guess: the images of a series have the same size
   */
  constructor(head: Uint8Array, expected: number, place: ReceivingPlace) {
    this.#place = place;
    this.headLength = head.length;
    const room = Math.min(head.length + expected, MOST_IN_MEMORY);
    this.#taken = place.budget.tryTake(room) ? room : 0;
    this.#bytes = new Uint8Array(this.#taken > 0 ? room : head.length);
    this.#bytes.set(head);
    this.#length = head.length;
  }

  /** Bytes of the file so far. */
  get length(): number {
    return this.#length;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#failure !== null || this.#discarded) return undefined;
    if (this.#length + bytes.length > MAX_FILE_BYTES) {
      const limit = `${MAX_FILE_BYTES / 2 ** 30} GiB`;
      this.#failure = new RefusedError('too-large', `The object is larger than ${limit}.`);
      return undefined;
    }
    if (this.#spooled || !this.#fits(bytes.length)) return this.#spool(Buffer.from(bytes));
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return undefined;
  }

  /**
   * The whole file, in a buffer of its own. The place that it had is free from now on.
   * @throws RefusedError 'too-large', or the file system's error when there was no room for it
   */
  async finish(): Promise<Uint8Array> {
    try {
      if (this.#failure !== null) throw this.#failure;
      if (this.#spooled) return await readFile(this.#spooled.file);
      const whole = this.#bytes;
      if (whole.length === this.#length) return whole;
      return new Uint8Array(whole.buffer.transfer(this.#length));
    } finally {
      await this.#release();
    }
  }

  discard(): void {
    this.#discarded = true;
    void this.#release();
  }

  /** Makes room in memory, when there is enough of it. */
  #fits(more: number): boolean {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return this.#taken > 0 || more === 0;
    const room = Math.min(Math.max(needed, this.#bytes.length * 2), MOST_IN_MEMORY);
    if (room < needed || !this.#place.budget.tryTake(room - this.#taken)) return false;
    this.#taken = room;
    const larger = new Uint8Array(room);
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    return true;
  }

  async #spool(bytes: Uint8Array): Promise<void> {
    try {
      if (!this.#spooled) {
        const file = path.join(this.#place.spool, `${randomUUID()}.tmp`);
        this.#spooled = { handle: await open(file, 'wx', 0o600), file };
        await writeAll(this.#spooled.handle, this.#bytes.subarray(0, this.#length));
        this.#bytes = new Uint8Array(0);
        this.#giveBack();
      }
      await writeAll(this.#spooled.handle, bytes);
      this.#length += bytes.length;
    } catch (error) {
      // The rest of it is read and thrown away, so that the sender gets an answer.
      this.#failure = error;
      await this.#release();
    }
    if (this.#discarded) await this.#release();
  }

  async #release(): Promise<void> {
    this.#giveBack();
    this.#bytes = new Uint8Array(0);
    const spooled = this.#spooled;
    if (!spooled) return;
    this.#spooled = null;
    await spooled.handle.close().catch(() => undefined); // whatever it says, the file goes
    await rm(spooled.file, { force: true });
  }

  #giveBack(): void {
    this.#place.budget.give(this.#taken);
    this.#taken = 0;
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
}

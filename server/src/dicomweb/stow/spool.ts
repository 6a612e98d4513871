// Collects a body of unknown length: a small one in memory, a larger one in a file, so that senders cost little memory.
import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { HttpError } from '../../http/http-error.ts';

/** More than this goes to a file. */
export const IN_MEMORY = 4 * 2 ** 20;

/** A body that is there whole. */
export interface Spooled {
  readonly length: number;
  /** The bytes, in a buffer of their own; once. */
  take(): Promise<Uint8Array<ArrayBuffer>>;
  /** Removes what is left of it; also after `take`. */
  discard(): Promise<void>;
}

export class Spool {
  readonly #folder: string;
  readonly #maxBytes: number;

  /** @param folder for this alone; emptied now @param maxBytes of one body */
  static async open(folder: string, maxBytes: number): Promise<Spool> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Spool(folder, maxBytes);
  }

  private constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** @throws HttpError 413, what the body fails with, and what the file system does */
  async collect(body: AsyncIterable<Uint8Array>): Promise<Spooled> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const rest = body[Symbol.asyncIterator]();
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      length += next.value.length;
      this.#check(length);
      chunks.push(next.value);
      if (length > IN_MEMORY) return this.#toFile(chunks, length, rest);
    }
    const take = async () => {
      const bytes = new Uint8Array(length);
      let at = 0;
      for (const chunk of chunks.splice(0)) {
        bytes.set(chunk, at);
        at += chunk.length;
      }
      return bytes;
    };
    return { length, take, discard: async () => void chunks.splice(0) };
  }

  async #toFile(begin: Uint8Array[], begun: number, rest: AsyncIterator<Uint8Array>): Promise<Spooled> {
    const file = path.join(this.#folder, randomUUID());
    const discard = () => rm(file, { force: true });
    let length = begun;
    const handle = await open(file, 'wx', 0o600);
    try {
      for (const chunk of begin) await handle.writeFile(chunk);
      for (let next = await rest.next(); !next.done; next = await rest.next()) {
        length += next.value.length;
        this.#check(length);
        await handle.writeFile(next.value);
      }
    } catch (error) {
      await discard();
      throw error;
    } finally {
      await handle.close();
    }
    return { length, take: () => readWhole(file, length), discard };
  }

  #check(length: number): void {
    if (length <= this.#maxBytes) return;
    const mib = Math.floor(this.#maxBytes / 2 ** 20);
    throw new HttpError(413, 'too-large', `A file may have ${mib} MiB at most.`);
  }
}

async function readWhole(file: string, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  const handle = await open(file, 'r');
  try {
    for (let at = 0; at < length; ) {
      const { bytesRead } = await handle.read(bytes, at, length - at, at);
      if (bytesRead === 0) throw new Error('a spooled file is shorter than it was');
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return bytes;
}

// One file of the disk cache: records one after the other, appended and never changed.
import { type FileHandle, open, rm } from 'node:fs/promises';
import { HEAD_BYTES, readHead } from './record.ts';

/** Where a record is in its volume. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

export class Volume {
  readonly path: string;
  readonly number: number;
  readonly #file: FileHandle;
  #bytes = 0;

  private constructor(path: string, number: number, file: FileHandle) {
    this.path = path;
    this.number = number;
    this.#file = file;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Opens or makes a volume. Throws what the file system throws. */
  static async open(path: string, number: number): Promise<Volume> {
    const file = await open(path, 'a+', 0o600);
    const volume = new Volume(path, number, file);
    volume.#bytes = (await file.stat()).size;
    return volume;
  }

  /** The records from the start up to the first that is torn or no record; that and what follows is left alone. */
  async *records(): AsyncGenerator<Place & { readonly name: string }> {
    const head = Buffer.alloc(HEAD_BYTES);
    for (let offset = 0; ; ) {
      const { bytesRead } = await this.#file.read(head, 0, HEAD_BYTES, offset);
      const found = bytesRead === HEAD_BYTES ? readHead(head) : null;
      if (!found || offset + found.length > this.#bytes) return;
      yield { name: found.name, offset, length: found.length };
      offset += found.length;
    }
  }

  /** Appends a record; one at a time. Throws what the file system throws; what it may have written is torn. */
  async append(record: Buffer): Promise<Place> {
    const offset = this.#bytes;
    let written = 0;
    try {
      while (written < record.length) {
        written += (await this.#file.write(record, written, record.length - written)).bytesWritten;
      }
    } finally {
      this.#bytes += written;
    }
    return { offset, length: record.length };
  }

  /** The bytes of a place; fewer where the file is shorter. */
  async read({ offset, length }: Place): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await this.#file.read(bytes, 0, length, offset);
    return bytes.subarray(0, bytesRead);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Closes it and takes the file away. */
  async remove(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

// The bytes of a blob: their digest, and ranges of them from a file.
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { promisify } from 'node:util';
import { slices } from './durable-files.ts';
import { StoreError } from './errors.ts';
import type { OpenBlob } from './open-blobs.ts';

const read = promisify(fs.read);
const VERIFY_CHUNK = 2 ** 20;

/** SHA-256 in hex and length in bytes of the parts, one after the other; others get their turn in between. */
export async function digestOf(parts: readonly Uint8Array[]): Promise<{ digest: string; length: number }> {
  const hash = createHash('sha256');
  let length = 0;
  let sinceBreath = 0;
  for (const slice of slices(parts)) {
    hash.update(slice);
    length += slice.length;
    sinceBreath += slice.length;
    if (sinceBreath >= 2 ** 24) {
      await breathe();
      sinceBreath = 0;
    }
  }
  return { digest: hash.digest('hex'), length };
}

/** `length` bytes from byte `offset`. Throws StoreError `corrupt` when the file ends before. */
export async function readRange(
  blob: OpenBlob,
  file: string,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  if (offset + length > blob.length) {
    const wanted = `bytes ${offset} to ${offset + length} were wanted`;
    throw new StoreError('corrupt', `${file} ends at byte ${blob.length}, ${wanted}: run strata verify.`);
  }
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await read(blob.descriptor, bytes, done, length - done, offset + done);
    if (bytesRead === 0)
      throw new StoreError('corrupt', `${file} became shorter while it was read: run strata verify.`);
    done += bytesRead;
  }
  return bytes;
}

/** SHA-256 in hex of an open blob, read in chunks of 1 MiB. Throws like `readRange`. */
export async function digestOfFile(blob: OpenBlob, file: string): Promise<string> {
  const hash = createHash('sha256');
  for (let offset = 0; offset < blob.length; offset += VERIFY_CHUNK) {
    hash.update(await readRange(blob, file, offset, Math.min(VERIFY_CHUNK, blob.length - offset)));
  }
  return hash.digest('hex');
}

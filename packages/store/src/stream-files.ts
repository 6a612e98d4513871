// A file from a stream: on the disk when the call returns, and proven to be what its name says.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { BlobName } from './blob-names.ts';
import { writeAll } from './durable-files.ts';
import { StoreError } from './errors.ts';

const BATCH_BYTES = 2 ** 20;

/** The stream itself failed, not the disk; what it threw is the cause. */
export class StreamFailure extends Error {}

/**
 * Writes a new file from a stream and fsyncs it. The name is not yet durable.
 * Throws StoreError `corrupt`, StreamFailure around what the stream throws, or the file system's error.
 */
export async function writeStreamDurably(
  file: string,
  { digest, length }: BlobName,
  stream: AsyncIterable<Uint8Array>,
): Promise<void> {
  await writeVerified(file, { digest, length }, stream, (handle) => handle.sync());
}

/** The same, without the fsync where `finish` does none: for copies that may vanish. */
export async function writeVerified(
  file: string,
  { digest, length }: BlobName,
  stream: AsyncIterable<Uint8Array>,
  finish: (handle: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const handle = await open(file, 'wx', 0o640);
  try {
    for await (const batch of proven({ digest, length }, stream)) await writeAll(handle, batch);
    await finish(handle);
  } finally {
    await handle.close();
  }
}

/** The whole of a short stream. Throws StoreError `corrupt`, or StreamFailure. */
export async function gatherVerified(
  name: BlobName,
  stream: AsyncIterable<Uint8Array>,
): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const batch of proven(name, stream)) parts.push(...batch);
  return parts;
}

/** The stream in batches; throws at its end, at the latest, when it is not what the name says. */
async function* proven(
  { digest, length }: BlobName,
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array[]> {
  const hash = createHash('sha256');
  let total = 0;
  for await (const batch of batches(stream)) {
    for (const chunk of batch) {
      total += chunk.length;
      if (total > length) throw corrupt(digest, `more than its ${length} bytes came`);
      hash.update(chunk);
    }
    yield batch;
  }
  if (total !== length) throw corrupt(digest, `${total} of its ${length} bytes came`);
  if (hash.digest('hex') !== digest) throw corrupt(digest, 'its bytes do not match their SHA-256');
}

/** Chunks in batches of about 1 MiB. */
async function* batches(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      if (chunk.length === 0) continue;
      batch.push(chunk);
      bytes += chunk.length;
      if (bytes < BATCH_BYTES) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
  } catch (error) {
    throw new StreamFailure('the stream failed', { cause: error });
  }
  if (batch.length > 0) yield batch;
}

function corrupt(digest: string, what: string): StoreError {
  return new StoreError('corrupt', `Blob ${digest} was not stored: ${what}. Take it from another place.`);
}

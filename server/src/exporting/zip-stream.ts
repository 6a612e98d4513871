// Files to a zip archive as a stream of bytes: the next file is asked for when the one before has been taken.

import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ZipFile } from 'yazl';

export interface ZipEntry {
  /** With slashes between folders. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Larger files are given to yazl piece by piece: it takes no larger buffers. */
const MAX_BUFFER = 2 ** 30 - 1;
const PIECE = 2 ** 20;

/**
 * The archive. Nothing is compressed: images hardly get smaller, and any reader can take them out. Above 4 GB, or 65,535
 * files, it is in the zip64 format.
 * @param modified the date of all files
 */
export async function* zipStream(
  entries: AsyncIterable<ZipEntry>,
  modified: Date,
): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  // The type of the package does not say that it can be read piece by piece.
  const output = zip.outputStream as Readable;
  let failure: unknown = null;
  zip.on('error', (error) => {
    failure ??= error;
  });
  const properties = { compress: false, mtime: modified, mode: 0o100644 };
  for await (const { name, bytes } of entries) {
    if (bytes.length > MAX_BUFFER)
      zip.addReadStream(Readable.from(pieces(bytes)), name, { ...properties, size: bytes.length });
    else zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), name, properties);
    yield* taken(output);
    if (failure) throw failure;
  }
  zip.end();
  for await (const chunk of output) yield chunk as Uint8Array;
  if (failure) throw failure;
}

/** What the stream has now, until it has nothing any more. */
async function* taken(output: Readable): AsyncGenerator<Uint8Array> {
  for (let idle = 0; idle < 3; ) {
    const chunk = output.read() as Uint8Array | null;
    if (chunk) yield chunk;
    idle = chunk ? 0 : idle + 1;
    // What was written is handed on, and the next is begun, in later turns.
    await nextTurn();
  }
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

// How the frames of a series are handed to workers: many small ones at once, since a message costs what a small frame does.
import { pixelBytesOf } from '../format.ts';
import { readHeader } from '../header.ts';

/** Frames that go to a worker together. */
export interface Batch {
  readonly codestreams: readonly Uint8Array[];
  /** Of the pixels that come back. */
  readonly bytes: number;
}

const MOST_FRAMES = 32;

/** What a frame takes; nothing where its header is damaged, which its worker reports. */
function bytesOf(codestream: Uint8Array): number {
  try {
    return pixelBytesOf(readHeader(codestream).format);
  } catch {
    return 0;
  }
}

/**
 * Batches of a series, in order. The first is one frame, so that it is there soon; each later one has at most twice the
 * frames of the one before, and 32.
 * @param mostBytes of pixels in a batch; a larger frame goes alone
 */
export function* batchesOf(
  codestreams: Iterable<Uint8Array>,
  mostBytes: number,
): Generator<Batch, void, void> {
  let most = 1;
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for (const codestream of codestreams) {
    const own = bytesOf(codestream);
    if (batch.length > 0 && bytes + own > mostBytes) {
      yield { codestreams: batch, bytes };
      batch = [];
      bytes = 0;
    }
    batch.push(codestream);
    bytes += own;
    if (batch.length < most) continue;
    yield { codestreams: batch, bytes };
    most = Math.min(2 * most, MOST_FRAMES);
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield { codestreams: batch, bytes };
}

/** The bytes of several arrays in one buffer of their own, and each array as a part of it. */
export function gather(arrays: readonly Uint8Array[]): Uint8Array[] {
  const room = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  return arrays.map((array) => {
    room.set(array, at);
    at += array.length;
    return room.subarray(at - array.length, at);
  });
}

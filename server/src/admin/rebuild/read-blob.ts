// Reads a blob for what the metadata need of it: an object wholly, frames as far as their index and smallest levels go.
import { crc32c } from '@strata/codec/crc32c';
import {
  FRAMES_BLOB_HEAD,
  type FramePlace,
  framesBlobIndexLength,
  parseFrameIndex,
} from '@strata/codec/frames-blob';
import { type Header, readHeader } from '@strata/codec/header';
import type { BookedFrames, FoundFrames, FoundObject } from '@strata/metadata/rebuild/booked';
import type { BlobStore, ListedBlob } from '@strata/store/blob-store';
import type { CodingPool } from '../../gateway/coding-pool.ts';
import type { FramesOfBlob } from '../../gateway/description.ts';
import { RefusedError } from '../../gateway/outcome.ts';

/** Bytes of a blob that is read in one piece rather than frame by frame. */
const SMALL = 2 ** 20;
const DIGEST_BYTES = 32;
const OBJECT_MAGIC = 'SOBJ';
const FRAMES_MAGIC = 'SFRB';

/** What a blob is. */
export type ReadBlob =
  | { readonly kind: 'object'; readonly object: FoundObject }
  | { readonly kind: 'frames'; readonly frames: FoundFrames };

/**
 * @throws RefusedError, StoreError, DicomError or CodecError that says what is wrong with it, WorkerError
 */
export async function readBlob(store: BlobStore, blob: ListedBlob, coding: CodingPool): Promise<ReadBlob> {
  const { digest, length } = blob;
  const magic = Buffer.from(await store.read(digest, 0, Math.min(4, length))).toString('latin1');
  if (magic === OBJECT_MAGIC) return { kind: 'object', object: await readObject(store, blob, coding) };
  if (magic === FRAMES_MAGIC) return { kind: 'frames', frames: await readFrames(store, blob) };
  throw new RefusedError(
    'foreign',
    'It is neither an object nor frames of Strata, or its first bytes are damaged.',
  );
}

async function readObject(
  store: BlobStore,
  { digest, length, modifiedMs }: ListedBlob,
  coding: CodingPool,
): Promise<FoundObject> {
  const { frames, ...description } = await coding.described(digest, () => store.get(digest));
  const booked = bookedFrames(frames);
  return { digest, length, arrivedMs: modifiedMs, description: JSON.stringify(description), frames: booked };
}

function bookedFrames(frames: FramesOfBlob): BookedFrames {
  if (frames.kind !== 'unknown') return frames;
  return { kind: 'of-shape', shape: shapeOf(frames, frames.count) };
}

const shapeOf = ({ width, height }: { width: number; height: number }, count: number): string =>
  `${width}x${height}x${count}`;

async function readFrames(
  store: BlobStore,
  { digest, length, modifiedMs }: ListedBlob,
): Promise<FoundFrames> {
  const whole = length <= SMALL ? await store.get(digest) : null;
  const read = async (offset: number, bytes: number): Promise<Uint8Array> =>
    whole ? whole.subarray(offset, offset + bytes) : store.read(digest, offset, bytes);
  const end = framesBlobIndexLength(await read(0, Math.min(FRAMES_BLOB_HEAD, length)), length);
  const index = new Uint8Array(await read(0, end));
  const places = parseFrameIndex(index);
  const last = places.at(-1) as FramePlace;
  if (last.offset + last.length !== length) {
    throw new RefusedError('damaged', `It has ${length} bytes, its index says ${last.offset + last.length}.`);
  }
  const digests = new Uint8Array(places.length * DIGEST_BYTES);
  let first: Header | null = null;
  for (const [at, place] of places.entries()) {
    const header = await readFrameHeader(place, read);
    digests.set(header.digest, at * DIGEST_BYTES);
    first ??= header;
  }
  const { format } = first as Header;
  return {
    digest,
    length,
    arrivedMs: modifiedMs,
    shape: shapeOf(format, places.length),
    index,
    digests,
    format,
  };
}

async function readFrameHeader(
  { segments }: FramePlace,
  read: (offset: number, bytes: number) => Promise<Uint8Array>,
): Promise<Header> {
  const [smallest] = segments;
  if (!smallest) throw new RefusedError('damaged', 'A frame of it has no levels.');
  const bytes = await read(smallest.offset, smallest.length);
  if (crc32c(bytes) === smallest.crc32c) return readHeader(bytes);
  throw new RefusedError('damaged', 'The smallest level of a frame of it does not match its checksum.');
}

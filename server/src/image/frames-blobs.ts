// Frames blobs as the sender sees them: indexes and hot ranges, read from the store and kept in memory.
import { crc32c } from '@strata/codec/crc32c';
import {
  FRAMES_BLOB_HEAD,
  type FramePlace,
  framesBlobIndexLength,
  parseFrameIndex,
  type SegmentPlace,
} from '@strata/codec/frames-blob';
import type { BlobStore } from '@strata/store/blob-store';
import { LRUCache } from 'lru-cache';
import { blobError, ImageError } from './image-error.ts';
import type { Piece } from './level-queue.ts';
import { INDEX_CACHE, PREFIX, RANGE_CACHE } from './limits.ts';

// One read brings head and index of all but the longest multi-frame blobs, and the first frame's coarse levels.
const FIRST_READ = 4096 + PREFIX;
// What a parsed segment and a cache entry cost in memory, about.
const SEGMENT_COST = 80;
const ENTRY_COST = 256;

/** Where blobs are read. */
export interface BlobReader extends Pick<BlobStore, 'size' | 'read'> {
  /** Bytes of the blob are wrong: proves them and mends what can be. Absent where there is nothing to mend them from. */
  suspect?(digest: string, why: string): Promise<'good' | 'repaired' | 'elsewhere' | 'bad'>;
}

/** The part of a level that is to be sent, as the queue names it. */
export type Wanted = Pick<Piece, 'frame' | 'segment' | 'offset' | 'length'>;

/** Bytes of a blob that are read and kept in one piece: the prefix of a frame, or a level of it. */
type Range = FramePlace | SegmentPlace;

export class FramesBlobs {
  readonly #store: BlobReader;
  readonly #indexes = new LRUCache<string, FramePlace[]>({
    maxSize: INDEX_CACHE,
    sizeCalculation: (frames) =>
      frames.reduce((sum, frame) => sum + frame.segments.length * SEGMENT_COST, ENTRY_COST),
  });
  readonly #ranges = new LRUCache<Range, Uint8Array>({
    maxSize: RANGE_CACHE,
    sizeCalculation: (bytes) => bytes.buffer.byteLength + ENTRY_COST,
  });
  readonly #loading = new Map<string, Promise<FramePlace[]>>();
  readonly #reading = new Map<Range, Promise<Uint8Array>>();

  constructor(store: BlobReader) {
    this.#store = store;
  }

  /** The place of a frame in its blob, if the blob's index is in memory. Throws as `frame`. */
  known(blob: string, frame: number): FramePlace | undefined {
    const frames = this.#indexes.get(blob);
    return frames && placeOf(frames, blob, frame);
  }

  /** The place of a frame in its blob. Throws ImageError 'missing-blob', 'corrupt-blob', 'not-found', 'internal'. */
  async frame(blob: string, frame: number): Promise<FramePlace> {
    const frames = this.#indexes.get(blob) ?? (await once(this.#loading, blob, () => this.#load(blob)));
    return placeOf(frames, blob, frame);
  }

  /** The bytes of a piece, if they are in memory. */
  kept(piece: Wanted): Uint8Array | undefined {
    const range = rangeOf(piece);
    const bytes = range && this.#ranges.get(range);
    return bytes ? pieceOf(bytes, range, piece) : undefined;
  }

  /**
   * The bytes of a piece. What is read in one piece is verified, and read once more when its blob could be mended; a part of
   * a long level is not, the client does that. Throws ImageError, which names the blob and `what`.
   */
  async read(blob: string, piece: Wanted, what: string): Promise<Uint8Array> {
    const range = rangeOf(piece);
    const { segment, offset, length } = piece;
    try {
      if (!range) return await this.#store.read(blob, segment.offset + offset, length);
      const bytes = await once(this.#reading, range, async () => {
        const read = await this.#store.read(blob, range.offset, lengthOf(range));
        if (this.#keep(range, read) || !(await this.#isMended(blob, `wrong checksum in ${what}`)))
          return read;
        const again = await this.#store.read(blob, range.offset, lengthOf(range));
        this.#keep(range, again);
        return again;
      });
      return pieceOf(bytes, range, piece);
    } catch (error) {
      throw blobError(error, blob, what);
    }
  }

  /** Forgets what is kept of a blob, so that the next read comes from the disk. */
  forget(blob: string): void {
    for (const frame of this.#indexes.get(blob) ?? []) {
      this.#ranges.delete(frame);
      for (const segment of frame.segments) this.#ranges.delete(segment);
    }
    this.#indexes.delete(blob);
  }

  /** Somebody received wrong bytes of a blob: it is forgotten, proven, and mended where that can be done. */
  report(blob: string, why: string): void {
    this.forget(blob);
    void this.#isMended(blob, why);
  }

  /** Whether the blob may have other bytes now than before. */
  async #isMended(blob: string, why: string): Promise<boolean> {
    const healed = await this.#store.suspect?.(blob, why);
    if (healed === undefined || healed === 'bad') return false;
    // What was read of it in the meantime may be wrong too.
    this.forget(blob);
    return true;
  }

  /** Keeps the bytes unless they are wrong. @returns whether they are right */
  #keep(range: Range, bytes: Uint8Array): boolean {
    const segments = 'segments' in range ? range.segments : [range];
    for (const { offset, length, crc32c: wanted } of segments) {
      const start = offset - range.offset;
      if (start + length > bytes.byteLength) break;
      if (crc32c(bytes.subarray(start, start + length)) !== wanted) return false;
    }
    this.#ranges.set(range, bytes);
    return true;
  }

  async #load(blob: string): Promise<FramePlace[]> {
    try {
      return await this.#loadOnce(blob);
    } catch (error) {
      const isDamaged = error instanceof ImageError && error.code === 'corrupt-blob';
      if (!isDamaged || !(await this.#isMended(blob, error.message))) throw error;
      return this.#loadOnce(blob);
    }
  }

  async #loadOnce(blob: string): Promise<FramePlace[]> {
    try {
      const size = await this.#store.size(blob);
      if (size === null) throw new ImageError('missing-blob', `Blob ${blob} is not on this server.`);
      const first = await this.#store.read(blob, 0, Math.min(size, FIRST_READ));
      const length = framesBlobIndexLength(first.subarray(0, FRAMES_BLOB_HEAD), size);
      const head = length <= first.byteLength ? first : await this.#store.read(blob, 0, length);
      const frames = parseFrameIndex(head.subarray(0, length));
      const end = frames.at(-1);
      if (end && end.offset + end.length !== size) {
        throw new ImageError(
          'corrupt-blob',
          `Blob ${blob} has ${size} bytes, its index says ${end.offset + end.length}.`,
        );
      }
      this.#indexes.set(blob, frames);
      const [frame] = frames;
      const start = frame?.offset ?? 0;
      const prefix = frame ? lengthOf(frame) : 0;
      if (frame && prefix > 0 && start + prefix <= first.byteLength)
        this.#keep(frame, first.subarray(start, start + prefix));
      return frames;
    } catch (error) {
      throw blobError(error, blob, 'its index');
    }
  }
}

/** What is read for a piece and kept: its frame's prefix, or its level when that is sent whole; null: the piece alone. */
function rangeOf({ frame, segment, length }: Wanted): Range | null {
  if (segment.offset + segment.length <= frame.offset + lengthOf(frame)) return frame;
  return length === segment.length ? segment : null;
}

/** Bytes that are read of a level, or of a frame: of that the levels, from the first, that come to no more than PREFIX. */
function lengthOf(range: Range): number {
  if (!('segments' in range)) return range.length;
  let length = 0;
  for (const segment of range.segments) {
    if (length + segment.length > PREFIX) break;
    length += segment.length;
  }
  return length;
}

function pieceOf(bytes: Uint8Array, range: Range, { segment, offset, length }: Wanted): Uint8Array {
  const start = segment.offset - range.offset + offset;
  return bytes.subarray(start, start + length);
}

/** Does something once for all who want it at the same time. */
function once<K, T>(running: Map<K, Promise<T>>, key: K, begin: () => Promise<T>): Promise<T> {
  const known = running.get(key);
  if (known) return known;
  const begun = begin().finally(() => running.delete(key));
  running.set(key, begun);
  return begun;
}

function placeOf(frames: readonly FramePlace[], blob: string, frame: number): FramePlace {
  const place = frames[frame];
  if (place) return place;
  throw new ImageError(
    'not-found',
    `Blob ${blob} has ${frames.length} frames; frame ${frame} is not one of them.`,
  );
}

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
import { INDEX_CACHE, RANGE_CACHE } from './limits.ts';

// One read brings head and index of all but the longest multi-frame blobs.
const FIRST_READ = 4096;
// What a parsed segment and a cache entry cost in memory, about.
const SEGMENT_COST = 80;
const ENTRY_COST = 256;

export class FramesBlobs {
  readonly #store: Pick<BlobStore, 'size' | 'read'>;
  readonly #indexes = new LRUCache<string, FramePlace[]>({
    maxSize: INDEX_CACHE,
    sizeCalculation: (frames) =>
      frames.reduce((sum, frame) => sum + frame.segments.length * SEGMENT_COST, ENTRY_COST),
  });
  readonly #ranges = new LRUCache<string, Uint8Array>({
    maxSize: RANGE_CACHE,
    sizeCalculation: (bytes) => bytes.byteLength + ENTRY_COST,
  });
  readonly #loading = new Map<string, Promise<FramePlace[]>>();

  constructor(store: Pick<BlobStore, 'size' | 'read'>) {
    this.#store = store;
  }

  /** The place of a frame in its blob, if the blob's index is in memory. Throws as `frame`. */
  known(blob: string, frame: number): FramePlace | undefined {
    const frames = this.#indexes.get(blob);
    return frames && placeOf(frames, blob, frame);
  }

  /** The place of a frame in its blob. Throws ImageError 'missing-blob', 'corrupt-blob', 'not-found', 'internal'. */
  async frame(blob: string, frame: number): Promise<FramePlace> {
    let frames = this.#indexes.get(blob);
    if (!frames) {
      let loading = this.#loading.get(blob);
      if (!loading) {
        loading = this.#load(blob).finally(() => this.#loading.delete(blob));
        this.#loading.set(blob, loading);
      }
      frames = await loading;
    }
    return placeOf(frames, blob, frame);
  }

  /**
   * `length` bytes of a segment from its byte `offset`. They are not verified, the client does that; only what is kept
   * in memory is, so that a disk's slip does not last. Throws ImageError.
   */
  async read(
    blob: string,
    segment: SegmentPlace,
    offset: number,
    length: number,
    what: string,
  ): Promise<Uint8Array> {
    const key = `${blob}/${segment.offset}`;
    const isWhole = length === segment.length;
    const kept = isWhole ? this.#ranges.get(key) : undefined;
    if (kept) return kept;
    try {
      const bytes = await this.#store.read(blob, segment.offset + offset, length);
      if (isWhole && crc32c(bytes) === segment.crc32c) this.#ranges.set(key, bytes);
      return bytes;
    } catch (error) {
      throw blobError(error, blob, what);
    }
  }

  /** Forgets what is kept of a blob, so that the next read comes from the disk. */
  forget(blob: string): void {
    this.#indexes.delete(blob);
    for (const key of [...this.#ranges.keys()]) if (key.startsWith(blob)) this.#ranges.delete(key);
  }

  async #load(blob: string): Promise<FramePlace[]> {
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
      return frames;
    } catch (error) {
      throw blobError(error, blob, 'its index');
    }
  }
}

function placeOf(frames: readonly FramePlace[], blob: string, frame: number): FramePlace {
  const place = frames[frame];
  if (place) return place;
  throw new ImageError(
    'not-found',
    `Blob ${blob} has ${frames.length} frames; frame ${frame} is not one of them.`,
  );
}

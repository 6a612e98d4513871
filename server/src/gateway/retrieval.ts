// What others may have of a stored instance: files in a transfer syntax, frames, pixels of a level, the data set.
import type { FrameFormat } from '@strata/codec/format';
import { type FramePlace, parseFrameIndex } from '@strata/codec/frames-blob';
import { levelCount, levelSize } from '@strata/codec/levels';
import { OBJECT_HEADER_LENGTH } from '@strata/dicom/object-blob-header';
import type { InstanceStorage } from '@strata/metadata/records';
import type { BlobStore } from '@strata/store/blob-store';
import type { StoredInstance } from './coding-messages.ts';
import type { CodingPool, LevelPixels } from './coding-pool.ts';
import { RefusedError } from './outcome.ts';

/** A transfer syntax's UID, or the one that costs nothing: `transferSyntaxUid` of the record. */
export type WantedSyntax = string;
export const AS_STORED = 'stored';

/** A record of an instance, or as much of it as it takes. */
export interface RetrievableInstance extends InstanceStorage {
  readonly instance: { readonly uid: string; readonly frames: number };
}

export interface RetrievalParts {
  readonly store: Pick<BlobStore, 'get' | 'read'>;
  readonly coding: CodingPool;
}

/** Reads blobs and lets the coding workers do the rest; nothing of it runs on the calling thread. */
export class Retrieval {
  readonly #parts: RetrievalParts;

  constructor(parts: RetrievalParts) {
    this.#parts = parts;
  }

  /**
   * The file of an instance as it comes back: `record.transferSyntaxUid`. Proven by its SHA-256.
   * @throws StoreError, WorkerError, or RefusedError 'damaged'
   */
  async original(record: InstanceStorage): Promise<Uint8Array> {
    return this.#parts.coding.rebuild(await this.#stored(record));
  }

  /**
   * A whole Part 10 file in a transfer syntax.
   * @param transferSyntaxUid 'stored', or a UID of those in `EXPORT_SYNTAXES` or the instance's own
   * @throws StoreError, WorkerError, RefusedError 'unsupported-transfer-syntax' or 'damaged'
   */
  async exported(record: InstanceStorage, transferSyntaxUid: WantedSyntax): Promise<Uint8Array> {
    if (transferSyntaxUid === AS_STORED || transferSyntaxUid === record.transferSyntaxUid) {
      return this.original(record);
    }
    return this.#parts.coding.exported(await this.#stored(record), transferSyntaxUid);
  }

  /**
   * One frame in a transfer syntax: of a native one its raw bytes, as they would stand in explicit little endian; of a
   * compressed one its bitstream.
   * @param index from 0
   * @throws StoreError, WorkerError, RefusedError 'no-such-frame', 'unsupported-transfer-syntax' or 'damaged'
   */
  async frame(
    record: RetrievableInstance,
    index: number,
    transferSyntaxUid: WantedSyntax,
  ): Promise<Uint8Array> {
    const { store, coding } = this.#parts;
    const { offset, length } = placeOf(record, index);
    const codestream = await store.read(record.framesBlob?.digest ?? '', offset, length);
    const objectHead = await store.read(record.objectBlob.digest, 0, OBJECT_HEADER_LENGTH);
    return coding.frame(
      { objectHead, objectLength: record.objectBlob.length, codestream },
      transferSyntaxUid,
    );
  }

  /**
   * The pixels of a frame, of the smallest level whose longer side has at least `maxSide` pixels: exactly the pixels
   * where that is the full size, the wavelet's average below. Reads and decodes no more than that level needs.
   * @param index from 0 @param maxSide in pixels; Infinity for the full size
   * @throws StoreError, WorkerError, RefusedError 'no-such-frame' or 'damaged'
   */
  async pixels(record: RetrievableInstance, index: number, maxSide: number): Promise<LevelPixels> {
    const place = placeOf(record, index);
    const format = record.format as FrameFormat;
    const level = levelFor(format, maxSide);
    const segments = place.segments.slice(0, level + 1);
    const length = segments.reduce((sum, segment) => sum + segment.length, 0);
    const prefix = await this.#parts.store.read(record.framesBlob?.digest ?? '', place.offset, length);
    return this.#parts.coding.pixels(prefix, level);
  }

  /**
   * The data set without its pixels, as a Part 10 file in explicit little endian (or big, or implicit, where the file
   * came so): for metadata. Costs no decoding of frames.
   * @throws StoreError, WorkerError, or RefusedError 'damaged'
   */
  async dataSet(record: InstanceStorage): Promise<Uint8Array> {
    return this.#parts.coding.dataSet(await this.#parts.store.get(record.objectBlob.digest));
  }

  async #stored(record: InstanceStorage): Promise<StoredInstance> {
    const { store } = this.#parts;
    const object = await store.get(record.objectBlob.digest);
    const frames = record.framesBlob && (await store.get(record.framesBlob.digest));
    return { object, frames, frameDigests: record.frameDigests };
  }
}

/** The smallest level whose longer side reaches `maxSide`. */
function levelFor({ width, height }: FrameFormat, maxSide: number): number {
  const levels = levelCount(width, height);
  const longer = Math.max(width, height);
  let level = 0;
  while (level < levels && levelSize(longer, level, levels) < maxSide) level++;
  return level;
}

function checkIndex(record: RetrievableInstance, index: number): void {
  const { frames, uid } = record.instance;
  if (Number.isInteger(index) && index >= 0 && index < frames) return;
  throw new RefusedError('no-such-frame', `Instance ${uid} has ${frames} frames; ${index + 1} is not one.`);
}

function placeOf(record: RetrievableInstance, index: number): FramePlace {
  checkIndex(record, index);
  const place = record.frameIndex && parseFrameIndex(record.frameIndex)[index];
  if (place && record.framesBlob && record.format) return place;
  throw new RefusedError('damaged', `Instance ${record.instance.uid} is known without an index of frames.`);
}

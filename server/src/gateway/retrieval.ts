// What others may have of a stored instance: files in a transfer syntax, frames, pixels of a level, the data set.
import type { FrameFormat } from '@strata/codec/format';
import { type FramePlace, parseFrameIndex } from '@strata/codec/frames-blob';
import { levelCount, levelSize } from '@strata/codec/levels';
import { OBJECT_HEADER_LENGTH, readObjectHeader } from '@strata/dicom/object-blob-header';
import type { FrameOverlays } from '@strata/dicom/overlays';
import type { InstanceStorage } from '@strata/metadata/records';
import type { BlobHome } from './blob-home.ts';
import type {
  DeidentifiedFile,
  OpenedDocument,
  ProvenFile,
  Shown,
  StoredInstance,
} from './coding-messages.ts';
import type { CodingPool, LevelPixels } from './coding-pool.ts';
import type { DeidentifyOrder } from './deidentify-order.ts';
import { mending } from './mending.ts';
import { RefusedError } from './outcome.ts';

/** A transfer syntax's UID, or the one that costs nothing: `transferSyntaxUid` of the record. */
export type WantedSyntax = string;
export const AS_STORED = 'stored';

/** A record of an instance, or as much of it as it takes. */
export interface RetrievableInstance extends InstanceStorage {
  readonly instance: {
    readonly uid: string;
    readonly frames: number;
    readonly photometric: string;
    readonly presentation: unknown;
  };
}

export interface RetrievalParts {
  readonly store: Pick<BlobHome, 'get' | 'read' | 'suspect'>;
  readonly coding: CodingPool;
}

/** Reads blobs and lets the coding workers do the rest; nothing of it runs on the calling thread. */
export class Retrieval {
  readonly #parts: RetrievalParts;

  constructor(parts: RetrievalParts) {
    this.#parts = parts;
  }

  /**
   * The file of an instance as it comes back, in `record.transferSyntaxUid`: the very file that was sent, or, where that
   * was compressed without loss, the same object with native pixels. Proven by its SHA-256.
   * @throws StoreError, WorkerError, or RefusedError 'damaged'
   */
  async original(record: InstanceStorage): Promise<Uint8Array> {
    return this.#mending(record, async () => {
      const { file } = await this.#parts.coding.rebuild(await this.#stored(record));
      return file;
    });
  }

  /**
   * A whole Part 10 file in a transfer syntax, with its digest.
   * @param transferSyntaxUid 'stored', or a UID of those in `EXPORT_SYNTAXES` or the instance's own
   * @throws StoreError, WorkerError, RefusedError 'unsupported-transfer-syntax' or 'damaged'
   */
  async proven(record: RetrievableInstance, transferSyntaxUid: WantedSyntax): Promise<ProvenFile> {
    const { coding } = this.#parts;
    const isAsStored = transferSyntaxUid === AS_STORED || transferSyntaxUid === record.transferSyntaxUid;
    return this.#mending(record, async () => {
      const stored = await this.#stored(record);
      return isAsStored
        ? coding.rebuild(stored)
        : coding.exported(stored, shownOf(record), transferSyntaxUid);
    });
  }

  /** The same without its digest. */
  async exported(record: RetrievableInstance, transferSyntaxUid: WantedSyntax): Promise<Uint8Array> {
    return (await this.proven(record, transferSyntaxUid)).file;
  }

  /**
   * The file as those may have it who are not to know the patient; what is stored stays as it is.
   * @param transferSyntaxUid as for `proven`; what had to be decompressed to be cleaned comes in explicit little endian
   * @throws as `proven`, and RefusedError for what cannot be made clean
   */
  async deidentified(
    record: RetrievableInstance,
    transferSyntaxUid: WantedSyntax,
    order: DeidentifyOrder,
  ): Promise<DeidentifiedFile> {
    return this.#parts.coding.deidentified(await this.exported(record, transferSyntaxUid), order);
  }

  /**
   * One frame in a transfer syntax: raw bytes in a native one, as they would stand in little endian; a bitstream in a
   * compressed one. In the instance's own transfer syntax it is the bitstream that was sent.
   * @param index from 0
   * @throws StoreError, WorkerError, RefusedError 'no-such-frame', 'unsupported-transfer-syntax' or 'damaged'
   */
  async frame(
    record: RetrievableInstance,
    index: number,
    transferSyntaxUid: WantedSyntax,
  ): Promise<Uint8Array> {
    return this.#mending(record, () => this.#frame(record, index, transferSyntaxUid));
  }

  async #frame(
    record: RetrievableInstance,
    index: number,
    transferSyntaxUid: WantedSyntax,
  ): Promise<Uint8Array> {
    const { store, coding } = this.#parts;
    const { offset, length } = placeOf(record, index);
    const codestream = await store.read(record.framesBlob?.digest ?? '', offset, length);
    const digest = record.frameDigests?.slice(index * 32, index * 32 + 32) ?? new Uint8Array();
    const syntax = transferSyntaxUid === AS_STORED ? record.transferSyntaxUid : transferSyntaxUid;
    const { digest: blob, length: objectLength } = record.objectBlob;
    const head = await store.read(blob, 0, OBJECT_HEADER_LENGTH);
    const described = readObjectHeader(head, objectLength);
    const headIsEnough = described.mode === 'split' && described.residue.stored === 0;
    const parts = headIsEnough
      ? { object: head, frames: null, frameDigests: null }
      : await this.#stored(record, described.mode === 'split');
    return coding.frame(
      { ...parts, objectLength, index, codestream, digest, shown: shownOf(record) },
      syntax,
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
    return this.#mending(record, async () => {
      const prefix = await this.#parts.store.read(record.framesBlob?.digest ?? '', place.offset, length);
      return this.#parts.coding.pixels(prefix, level);
    });
  }

  /**
   * The overlay planes that are to be drawn over a frame. Frames are decoded only where planes lie beside their samples.
   * @param index from 0
   * @throws StoreError, WorkerError, RefusedError 'no-such-frame' or 'damaged'
   */
  async overlays(record: RetrievableInstance, index: number): Promise<FrameOverlays> {
    checkIndex(record, index);
    return this.#mending(record, async () => {
      const { coding } = this.#parts;
      const { lacksPixels, ...found } = await coding.overlays(await this.#stored(record, false), index);
      return lacksPixels ? coding.overlays(await this.#stored(record), index) : found;
    });
  }

  /**
   * The data set without its pixels, as a Part 10 file in explicit little endian: for metadata. Costs no decoding of
   * frames.
   * @throws StoreError, WorkerError, or RefusedError 'damaged'
   */
  async dataSet(record: InstanceStorage): Promise<Uint8Array> {
    const { store, coding } = this.#parts;
    return this.#mending(record, async () => coding.dataSet(await store.get(record.objectBlob.digest)));
  }

  /**
   * What people read of an object without an image: its report, the file inside it.
   * @param wanted `file`: with that file's bytes
   * @throws StoreError, WorkerError, or RefusedError 'damaged'
   */
  async document(record: InstanceStorage, wanted: 'words' | 'file'): Promise<OpenedDocument> {
    const { store, coding } = this.#parts;
    return this.#mending(record, async () =>
      coding.document(await store.get(record.objectBlob.digest), wanted),
    );
  }

  #mending<Result>(record: InstanceStorage, task: () => Promise<Result>): Promise<Result> {
    const { objectBlob, framesBlob } = record;
    const blobs = framesBlob ? [objectBlob.digest, framesBlob.digest] : [objectBlob.digest];
    return mending(this.#parts.store, blobs, task);
  }

  async #stored(record: InstanceStorage, withFrames = true): Promise<StoredInstance> {
    const { store } = this.#parts;
    const object = await store.get(record.objectBlob.digest);
    const frames = withFrames && record.framesBlob ? await store.get(record.framesBlob.digest) : null;
    return { object, frames, frameDigests: record.frameDigests };
  }
}

/** What the record says of the frames; records of earlier versions have no mark of loss. */
function shownOf({ instance }: RetrievableInstance): Shown {
  const { photometric, lossy } = instance.presentation as { photometric?: string; lossy?: object | null };
  return { photometric: photometric ?? instance.photometric, lossy: Boolean(lossy) };
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

// The blob that holds everything of a file but its pixels, and gives the file back byte by byte when they return.
import { createHash } from 'node:crypto';
import type { Pixels } from '@strata/codec/format';
import { type BlobNote, readBlobNote } from './blob-note.ts';
import { DicomError } from './errors.ts';
import { readFrame } from './frames.ts';
import {
  OBJECT_HEADER_LENGTH,
  type ObjectHeader,
  readObjectHeader,
  type Section,
  writeObjectHeader,
} from './object-blob-header.ts';
import { checkFrames, type Fill, packFrames } from './pack-frames.ts';
import type { DicomFile } from './part10.ts';
import type { PixelLayout } from './pixel-layout.ts';
import { packedLength } from './pixel-packing.ts';
import { compress, decompress } from './zstd.ts';

/** A blob that was read: its checked head and its parts, still compressed. */
export interface ObjectBlob {
  readonly header: ObjectHeader;
  /** The sections in the order of the head. */
  readonly parts: readonly Uint8Array[];
}

/**
 * Builds the blob of a file. The file is put together again from it and from the frames as `readFrame` gives them, and
 * compared; a file for which that fails is kept whole.
 * @param keep whether its pixels may be kept apart
 * @param note of `writeBlobNote`; it becomes a part of its own, uncopied
 * @returns the bytes of the blob in parts, uncopied, and how the file is kept
 */
export function buildObjectBlob(
  file: DicomFile,
  keep: 'apart' | 'whole' = 'apart',
  note: Uint8Array = new Uint8Array(0),
): { parts: Uint8Array[]; mode: 'split' | 'whole' } {
  const sha256 = createHash('sha256').update(file.bytes).digest();
  const { pixels } = file;
  const apart = keep === 'apart' && pixels !== null && pixels.offset !== null;
  const split = apart ? splitBlob(file, pixels, sha256) : null;
  const { header, parts } = split ?? wholeBlob(file, sha256);
  const [first = new Uint8Array(0), ...others] = parts;
  return {
    parts: [writeObjectHeader(withNote(header, note.length)), first, note, ...others],
    mode: header.mode,
  };
}

/** The note lies behind the first part, and counts as a part of it. */
function withNote(header: ObjectHeader, length: number): ObjectHeader {
  const longer = (section: Section): Section => ({ ...section, stored: section.stored + length });
  if (header.mode === 'whole') return { ...header, file: longer(header.file) };
  return { ...header, around: longer(header.around) };
}

/** What the blob says beside the file; null in one of before there were notes. @throws DicomError 'bad-object-blob' */
export function noteOf(blob: ObjectBlob): BlobNote | null {
  return readBlobNote(blob.parts[0] ?? new Uint8Array(0));
}

function wholeBlob(file: DicomFile, sha256: Uint8Array): ObjectBlob {
  const { bytes } = file;
  const part = compress(bytes);
  const section = { length: bytes.length, stored: part.length };
  const blob: ObjectBlob = {
    header: { mode: 'whole', length: bytes.length, sha256, file: section },
    parts: [part],
  };
  if (!givesBack(blob, [], bytes)) throw new Error('zstd does not give back what it was given');
  return blob;
}

function splitBlob(file: DicomFile, layout: PixelLayout, sha256: Uint8Array): ObjectBlob | null {
  const { bytes } = file;
  const before = layout.offset ?? 0;
  const pixelLength = packedLength(layout);
  const around = Buffer.concat([bytes.subarray(0, before), bytes.subarray(before + pixelLength)]);
  const compressed = compress(around);
  const blobWith = (fill: Fill, residue: Uint8Array | null): ObjectBlob => ({
    header: {
      mode: 'split',
      length: bytes.length,
      sha256,
      packing: layout,
      fill,
      before,
      around: { length: around.length, stored: compressed.length },
      residue: { length: residue ? pixelLength : 0, stored: residue?.length ?? 0 },
    },
    parts: residue ? [compressed, residue] : [compressed],
  });
  let best: { fill: Fill; residue: Uint8Array } | null = null;
  for (const fill of layout.format.signed ? (['sign', 'zero'] as const) : (['sign'] as const)) {
    const blob = blobWith(fill, null);
    const restored = restore(blob, framesOf(file), scratchOf(bytes.length));
    if (same(restored, bytes)) return blob;
    // What the frames alone do not bring back; the fill that leaves less is taken.
    const difference = restored.subarray(before, before + pixelLength);
    xorInto(difference, bytes.subarray(before, before + pixelLength));
    const residue = compress(difference);
    if (!best || residue.length < best.residue.length) best = { fill, residue };
  }
  if (!best) return null;
  const blob = blobWith(best.fill, best.residue);
  return givesBack(blob, framesOf(file), bytes) ? blob : null;
}

/** Every frame in turn, so that only one is in memory. */
function* framesOf(file: DicomFile): Generator<Pixels> {
  for (let index = 0; index < (file.pixels?.frames ?? 0); index++)
    yield readFrame(file, index, 'view').pixels;
}

/** XORs the second array over the first, of the same length. */
function xorInto(bytes: Uint8Array, other: Uint8Array): void {
  for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] as number) ^ (other[at] as number);
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/**
 * Reads a blob as it lies on disk.
 * @throws DicomError 'bad-object-blob' when it is damaged or of a later version
 */
export function readObjectBlob(bytes: Uint8Array): ObjectBlob {
  const header = readObjectHeader(bytes, bytes.length);
  const sections = header.mode === 'whole' ? [header.file] : [header.around, header.residue];
  let at = OBJECT_HEADER_LENGTH;
  const parts = sections.map(({ stored }) => {
    at += stored;
    return bytes.subarray(at - stored, at);
  });
  return { header, parts };
}

/**
 * Puts the original file together.
 * @param frames canonical pixels of every frame, in order; of an object kept whole, none are looked at
 * @returns the file, byte by byte as it came: its SHA-256 is checked
 * @throws DicomError 'bad-frame' for frames that are not the object's, 'bad-object-blob' for a damaged blob
 */
export function rebuildFile(blob: ObjectBlob, frames: Iterable<Pixels>): Uint8Array {
  const bytes = restore(blob, frames);
  const sha256 = createHash('sha256').update(bytes).digest();
  if (!same(sha256, blob.header.sha256)) {
    throw new DicomError(
      'bad-object-blob',
      'the file put together is not the original: a frame or the blob is damaged',
    );
  }
  return bytes;
}

/**
 * The file with zeros where its pixels go: all that is known without the frames.
 * @throws DicomError 'bad-object-blob'
 */
export function hollowFile(blob: ObjectBlob): Uint8Array {
  const { header, parts } = blob;
  if (header.mode === 'whole') return unfold(parts[0], header.file);
  const around = unfold(parts[0], header.around);
  const bytes = new Uint8Array(header.length);
  bytes.set(around.subarray(0, header.before));
  bytes.set(around.subarray(header.before), header.before + packedLength(header.packing));
  return bytes;
}

/**
 * Whether the blob and these frames put the file together byte by byte: a proof that needs no digest and leaves no file.
 * @param frames as in `rebuildFile` @throws DicomError as `rebuildFile` does
 */
export function givesBack(blob: ObjectBlob, frames: Iterable<Pixels>, file: Uint8Array): boolean {
  return same(restore(blob, frames, scratchOf(file.length)), file);
}

/** Proofs come one after the other and as large as the files: without it most of the work is to collect their garbage. */
let scratch: Uint8Array = new Uint8Array(0);
const MAX_SCRATCH = 16 * 2 ** 20;

/** Zeroed memory that is used again by the next proof. */
function scratchOf(length: number): Uint8Array {
  if (length > MAX_SCRATCH) return new Uint8Array(length);
  if (scratch.length < length) scratch = new Uint8Array(Math.min(MAX_SCRATCH, length * 2));
  return scratch.subarray(0, length).fill(0);
}

/** @param into zeroed memory, used where it has the file's length */
function restore(blob: ObjectBlob, frames: Iterable<Pixels>, into: Uint8Array | null = null): Uint8Array {
  const { header, parts } = blob;
  if (header.mode === 'whole') return unfold(parts[0], header.file);
  const { before, packing, fill, residue } = header;
  if (Array.isArray(frames)) checkFrames(frames, packing);
  const around = unfold(parts[0], header.around);
  const correction = residue.stored > 0 ? unfold(parts[1], residue) : null;
  const pixelLength = packedLength(packing);
  const length = around.length + pixelLength;
  const bytes = into?.length === length ? into : new Uint8Array(length);
  const pixels = bytes.subarray(before, before + pixelLength);
  packFrames(frames, packing, fill, pixels);
  if (correction) xorInto(pixels, correction);
  bytes.set(around.subarray(0, before));
  bytes.set(around.subarray(before), before + pixelLength);
  return bytes;
}

function unfold(part: Uint8Array | undefined, section: Section): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = decompress(part ?? new Uint8Array(0), section.length);
  } catch (cause) {
    throw new DicomError('bad-object-blob', 'object blob: a part of it cannot be decompressed', { cause });
  }
  if (bytes.length === section.length) return bytes;
  throw new DicomError(
    'bad-object-blob',
    `object blob: a part gives ${bytes.length} bytes, its head says ${section.length}`,
  );
}

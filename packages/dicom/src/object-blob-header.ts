// The fixed head of an object blob: what the blob holds and how the pixels go back between its parts.
import { crc32 } from 'node:zlib';
import { checkFormat } from '@strata/codec/format';
import { DicomError } from './errors.ts';
import { MAX_FILE, MAX_FRAMES } from './limits.ts';
import type { Fill } from './pack-frames.ts';
import { type PixelPacking, packedLength } from './pixel-packing.ts';

/** A part of the blob behind the head, compressed. */
export interface Section {
  /** Bytes as they come out. */
  readonly length: number;
  /** Bytes in the blob; 0 when the part is empty or all zeros. */
  readonly stored: number;
}

/** Pixels are kept apart, or the file is kept whole. */
export type ObjectHeader = {
  /** Of the original file. */
  readonly length: number;
  readonly sha256: Uint8Array;
} & (
  | { readonly mode: 'whole'; readonly file: Section }
  | {
      readonly mode: 'split';
      readonly packing: PixelPacking;
      readonly fill: Fill;
      /** Bytes of the file before the pixels; the rest of `around` follows them. */
      readonly before: number;
      /** The file without its pixels. */
      readonly around: Section;
      /** What the pixels do not reproduce, to be XORed over them. */
      readonly residue: Section;
    }
);

/*
 * Little endian, 128 bytes:
 *   0  "SOBJ"            4  u16 version       6  u8 mode (0 whole, 1 split)    7  u8 fill (0 sign, 1 zero)
 *   8  u64 file length  16  SHA-256          48  u64 before
 *  56  u64 length, u64 stored: the file (whole) or what is around the pixels (split)
 *  72  u64 length, u64 stored: residue
 *  88  u32 width        92  u32 height       96  u32 frames
 * 100  u8 samples, bits, signed, bits allocated, shift, arrangement, order; zeros up to 124
 * 124  u32 CRC-32 of what is before
 *
 * Behind the compressed bytes of the first part, and counted with them, stands a note: blob-note.ts.
 */
export const OBJECT_HEADER_LENGTH = 128;
const MAGIC = 0x4a424f53;
const VERSION = 1;
const MODES = ['whole', 'split'] as const;
const ARRANGEMENTS = ['interleaved', 'planar', 'subsampled'] as const;
const ORDERS = ['straight', 'swapped'] as const;
const FILLS = ['sign', 'zero'] as const;

/** Writes the head of a blob. */
export function writeObjectHeader(header: ObjectHeader): Uint8Array {
  const bytes = new Uint8Array(OBJECT_HEADER_LENGTH);
  const view = new DataView(bytes.buffer);
  const section = (at: number, { length, stored }: Section): void => {
    view.setBigUint64(at, BigInt(length), true);
    view.setBigUint64(at + 8, BigInt(stored), true);
  };
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setBigUint64(8, BigInt(header.length), true);
  bytes.set(header.sha256, 16);
  if (header.mode === 'whole') {
    section(56, header.file);
  } else {
    const { format, frames, bitsAllocated, shift, arrangement, order } = header.packing;
    bytes[6] = 1;
    bytes[7] = FILLS.indexOf(header.fill);
    view.setBigUint64(48, BigInt(header.before), true);
    section(56, header.around);
    section(72, header.residue);
    view.setUint32(88, format.width, true);
    view.setUint32(92, format.height, true);
    view.setUint32(96, frames, true);
    bytes.set([format.samples, format.bits, format.signed ? 1 : 0, bitsAllocated, shift], 100);
    bytes.set([ARRANGEMENTS.indexOf(arrangement), ORDERS.indexOf(order)], 105);
  }
  view.setUint32(124, crc32(bytes.subarray(0, 124)), true);
  return bytes;
}

const bad = (message: string, cause?: unknown): DicomError =>
  new DicomError('bad-object-blob', `object blob: ${message}`, { cause });

/**
 * Reads and checks the head of a blob; every length in it fits the blob and the others.
 * @param blobLength bytes of the whole blob
 * @throws DicomError 'bad-object-blob'
 */
export function readObjectHeader(bytes: Uint8Array, blobLength: number): ObjectHeader {
  if (bytes.length < OBJECT_HEADER_LENGTH) throw bad(`${bytes.length} bytes are less than its head has`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, OBJECT_HEADER_LENGTH);
  if (view.getUint32(0, true) !== MAGIC) throw bad('does not begin with SOBJ');
  const version = view.getUint16(4, true);
  if (version !== VERSION) throw bad(`version ${version}, this reads ${VERSION}`);
  const checksum = crc32(bytes.subarray(0, 124));
  if (view.getUint32(124, true) !== checksum) throw bad('the checksum of its head is wrong');
  const size = (at: number): number => {
    const value = view.getBigUint64(at, true);
    if (value > MAX_FILE) throw bad(`a length of ${value} is above the limit of ${MAX_FILE}`);
    return Number(value);
  };
  const section = (at: number): Section => ({ length: size(at), stored: size(at + 8) });
  const length = size(8);
  const sha256 = bytes.slice(16, 48);
  const header: ObjectHeader =
    oneOf(MODES, bytes[6]) === 'whole'
      ? { mode: 'whole', length, sha256, file: section(56) }
      : {
          mode: 'split',
          length,
          sha256,
          packing: readPacking(bytes, view),
          fill: oneOf(FILLS, bytes[7]),
          before: size(48),
          around: section(56),
          residue: section(72),
        };
  checkLengths(header, blobLength);
  return header;
}

function oneOf<T>(choices: readonly T[], index: number | undefined): T {
  const choice = choices[index ?? -1];
  if (choice === undefined) throw bad(`an unknown choice ${index}`);
  return choice;
}

function readPacking(bytes: Uint8Array, view: DataView): PixelPacking {
  const packing: PixelPacking = {
    format: {
      width: view.getUint32(88, true),
      height: view.getUint32(92, true),
      samples: oneOf([1, 3] as const, [1, 3].indexOf(bytes[100] as number)),
      bits: bytes[101] as number,
      signed: bytes[102] === 1,
    },
    frames: view.getUint32(96, true),
    bitsAllocated: oneOf([1, 8, 16] as const, [1, 8, 16].indexOf(bytes[103] as number)),
    shift: bytes[104] as number,
    arrangement: oneOf(ARRANGEMENTS, bytes[105]),
    order: oneOf(ORDERS, bytes[106]),
  };
  checkPacking(packing);
  return packing;
}

function checkPacking({ format, frames, bitsAllocated, shift, arrangement }: PixelPacking): void {
  try {
    checkFormat(format);
  } catch (cause) {
    throw bad('its pixels are of an impossible kind', cause);
  }
  const halved = arrangement !== 'subsampled' || (bitsAllocated === 8 && format.width % 2 === 0);
  const colour = arrangement === 'interleaved' || format.samples === 3;
  if (format.bits + shift > bitsAllocated || frames < 1 || frames > MAX_FRAMES || !halved || !colour) {
    throw bad('its pixels are of an impossible kind');
  }
}

function checkLengths(header: ObjectHeader, blobLength: number): void {
  const sections = header.mode === 'whole' ? [header.file] : [header.around, header.residue];
  const stored = sections.reduce((sum, section) => sum + section.stored, OBJECT_HEADER_LENGTH);
  if (stored !== blobLength) throw bad(`${blobLength} bytes, its head says ${stored}`);
  if (header.mode === 'whole') {
    if (header.file.length !== header.length) throw bad('the file in it is not as long as the original');
    return;
  }
  const pixels = packedLength(header.packing);
  if (header.around.length + pixels !== header.length || header.before > header.around.length) {
    throw bad('its parts do not add up to the original');
  }
  if (header.residue.stored > 0 && header.residue.length !== pixels) {
    throw bad('what corrects its pixels is not as long as they are');
  }
}

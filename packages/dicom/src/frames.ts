// The frames of native pixel data as canonical pixels: row by row, samples together, values inside their bits.
import { allocatePixels, type FrameFormat, type Pixels, sampleCount } from '@strata/codec/format';
import { DicomError } from './errors.ts';
import type { DicomFile } from './part10.ts';
import type { PixelLayout } from './pixel-layout.ts';
import { frameBits } from './pixel-packing.ts';

export interface Frame {
  readonly format: FrameFormat;
  readonly pixels: Pixels;
  /** Values are names of things and must not be averaged. */
  readonly categorical: boolean;
}

/**
 * Reads one frame of a file.
 * @param index 0 to `file.pixels.frames - 1`
 * @param as 'view' for a reader that changes nothing: the pixels may then be those of the file, uncopied
 * @throws DicomError 'bad-frame' when the file has no such frame
 */
export function readFrame(file: DicomFile, index: number, as: 'own' | 'view' = 'own'): Frame {
  const layout = file.pixels;
  if (!layout || !Number.isInteger(index) || index < 0 || index >= layout.frames) {
    const has = layout ? `${layout.frames} frames` : 'no pixels';
    throw new DicomError('bad-frame', `there is no frame ${index}: the object has ${has}`);
  }
  return { format: layout.format, pixels: unpack(layout, index, as), categorical: layout.categorical };
}

function unpack(layout: PixelLayout, index: number, as: 'own' | 'view'): Pixels {
  const firstBit = frameBits(layout) * index;
  const bits = frameBits(layout);
  const start = Math.floor(firstBit / 8);
  const bytes = straightBytes(layout, start, Math.ceil((firstBit + bits) / 8));
  if (layout.bitsAllocated === 1) return unpackBits(bytes, firstBit - start * 8, bits);
  if (layout.arrangement === 'subsampled') return spreadChroma(bytes, layout.format);
  const words = layout.bitsAllocated === 16 ? wordsOf(bytes, as) : bytes;
  const pixels = extract(words, layout);
  return layout.arrangement === 'planar' ? interleave(pixels, layout.format) : pixels;
}

/** A range of the pixel data with words in little endian order; not copied when they are already. */
function straightBytes(layout: PixelLayout, start: number, end: number): Uint8Array {
  if (layout.order === 'straight') return layout.value.subarray(start, end);
  const from = start & ~1;
  const pairs = new Uint8Array(layout.value.subarray(from, Math.min(end + (end & 1), layout.value.length)));
  swapPairs(pairs);
  return pairs.subarray(start - from, end - from);
}

/** Swaps the bytes of each pair in place; a last single byte stays. */
export function swapPairs(bytes: Uint8Array): void {
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length & ~1).swap16();
}

/** A copy, unless a view will do; words must begin at an even address. */
function wordsOf(bytes: Uint8Array, as: 'own' | 'view'): Uint16Array {
  if (as === 'view' && bytes.byteOffset % 2 === 0)
    return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const words = new Uint16Array(bytes.length >> 1);
  new Uint8Array(words.buffer).set(bytes.subarray(0, words.byteLength));
  return words;
}

/** Bits of the first pixel first, from the lowest of each byte (PS3.5 section 8.1.1). */
function unpackBits(bytes: Uint8Array, firstBit: number, count: number): Uint8Array {
  const pixels = new Uint8Array(count);
  for (let pixel = 0, bit = firstBit; pixel < count; pixel++, bit++) {
    pixels[pixel] = ((bytes[bit >> 3] as number) >> (bit & 7)) & 1;
  }
  return pixels;
}

/** Takes the stored bits out of the allocated ones and extends the sign. */
function extract(words: Uint8Array | Uint16Array, layout: PixelLayout): Pixels {
  const { format, bitsAllocated, shift } = layout;
  if (format.bits === bitsAllocated) return wholeWords(words, format);
  if (words instanceof Uint16Array && shift === 0 && !format.signed && format.bits > 8) {
    let any = 0;
    for (let at = 0; at < words.length; at++) any |= words[at] as number;
    // Nothing above the stored bits: the words are the samples, as in nearly every file.
    if (any < 2 ** format.bits) return words;
  }
  const pixels = allocatePixels(format);
  const mask = 2 ** format.bits - 1;
  const sign = format.signed ? 2 ** (format.bits - 1) : 0;
  for (let at = 0; at < pixels.length; at++) {
    const value = ((words[at] as number) >> shift) & mask;
    pixels[at] = (value ^ sign) - sign;
  }
  return pixels;
}

function wholeWords(words: Uint8Array | Uint16Array, format: FrameFormat): Pixels {
  // Bytes are a view on the file; words are what was asked for. (A Buffer's slice would be a view again.)
  const own = words instanceof Uint8Array ? new Uint8Array(words) : words;
  if (!format.signed) return own;
  const { buffer, byteOffset, length } = own;
  return own instanceof Uint8Array ? new Int8Array(buffer) : new Int16Array(buffer, byteOffset, length);
}

function interleave(planes: Pixels, format: FrameFormat): Pixels {
  const pixels = allocatePixels(format);
  const size = format.width * format.height;
  for (let pixel = 0, at = 0; pixel < size; pixel++, at += 3) {
    pixels[at] = planes[pixel] as number;
    pixels[at + 1] = planes[size + pixel] as number;
    pixels[at + 2] = planes[2 * size + pixel] as number;
  }
  return pixels;
}

/** Y1 Y2 Cb Cr to Y1 Cb Cr, Y2 Cb Cr (PS3.3 C.7.6.3.1.2); chroma lies at the first pixel of each pair. */
function spreadChroma(bytes: Uint8Array, format: FrameFormat): Uint8Array {
  const pixels = new Uint8Array(sampleCount(format));
  for (let from = 0, at = 0; at < pixels.length; from += 4, at += 6) {
    pixels[at] = bytes[from] as number;
    pixels[at + 3] = bytes[from + 1] as number;
    pixels[at + 1] = pixels[at + 4] = bytes[from + 2] as number;
    pixels[at + 2] = pixels[at + 5] = bytes[from + 3] as number;
  }
  return pixels;
}

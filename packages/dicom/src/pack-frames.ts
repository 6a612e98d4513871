// Canonical pixels back into the bytes of native pixel data: the inverse of frames.ts.
import { type FrameFormat, type Pixels, pixelBytes, sampleCount } from '@strata/codec/format';
import { DicomError } from './errors.ts';
import { swapPairs } from './frames.ts';
import { frameBits, type PixelPacking } from './pixel-packing.ts';

/** What stands above the stored bits of a signed sample. */
export type Fill = 'sign' | 'zero';

/**
 * Writes frames one after the other.
 * @param out zeroed, `packedLength(packing)` bytes
 * @throws DicomError 'bad-frame' when frames are missing, too many, or not of the packing's format
 */
export function packFrames(
  frames: Iterable<Pixels>,
  packing: PixelPacking,
  fill: Fill,
  out: Uint8Array,
): void {
  const bits = frameBits(packing);
  let index = 0;
  for (const pixels of frames) {
    if (index >= packing.frames)
      throw new DicomError('bad-frame', `more than the ${packing.frames} frames of the object`);
    checkPixels(pixels, packing.format, index);
    if (packing.bitsAllocated === 1) packBits(pixels, out, bits * index);
    else out.set(frameBytes(pixels, packing, fill), (bits / 8) * index);
    index++;
  }
  if (index < packing.frames)
    throw new DicomError('bad-frame', `${index} frames where the object has ${packing.frames}`);
  if (packing.order === 'swapped') swapPairs(out);
}

/**
 * The bytes of one frame as they stand in explicit little endian: what `packFrames` writes, beginning at a whole byte.
 * @throws DicomError 'bad-frame' when the pixels are not of the packing's format
 */
export function packFrame(pixels: Pixels, packing: PixelPacking, fill: Fill): Uint8Array {
  const out = new Uint8Array(Math.ceil(frameBits(packing) / 8));
  packFrames([pixels], { ...packing, frames: 1, order: 'straight' }, fill, out);
  return out;
}

/** Checks frames that are all at hand, before anything is allocated for them. @throws DicomError 'bad-frame' */
export function checkFrames(frames: readonly Pixels[], packing: PixelPacking): void {
  if (frames.length !== packing.frames) {
    throw new DicomError('bad-frame', `${frames.length} frames where the object has ${packing.frames}`);
  }
  for (const [index, pixels] of frames.entries()) checkPixels(pixels, packing.format, index);
}

function checkPixels(pixels: Pixels, format: FrameFormat, index: number): void {
  const width = format.bits <= 8 ? 1 : 2;
  if (pixels.length === sampleCount(format) && pixels.BYTES_PER_ELEMENT === width) return;
  throw new DicomError(
    'bad-frame',
    `frame ${index} has ${pixels.length} samples of ${pixels.BYTES_PER_ELEMENT} bytes, the object's have ${sampleCount(format)} of ${width}`,
  );
}

function packBits(pixels: Pixels, out: Uint8Array, firstBit: number): void {
  for (let pixel = 0, bit = firstBit; pixel < pixels.length; pixel++, bit++) {
    const byte = Math.floor(bit / 8);
    out[byte] = (out[byte] as number) | (((pixels[pixel] as number) & 1) << (bit % 8));
  }
}

function frameBytes(pixels: Pixels, packing: PixelPacking, fill: Fill): Uint8Array {
  const { format, bitsAllocated, arrangement } = packing;
  if (arrangement === 'subsampled') return joinChroma(pixels);
  const ordered = arrangement === 'planar' ? separate(pixels, format) : pixels;
  const inPlace = packing.shift === 0 && fill === 'sign' && ordered.BYTES_PER_ELEMENT * 8 === bitsAllocated;
  return pixelBytes(inPlace ? ordered : place(ordered, packing, fill));
}

/** Puts each sample at its place in the allocated word. */
function place(pixels: Pixels, packing: PixelPacking, fill: Fill): Uint8Array | Uint16Array {
  const { format, bitsAllocated, shift } = packing;
  const words = bitsAllocated === 16 ? new Uint16Array(pixels.length) : new Uint8Array(pixels.length);
  const mask = fill === 'sign' ? -1 : 2 ** format.bits - 1;
  for (let at = 0; at < words.length; at++) words[at] = ((pixels[at] as number) & mask) << shift;
  return words;
}

function separate(pixels: Pixels, format: FrameFormat): Pixels {
  const planes = pixels.slice();
  const size = format.width * format.height;
  for (let pixel = 0, at = 0; pixel < size; pixel++, at += 3) {
    planes[pixel] = pixels[at] as number;
    planes[size + pixel] = pixels[at + 1] as number;
    planes[2 * size + pixel] = pixels[at + 2] as number;
  }
  return planes;
}

function joinChroma(pixels: Pixels): Uint8Array {
  const bytes = new Uint8Array((pixels.length / 3) * 2);
  for (let at = 0, to = 0; to < bytes.length; at += 6, to += 4) {
    bytes[to] = pixels[at] as number;
    bytes[to + 1] = pixels[at + 3] as number;
    bytes[to + 2] = pixels[at + 1] as number;
    bytes[to + 3] = pixels[at + 2] as number;
  }
  return bytes;
}

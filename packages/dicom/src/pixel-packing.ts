// How the canonical pixels of frames are packed into the bytes of native pixel data (PS3.5 section 8).
import { type FrameFormat, sampleCount } from '@strata/codec/format';

/** All that is needed to go from the bytes of pixel data to canonical pixels and back. */
export interface PixelPacking {
  readonly format: FrameFormat;
  readonly frames: number;
  readonly bitsAllocated: 1 | 8 | 16;
  /** Bits below the lowest bit of a sample: High Bit - Bits Stored + 1. */
  readonly shift: number;
  /** Samples of a pixel together, a plane for each sample, or two pixels sharing their chroma (Y Y Cb Cr). */
  readonly arrangement: 'interleaved' | 'planar' | 'subsampled';
  /** Bytes come in swapped pairs: words of a big endian file. */
  readonly order: 'straight' | 'swapped';
}

/** Bits of pixel data that one frame takes; frames follow each other without a gap, also inside a byte. */
export function frameBits(packing: PixelPacking): number {
  const { format, bitsAllocated, arrangement } = packing;
  const samples = arrangement === 'subsampled' ? format.width * format.height * 2 : sampleCount(format);
  return samples * bitsAllocated;
}

/** Bytes of pixel data that all frames take. */
export function packedLength(packing: PixelPacking): number {
  return Math.ceil((frameBits(packing) * packing.frames) / 8);
}

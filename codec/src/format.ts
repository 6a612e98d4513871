// A frame's geometry and sample type, and the pixel arrays that go with it.
import { CodecError } from './errors.ts';

/** What the samples of a frame are. */
export interface FrameFormat {
  /** Columns, 1 to 65535. */
  readonly width: number;
  /** Rows, 1 to 65535. */
  readonly height: number;
  /** 1 (grey, palette index, mask) or 3 (colour, interleaved). */
  readonly samples: 1 | 3;
  /** Meaningful bits of a sample, 1 to 16. */
  readonly bits: number;
  /** Whether samples are two's complement. */
  readonly signed: boolean;
}

/**
 * The samples of one frame, row by row, the samples of a pixel together. Up to 8 bits they are in an 8-bit array,
 * above in a 16-bit one, signed as the format says, and every value is inside the range of the format's bits.
 */
export type Pixels = Uint8Array | Int8Array | Uint16Array | Int16Array;

export const MAX_SIDE = 65_535;
/** Most samples of one frame: 16,384 x 16,384, half a gigabyte of 16-bit pixels. */
export const MAX_SAMPLES_PER_FRAME = 2 ** 28;

/** Throws CodecError 'bad-format' unless the format is one the codec takes. */
export function checkFormat(format: FrameFormat): void {
  const { width, height, samples, bits, signed } = format;
  const refuse = (what: string): never => {
    throw new CodecError('bad-format', what);
  };
  for (const [name, side] of Object.entries({ width, height })) {
    if (!Number.isInteger(side) || side < 1 || side > MAX_SIDE) {
      refuse(`a frame's ${name} is 1 to ${MAX_SIDE} pixels, not ${side}`);
    }
  }
  if (samples !== 1 && samples !== 3) refuse(`a pixel has 1 or 3 samples, not ${samples}`);
  if (!Number.isInteger(bits) || bits < 1 || bits > 16) refuse(`a sample has 1 to 16 bits, not ${bits}`);
  if (typeof signed !== 'boolean') refuse('a sample is signed or not: true or false');
  const count = width * height * samples;
  if (count > MAX_SAMPLES_PER_FRAME) {
    refuse(
      `a frame of ${width} x ${height} x ${samples} is above the limit of ${MAX_SAMPLES_PER_FRAME} samples`,
    );
  }
}

/** The number of samples of a frame. */
export function sampleCount(format: FrameFormat): number {
  return format.width * format.height * format.samples;
}

/** Bytes of a frame's pixels in memory. */
export function pixelBytesOf(format: FrameFormat): number {
  return sampleCount(format) * (format.bits <= 8 ? 1 : 2);
}

/** Smallest and largest value of a sample. */
export function sampleRange(format: FrameFormat): { min: number; max: number } {
  const span = 2 ** format.bits;
  return format.signed ? { min: -span / 2, max: span / 2 - 1 } : { min: 0, max: span - 1 };
}

/**
 * A zeroed array for the pixels of a frame, or of a level of it.
 * @param width columns of the level; those of the frame when left out
 * @param height rows of the level; those of the frame when left out
 */
export function allocatePixels(format: FrameFormat, width = format.width, height = format.height): Pixels {
  const count = width * height * format.samples;
  if (format.bits <= 8) return format.signed ? new Int8Array(count) : new Uint8Array(count);
  return format.signed ? new Int16Array(count) : new Uint16Array(count);
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The bytes of the pixels, little endian: what a frame's digest (SHA-256) is taken over. Not copied on little-endian machines. */
export function pixelBytes(pixels: Pixels): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pixels.buffer as ArrayBuffer, pixels.byteOffset, pixels.byteLength);
  if (pixels.BYTES_PER_ELEMENT === 1 || littleEndian) return bytes;
  const swapped = bytes.slice();
  for (let at = 0; at < swapped.length; at += 2) swapped.subarray(at, at + 2).reverse();
  return swapped;
}

// The palette of a frame of few values or colours, as it stands in the header. FORMAT.md section 2.
import { BitReader, BitWriter } from './entropy/bits.ts';
import { CodecError } from './errors.ts';
import { type FrameFormat, sampleRange } from './format.ts';

/** The samples of each entry one after the other, by their bits. */
export type Palette = Uint16Array<ArrayBuffer>;

export const MOST_ENTRIES = 4096;
/** Colours come in this many bits a sample at most. */
export const COLOUR_BITS = 8;
const MOST_RICE = 15;

/** A value of the format by its bits, and back. */
const sampleOf = (bits: number, format: FrameFormat): number => {
  const width = format.bits <= 8 ? 24 : 16;
  return format.signed ? (bits << width) >> width : bits;
};
const bitsOf = (value: number, format: FrameFormat): number => value & (format.bits <= 8 ? 255 : 65_535);

/** What each value of a grey palette is more than the one before, less 1; the first is what it is more than the lowest. */
function stepsOf(palette: Palette, format: FrameFormat): { first: number; steps: number[] } {
  const { min } = sampleRange(format);
  const first = sampleOf(palette[0] as number, format);
  let previous = first;
  const steps = Array.from(palette.subarray(1), (bits) => {
    const value = sampleOf(bits, format);
    const step = value - previous - 1;
    previous = value;
    return step;
  });
  return { first: first - min, steps };
}

/** The parameter for which the Rice codes of the steps are shortest, and how many bits they then take. */
function bestRice(steps: readonly number[]): { k: number; bits: number } {
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  const near = Math.floor(Math.log2(mean + 1));
  let best = { k: 0, bits: Number.POSITIVE_INFINITY };
  for (let k = Math.max(0, near - 1); k <= Math.min(MOST_RICE, near + 1); k++) {
    const bits = steps.reduce((sum, step) => sum + (step >>> k) + 1 + k, 0);
    if (bits < best.bits) best = { k, bits };
  }
  return best;
}

/** How many bits `writePalette` takes. */
export function paletteBits(palette: Palette, format: FrameFormat): number {
  if (format.samples === 3) return palette.length * 8;
  return 24 + bestRice(stepsOf(palette, format).steps).bits;
}

/** The bytes of a palette. Of grey ones the values must ascend. */
export function writePalette(palette: Palette, format: FrameFormat): Uint8Array {
  if (format.samples === 3) return Uint8Array.from(palette);
  const { first, steps } = stepsOf(palette, format);
  const { k } = bestRice(steps);
  const writer = new BitWriter();
  writer.put(k, 8);
  writer.put(first, 16);
  for (const step of steps) writer.putRice(step, k);
  return writer.finish();
}

/** Reads the bytes of a palette of `count` entries. @throws CodecError 'bad-header' */
export function readPalette(bytes: Uint8Array, count: number, format: FrameFormat): Palette {
  const refuse = (cause?: unknown): never => {
    throw new CodecError('bad-header', 'the palette of a codestream is malformed', { cause });
  };
  if (count < 2 || count > MOST_ENTRIES) refuse();
  const palette = new Uint16Array(count * format.samples);
  const { min, max } = sampleRange(format);
  if (format.samples === 3) {
    if (format.bits > COLOUR_BITS || bytes.length !== palette.length) refuse();
    palette.set(bytes);
  } else {
    try {
      const reader = new BitReader(bytes);
      const k = reader.take(8);
      if (k > MOST_RICE) refuse();
      let value = reader.take(16) + min;
      for (let at = 0; at < count; at++) {
        if (at > 0) value += reader.takeRice(k, 65_536) + 1;
        if (value > max) refuse();
        palette[at] = bitsOf(value, format);
      }
      if (reader.finish() !== bytes.length) refuse();
    } catch (error) {
      refuse(error);
    }
  }
  for (const bits of palette) {
    const value = sampleOf(bits, format);
    if (value < min || value > max) refuse();
  }
  return palette;
}

/** How many planes of coefficients a frame has. */
export function planeCount({ format, palette }: { format: FrameFormat; palette: Palette | null }): 1 | 3 {
  return palette === null ? format.samples : 1;
}

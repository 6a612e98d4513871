// How a frame may be coded: as it is or as the numbers of a palette, by which filter and colour transform.
import { CodecError } from './errors.ts';
import { type FrameFormat, type Pixels, sampleCount, sampleRange } from './format.ts';
import type { Filter } from './header.ts';
import type { Kernels } from './kernels.ts';
import { type Palette, paletteBits } from './palette.ts';
import { findPalette, type Samples } from './palette-finder.ts';
import { estimate, prepareSketch } from './wavelet/estimate.ts';

export const LEGALL = 0;
const NINE_SEVEN_M = 1;
export const SUBSAMPLING = 2;
/** Samples that spread further than this are not sent through a colour transform: its differences might not fit. */
const COLOUR_SPREAD = 16_383;
/** Three planes say three times where something is, which estimates leave out. */
const THREE_PLANES = 1.5;
/** Subsampling makes rougher smaller pictures, so it must save this much. */
const WORTH_ROUGHNESS = 0.97;
/** Plans that may take up to this much more than the best are tried where estimates are unsure: in drawn frames. */
const UNSURE = 1.3;
const MOST_TRIES = 3;
/** A grey frame counts as drawn when it has so many times fewer values than its range, and than its samples. */
const DRAWN = 4;
const DRAWN_OFTEN = 64;
/** Larger frames are only coded once. */
const MOST_TRIED_SAMPLES = 2 ** 22;

/** What may be coded: the frame's samples, or the numbers of its palette's entries. */
interface Material {
  readonly format: FrameFormat;
  readonly samples: Samples;
  readonly palette: Palette | null;
  readonly offset: number;
  readonly spread: number;
}

/** A way to code a frame, and how many bits that may take. */
export interface Plan {
  readonly material: Material;
  readonly filter: Filter;
  readonly colour: 0 | 1;
  readonly bits: number;
}

/** Smallest and largest sample; refuses those outside the format. */
function rangeOf(
  kernels: Kernels,
  at: number,
  pixels: Pixels,
  format: FrameFormat,
): { low: number; high: number } {
  const wide = Number(pixels.BYTES_PER_ELEMENT === 2);
  const packed = kernels.run.sampleRange(at, pixels.length, wide, Number(format.signed));
  const low = Math.floor(packed / 2 ** 20);
  const high = packed - low * 2 ** 20 - 65_536;
  const { min, max } = sampleRange(format);
  if (low < min || high > max) {
    throw new CodecError(
      'bad-format',
      `samples from ${low} to ${high} do not fit into ${format.bits} bits (${min} to ${max})`,
    );
  }
  return { low, high };
}

function materialOf(
  format: FrameFormat,
  samples: Samples,
  palette: Palette | null,
  low: number,
  high: number,
): Material {
  // The middle of what occurs becomes zero: so the filters have the most room before they leave 16 bits.
  return { format, samples, palette, offset: low + ((high - low + 1) >> 1), spread: high - low };
}

/** The format of what is coded: numbers of a palette's entries are coded as grey samples of 16 bits. */
export function codedFormat({ format, palette }: Pick<Material, 'format' | 'palette'>): FrameFormat {
  return palette === null ? format : { ...format, samples: 1, bits: 16, signed: false };
}

const smaller = (one: Plan, other: Plan): Plan => (other.bits < one.bits ? other : one);

/** The best plan for a material, and the best of those that leave the smaller pictures rough or smooth as it does not. */
function plansFor(kernels: Kernels, material: Material, levels: number, categorical: boolean): Plan[] {
  const { format, offset, spread, palette, samples } = material;
  const head = palette === null ? 0 : paletteBits(palette, format);
  const coded = codedFormat(material);
  if (levels === 0) {
    const bits = head + Math.log2(spread + 1) * sampleCount(coded);
    return [{ material, filter: categorical ? SUBSAMPLING : LEGALL, colour: 0, bits }];
  }
  const sketch = prepareSketch(kernels, coded, samples);
  const guess = (filter: Filter, colour: 0 | 1): Plan => {
    const share = coded.samples === 3 ? THREE_PLANES : 1;
    const bits = head + share * estimate(kernels, sketch, offset, filter, colour);
    return { material, filter, colour, bits };
  };
  if (categorical) return [guess(SUBSAMPLING, 0)];
  let smooth = guess(LEGALL, 0);
  if (coded.samples === 3 && spread <= COLOUR_SPREAD) smooth = smaller(smooth, guess(LEGALL, 1));
  smooth = smaller(smooth, guess(NINE_SEVEN_M, smooth.colour));
  const rough = guess(SUBSAMPLING, smooth.colour);
  return rough.bits < smooth.bits * WORTH_ROUGHNESS ? [rough, smooth] : [smooth, rough];
}

/**
 * Plans for a frame whose samples lie at `at` in the kernels' memory.
 * @returns the one to follow, or several to try where estimates cannot tell
 * @throws CodecError 'bad-format' when there are samples outside the format
 */
export function plansOf(
  kernels: Kernels,
  at: number,
  pixels: Pixels,
  format: FrameFormat,
  levels: number,
  categorical: boolean,
): readonly Plan[] {
  const samples = { at, wide: pixels.BYTES_PER_ELEMENT === 2 };
  const { low, high } = rangeOf(kernels, at, pixels, format);
  const plain = plansFor(kernels, materialOf(format, samples, null, low, high), levels, categorical);
  const found = findPalette(kernels, samples, format, low, high);
  const values = found?.palette.length ?? Number.POSITIVE_INFINITY;
  const few = values * DRAWN <= high - low + 1 && values * DRAWN_OFTEN <= pixels.length;
  const drawn = format.samples === 3 || few;
  let plans = plain;
  if (found !== null) {
    const last = found.palette.length / format.samples - 1;
    const material = materialOf(format, { at: found.numbers, wide: true }, found.palette, 0, last);
    plans = [...plain, ...plansFor(kernels, material, levels, categorical)];
  }
  const best = [plain[0] as Plan, plans[plain.length] ?? (plain[0] as Plan)].reduce(smaller);
  if (!drawn || categorical || pixels.length > MOST_TRIED_SAMPLES) return [best];
  const others = plans.filter((plan) => plan !== best && plan.bits < best.bits * UNSURE);
  return [best, ...others.sort((one, other) => one.bits - other.bits)].slice(0, MOST_TRIES);
}

// Grey samples as modality values (Hounsfield units for CT), and the statistics that windows are made from.
import { type FrameFormat, type Pixels, sampleRange } from '@strata/codec/format';

/** Arrays of modality values: whole numbers where the rescale keeps them so, else 32-bit floats. */
export type GreyValues = Int16Array | Uint16Array | Float32Array;

/**
 * Modality values: stored value times slope plus intercept (PS3.3 C.11.1.1.2).
 * The type depends on format and rescale only, so that all slices and levels of a series have the same.
 */
export function modalityValues(
  pixels: Pixels,
  format: FrameFormat,
  slope: number,
  intercept: number,
): GreyValues {
  const values = allocate(pixels.length, format, slope, intercept);
  for (let at = 0; at < pixels.length; at++) values[at] = (pixels[at] as number) * slope + intercept;
  return values;
}

function allocate(length: number, format: FrameFormat, slope: number, intercept: number): GreyValues {
  const { min, max } = sampleRange(format);
  const ends = [min * slope + intercept, max * slope + intercept];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (!Number.isInteger(slope) || !Number.isInteger(intercept)) return new Float32Array(length);
  if (low >= -32_768 && high <= 32_767) return new Int16Array(length);
  return low >= 0 && high <= 65_535 ? new Uint16Array(length) : new Float32Array(length);
}

export interface GreyStatistics {
  /** Smallest and largest value. */
  readonly range: readonly [number, number];
  /** The values below which half a percent, and above which half a percent of the image lies. */
  readonly robust: readonly [number, number];
}

/** Enough for stable percentiles, few enough to sort in no time. */
const samplesTaken = 4096;

/**
 * Statistics of an image's values, padding left out. An image of nothing but padding has both ranges 0 to 1.
 * @param padding modality values that stand for no image, smallest and largest
 */
export function greyStatistics(
  values: ArrayLike<number>,
  padding: readonly [number, number] | null,
): GreyStatistics {
  const [first, last] = padding ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value >= first && value <= last) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { range: [0, 1], robust: [0, 1] };
  const stride = Math.max(1, Math.ceil(values.length / samplesTaken));
  const taken = new Float32Array(Math.ceil(values.length / stride));
  let count = 0;
  for (let at = 0; at < values.length; at += stride) {
    const value = values[at] as number;
    if (!(value >= first && value <= last)) taken[count++] = value;
  }
  if (count === 0) return { range: [low, high], robust: [low, high] };
  const sorted = taken.subarray(0, count).sort();
  const percentile = (part: number) => sorted[Math.round(part * (count - 1))] as number;
  return { range: [low, high], robust: [percentile(0.005), percentile(0.995)] };
}

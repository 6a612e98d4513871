// Enlarges a coarse level to the frame's full size, so that zoom, pan and measurements stay the same while it sharpens.

export interface LevelImage<T> {
  readonly values: T;
  readonly width: number;
  readonly height: number;
  readonly components: 1 | 3;
}

type Values = Int16Array | Uint16Array | Float32Array | Uint8Array;

/**
 * Interpolates linearly between the samples of a level. Sample i of a level lies at pixel `i * step` of the frame: a
 * wavelet's low-pass band keeps the even places, so enlarging must not shift by half a pixel.
 * @param step pixels of the frame per sample of the level, a power of two; 1 returns the image itself
 * @param width columns of the frame
 * @param height rows of the frame
 */
export function enlarge<T extends Values>(
  image: LevelImage<T>,
  step: number,
  width: number,
  height: number,
): LevelImage<T> {
  if (step === 1) return image;
  const { components } = image;
  const values = sameKind(image.values, width * height * components);
  const rounding = values instanceof Float32Array ? 0 : 0.5;
  // The rows of the level are widened once each; those between them are blended from two.
  let upper = new Float32Array(width * components);
  let lower = new Float32Array(width * components);
  widen(image, 0, step, lower, width);
  for (let y = 0; y < height; y++) {
    const part = (y % step) / step;
    if (part === 0) {
      [upper, lower] = [lower, upper];
      widen(image, Math.min(y / step + 1, image.height - 1), step, lower, width);
    }
    blend(upper, lower, part, rounding, values, y * width * components);
  }
  return { values, width, height, components };
}

function sameKind<T extends Values>(values: T, length: number): T {
  const Kind = values.constructor as new (length: number) => T;
  return new Kind(length);
}

/** A row of the level at the frame's width; right of its last sample, that one. */
function widen(
  { values, width: count, components }: LevelImage<Values>,
  row: number,
  step: number,
  into: Float32Array,
  width: number,
): void {
  const first = row * count * components;
  for (let c = 0; c < components; c++) {
    for (let sample = 0; sample < count; sample++) {
      const at = first + sample * components + c;
      const from = values[at] as number;
      const slope = sample + 1 < count ? ((values[at + components] as number) - from) / step : 0;
      const start = sample * step;
      const end = sample + 1 < count ? start + step : width;
      for (let x = start; x < Math.min(end, width); x++)
        into[x * components + c] = from + slope * (x - start);
    }
  }
}

/** A row between two, whole numbers by rounding half up. */
function blend(
  upper: Float32Array,
  lower: Float32Array,
  part: number,
  rounding: number,
  into: Values,
  offset: number,
): void {
  for (let at = 0; at < upper.length; at++) {
    const from = upper[at] as number;
    const value = from + ((lower[at] as number) - from) * part;
    into[offset + at] = rounding === 0 ? value : Math.floor(value + rounding);
  }
}

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
  const row = new Float32Array(image.width * components);
  for (let y = 0; y < height; y++) {
    blendRows(image, y / step, row);
    enlargeRow(row, components, step, values, y * width * components, width);
  }
  return { values, width, height, components };
}

function sameKind<T extends Values>(values: T, length: number): T {
  const Kind = values.constructor as new (length: number) => T;
  return new Kind(length);
}

/** The row at a place between two rows of the level; below the last row, the last one. */
function blendRows(image: LevelImage<Values>, place: number, into: Float32Array): void {
  const { values, height } = image;
  const upper = Math.min(Math.floor(place), height - 1);
  const lower = Math.min(upper + 1, height - 1);
  const part = place - Math.floor(place);
  const [a, b] = [upper * into.length, lower * into.length];
  for (let at = 0; at < into.length; at++) {
    const from = values[a + at] as number;
    into[at] = from + ((values[b + at] as number) - from) * part;
  }
}

function enlargeRow(
  row: Float32Array,
  components: number,
  step: number,
  into: Values,
  offset: number,
  width: number,
): void {
  const last = row.length / components - 1;
  const rounding = into instanceof Float32Array ? 0 : 0.5;
  for (let x = 0; x < width; x++) {
    const left = Math.min(Math.floor(x / step), last);
    const right = Math.min(left + 1, last);
    const part = (x % step) / step;
    for (let c = 0; c < components; c++) {
      const from = row[left * components + c] as number;
      const value = from + ((row[right * components + c] as number) - from) * part;
      into[offset + x * components + c] = rounding === 0 ? value : Math.floor(value + rounding);
    }
  }
}

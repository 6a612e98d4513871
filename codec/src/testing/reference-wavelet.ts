// A slow wavelet in plain TypeScript, written from FORMAT.md and apart from the kernels, that says what a level must look like.
import { allocatePixels, type FrameFormat, type Pixels, sampleRange } from '../format.ts';
import { levelCount, levelSize } from '../levels.ts';

/** What the header of a codestream says about the transform. */
export interface ReferenceTransform {
  readonly filter: 0 | 1 | 2;
  readonly colour: 0 | 1;
  readonly offset: number;
  readonly palette: ArrayLike<number> | null;
}

type Line = number[];

/** To a signed number of 16 bits, wrapping around. */
const wrap = (value: number): number => (value << 16) >> 16;

function mirrored(at: number, length: number): number {
  let index = Math.abs(at);
  if (index >= length) index = 2 * (length - 1) - index;
  return Math.max(index, 0);
}

/** The low-pass half of a line after one step of lifting. */
function lowPass(line: Line, filter: number): Line {
  if (line.length < 2) return line;
  const sample = (from: Line, at: number): number => from[mirrored(at, line.length)] as number;
  const residual = line.map((value, at) => {
    if (at % 2 === 0) return 0;
    const near = sample(line, at - 1) + sample(line, at + 1);
    if (filter !== 1) return wrap(value - Math.floor(near / 2));
    const far = wrap(sample(line, at - 3) + sample(line, at + 3));
    const correction = wrap(wrap(near) - far + 8) >> 3;
    return wrap(value - Math.floor((wrap(near) + correction) / 2));
  });
  const low: Line = [];
  for (let at = 0; at < line.length; at += 2) {
    const gain = wrap(sample(residual, at - 1) + sample(residual, at + 1) + 2) >> 2;
    low.push(filter === 2 ? (line[at] as number) : wrap((line[at] as number) + gain));
  }
  return low;
}

const transposed = (rows: Line[]): Line[] =>
  (rows[0] as Line).map((_, x) => rows.map((row) => row[x] as number));

/** The low-pass band of a picture, one level down: columns first, then rows. */
function smaller(rows: Line[], filter: number): Line[] {
  const low = transposed(transposed(rows).map((column) => lowPass(column, filter)));
  return low.map((row) => lowPass(row, filter));
}

/**
 * The pixels that decoding a frame up to a level must give.
 * @param transform filter, colour transform and offset, as in the codestream's header
 * @param level 0 (smallest) to the frame's full-size level, where the pixels themselves come back
 */
export function referenceLevel(
  pixels: Pixels,
  format: FrameFormat,
  transform: ReferenceTransform,
  level: number,
): Pixels {
  const { palette } = transform;
  if (palette === null) return wavelet(pixels, format, transform, level);
  // The numbers of the entries are transformed like grey samples, and looked up again.
  const { samples, width, height } = format;
  const out = allocatePixels(
    format,
    levelSize(width, level, levelCount(width, height)),
    levelSize(height, level, levelCount(width, height)),
  );
  const own = allocatePixels(format, 1, 1);
  const entryOf = (number: number): string => {
    for (let sample = 0; sample < samples; sample++)
      own[sample] = palette[number * samples + sample] as number;
    return own.slice(0, samples).join();
  };
  const numbers = new Map<string, number>();
  for (let number = 0; number * samples < palette.length; number++) numbers.set(entryOf(number), number);
  const last = numbers.size - 1;
  const plane = Uint16Array.from({ length: width * height }, (_, at) => {
    return numbers.get(pixels.slice(at * samples, (at + 1) * samples).join()) as number;
  });
  const grey = { width, height, samples: 1, bits: 16, signed: true } as const;
  const made = wavelet(plane, grey, { ...transform, palette: null }, level);
  made.forEach((number, at) => {
    const entry = Math.min(Math.max(number, 0), last) * samples;
    for (let sample = 0; sample < samples; sample++)
      out[at * samples + sample] = palette[entry + sample] as number;
  });
  return out;
}

/** The same without a palette. */
function wavelet(pixels: Pixels, format: FrameFormat, transform: ReferenceTransform, level: number): Pixels {
  const { width, height, samples } = format;
  const levels = levelCount(width, height);
  const { filter, colour, offset } = transform;
  const sampleAt = (x: number, y: number, sample: number): number =>
    wrap((pixels[(y * width + x) * samples + sample] as number) - offset);
  const forward = (x: number, y: number): number[] => {
    const [first = 0, second = 0, third = 0] = [0, 1, 2].map((s) => (s < samples ? sampleAt(x, y, s) : 0));
    if (colour === 0) return [first, second, third];
    return [Math.floor((first + 2 * second + third) / 4), third - second, first - second];
  };
  const backward = ([first = 0, second = 0, third = 0]: number[]): number[] => {
    if (colour === 0) return [first, second, third];
    const green = first - Math.floor((second + third) / 4);
    return [third + green, green, second + green];
  };
  let planes = Array.from({ length: samples }, (_, sample) =>
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => forward(x, y)[sample] as number),
    ),
  );
  for (let at = levels; at > level; at--) planes = planes.map((plane) => smaller(plane, filter));
  const out = allocatePixels(format, levelSize(width, level, levels), levelSize(height, level, levels));
  const { min, max } = sampleRange(format);
  const columns = levelSize(width, level, levels);
  for (let at = 0; at < out.length / samples; at++) {
    const point = planes.map((plane) => plane[Math.floor(at / columns)]?.[at % columns] as number);
    const back = backward(point);
    for (let sample = 0; sample < samples; sample++) {
      out[at * samples + sample] = Math.min(Math.max((back[sample] as number) + offset, min), max);
    }
  }
  return out;
}

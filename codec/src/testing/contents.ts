// Frames of many kinds for tests, made from a seed.
import { allocatePixels, type FrameFormat, type Pixels, sampleRange } from '../format.ts';

/** A small random number generator (mulberry32): numbers from 0 to below 1. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A picture of which 5/3 leaves given numbers, in odd columns of even rows, and nothing in odd rows. */
function quantised(x: number, y: number, coefficient: (number: number) => number): number {
  const smooth = (column: number): number => 2000 + Math.floor(40 * Math.sin(column / 17) * Math.cos(y / 23));
  if (y % 2 === 1) {
    const near = (row: number): number => quantised(x, row, coefficient) * 2 ** 16;
    return Math.floor((near(y - 1) + near(y + 1)) / 2) / 2 ** 16;
  }
  if (x % 2 === 0) return smooth(x) / 2 ** 16;
  const between = Math.floor((smooth(x - 1) + smooth(x + 1)) / 2);
  return (between + coefficient((x * 7919 + y * 104_729) % 32)) / 2 ** 16;
}

type Shade = (x: number, y: number, random: () => number) => number;

/** What frames can hold: each gives shades from 0 to below 1. */
const shades = {
  noise: (_x, _y, random) => random(),
  'quiet noise': (_x, _y, random) => 0.5 + (random() - 0.5) / 64,
  smooth: (x, y) => 0.5 + Math.sin(x / 17) * Math.cos(y / 23) * 0.49,
  waves: (x, y) => 0.5 + Math.sin(x / 2) * Math.cos(y / 3) * 0.4,
  'smooth with noise': (x, y, random) => 0.5 + Math.sin(x / 37) * Math.cos(y / 29) * 0.4 + random() * 0.02,
  constant: () => 0.7,
  gradient: (x, y) => ((x * 3 + y) % 256) / 256,
  'black and white': (_x, _y, random) => (random() < 0.5 ? 0 : 0.999_999),
  sparse: (_x, _y, random) => (random() < 0.01 ? random() : 0),
  mask: (x, y) => Number((x - 30) ** 2 + (y - 40) ** 2 < 900) * 0.999_999,
  /** In 16 bits, finest coefficients that are multiples of 4. */
  shifted: (x, y) => quantised(x, y, (number) => 4 * number - 64),
  /** In 16 bits, finest coefficients in the middles of a quantiser's steps. */
  stepped: (x, y) => quantised(x, y, (number) => (4 * (number >> 1) + 6) * (number & 1 ? 1 : -1)),
  /** The same of a quantiser whose first step is half as wide: 0, 3, 6, 10, 14, ... */
  'half stepped': (x, y) =>
    quantised(x, y, (number) => {
      const step = number >> 2;
      return (step < 2 ? 3 * step : 4 * step - 2) * (number & 1 ? 1 : -1);
    }),
  /** Few values in a wide range. */
  'few values': (x, y, random) => Math.floor(8 + Math.sin(x / 9 + y / 13) * 6 + random()) ** 2 / 256,
  /** Lines, and signs that come again, on a flat ground. */
  drawn: (x, y) => {
    if (x % 40 === 3 || y % 32 === 5) return 0.8;
    const [column, row] = [x % 40, y % 32];
    return column > 10 && column < 30 && row > 10 && row < 26 && (column * row * 7 + column * 3) % 5 < 2
      ? 0.99
      : 0.5;
  },
  checkerboard: (x, y) => ((x + y) % 2) * 0.999_999,
} as const satisfies Record<string, Shade>;

export type Content = keyof typeof shades;
export const CONTENTS = Object.keys(shades) as Content[];

/** A frame of the format with the content. */
export function frameOf(format: FrameFormat, content: Content, seed: number): Pixels {
  const pixels = allocatePixels(format);
  const { min, max } = sampleRange(format);
  const random = randomFrom(seed);
  const shade: Shade = shades[content];
  for (let at = 0; at < pixels.length; at++) {
    const pixel = Math.floor(at / format.samples);
    const sample = at % format.samples;
    const value = shade((pixel % format.width) + sample * 5, Math.floor(pixel / format.width), random);
    pixels[at] = Math.floor(min + value * (max - min + 1));
  }
  return pixels;
}

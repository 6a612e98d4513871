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

type Shade = (x: number, y: number, random: () => number) => number;

/** What frames can hold: each gives shades from 0 to below 1. */
const shades = {
  noise: (_x, _y, random) => random(),
  'quiet noise': (_x, _y, random) => 0.5 + (random() - 0.5) / 64,
  smooth: (x, y) => 0.5 + Math.sin(x / 17) * Math.cos(y / 23) * 0.49,
  'smooth with noise': (x, y, random) => 0.5 + Math.sin(x / 37) * Math.cos(y / 29) * 0.4 + random() * 0.02,
  constant: () => 0.7,
  gradient: (x, y) => ((x * 3 + y) % 256) / 256,
  'black and white': (_x, _y, random) => (random() < 0.5 ? 0 : 0.999_999),
  sparse: (_x, _y, random) => (random() < 0.01 ? random() : 0),
  mask: (x, y) => Number((x - 30) ** 2 + (y - 40) ** 2 < 900) * 0.999_999,
  /** Coefficients that share low bits. */
  coarse: (_x, _y, random) => 0.3 + Math.floor(random() * 16) / 64,
  /** Finest coefficients in the middles of a quantiser's steps, in 16 bits. */
  stepped: (x) => 0.5 + (x % 2) * (x % 4 === 1 ? 1 : -1) * (((x * 7919) % 32) * 4 + 6) * 2 ** -16,
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

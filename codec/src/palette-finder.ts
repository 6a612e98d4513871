// Finds the palette of a frame that has few values in a wide range, or few colours.
import type { FrameFormat } from './format.ts';
import type { Kernels } from './kernels.ts';
import { COLOUR_BITS, MOST_ENTRIES, type Palette } from './palette.ts';

/** A palette is worth trying when it has less than this share of the values in the range. */
const FEW = 0.75;
/** And no more of them than this share of its samples: an entry takes about as much as a sample. */
const OFTEN = 0.125;
/** So many cost next to nothing to try. */
const FEW_ENTRIES = 128;
/** Every so many samples are looked at first, in runs of so many. */
const LOOK_STEP = 2 ** 15;
const LOOK_RUN = 2 ** 12;
const VALUES = 2 ** 16;
const SLOTS = 2 ** 14;

/** A frame's samples in the kernels' memory. */
export interface Samples {
  readonly at: number;
  readonly wide: boolean;
}

export interface Found {
  readonly palette: Palette;
  /** The numbers of the entries, 16 bits each, in the kernels' memory. */
  readonly numbers: number;
}

/** The palette of a grey frame whose samples lie in `low`..`high`; null when it has not few values. */
function findGrey(
  kernels: Kernels,
  samples: Samples,
  format: FrameFormat,
  low: number,
  high: number,
): Found | null {
  const { run } = kernels;
  const count = format.width * format.height;
  const bytes = samples.wide ? 2 : 1;
  const mask = samples.wide ? 0xffff : 0xff;
  const most = Math.min(
    MOST_ENTRIES,
    Math.floor((high - low + 1) * FEW),
    Math.max(FEW_ENTRIES, Math.floor(count * OFTEN)),
  );
  if (most < 2) return null;
  const marks = kernels.allocate(VALUES);
  const list = kernels.allocate((most + 1) * 2);
  const table = kernels.allocate(VALUES * 2);
  const numbers = kernels.allocate(count * 2);
  /** Marks what occurs in some of the samples, and lists the values marked so far by their bits, in ascending order. */
  const look = (step: number, atOnce: number): number => {
    for (let from = 0; from < count; from += step) {
      const length = Math.min(atOnce, count - from);
      run.markValues(samples.at + from * bytes, length, Number(samples.wide), marks);
    }
    return run.listValues(marks, low, high, mask, list, most);
  };
  kernels.bytes(marks, VALUES).fill(0);
  if (count > LOOK_STEP && look(LOOK_STEP, LOOK_RUN) > most) return null;
  const found = look(count, count);
  if (found < 2 || found > most) return null;
  const palette = new Uint16Array(run.memory.buffer, list, found).slice();
  const view = new Uint16Array(run.memory.buffer, table, VALUES);
  palette.forEach((bits, number) => {
    view[bits] = number;
  });
  run.numberValues(samples.at, count, Number(samples.wide), table, numbers);
  return { palette, numbers };
}

const red = (colour: number): number => colour & 255;
const green = (colour: number): number => (colour >>> 8) & 255;
const blue = (colour: number): number => (colour >>> 16) & 255;
const brightness = (colour: number): number => red(colour) * 2 + green(colour) * 5 + blue(colour);
const isGrey = (colour: number): boolean => red(colour) === green(colour) && green(colour) === blue(colour);

/** The palette of a frame of few colours: the greys first, so that grey parts stay grey at every level. */
function findColours(kernels: Kernels, samples: Samples, format: FrameFormat): Found | null {
  if (format.bits > COLOUR_BITS || format.signed) return null;
  const { run } = kernels;
  const count = format.width * format.height;
  const slots = kernels.allocate(SLOTS * 4);
  kernels.bytes(slots, SLOTS * 4).fill(0);
  const found = run.findColours(samples.at, count, slots, MOST_ENTRIES);
  if (found < 2 || found > MOST_ENTRIES) return null;
  const list = kernels.allocate(found * 2);
  const order = kernels.allocate(SLOTS * 2);
  const numbers = kernels.allocate(count * 2);
  const colours = new Uint32Array(run.memory.buffer, slots, SLOTS);
  run.listColours(slots, list);
  const used = Array.from(new Uint16Array(run.memory.buffer, list, found));
  const rank = (slot: number): number => {
    const colour = colours[slot] as number;
    return (isGrey(colour) ? 0 : 2 ** 12) + brightness(colour);
  };
  used.sort((one, other) => rank(one) - rank(other) || (colours[one] as number) - (colours[other] as number));
  const palette = new Uint16Array(used.length * 3);
  const places = new Uint16Array(run.memory.buffer, order, SLOTS);
  used.forEach((slot, number) => {
    const colour = colours[slot] as number;
    palette.set([red(colour), green(colour), blue(colour)], number * 3);
    places[slot] = number;
  });
  run.numberColours(samples.at, count, slots, order, numbers);
  return { palette, numbers };
}

/** The palette of a frame that may be smaller with one. @param low, high the smallest and the largest sample */
export function findPalette(
  kernels: Kernels,
  samples: Samples,
  format: FrameFormat,
  low: number,
  high: number,
): Found | null {
  return format.samples === 3
    ? findColours(kernels, samples, format)
    : findGrey(kernels, samples, format, low, high);
}

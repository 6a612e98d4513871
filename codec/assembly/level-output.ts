// What of a level in memory is handed out: its pixels, or all that the next level needs, and the way back.
import {
  bandAt, bandHeight, bandStride, bandWidth, levelHeight, levelWidth, output, pictureAt, pictureStride, planes, workRow,
} from './frame';
import { numbersToSamples } from './palette';
import { planesToSamples } from './samples';
import { frequencies } from './table-reader';

// @ts-ignore: decorator
@inline
function copyRow(to: usize, from: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(to + at, v128.load(from + at));
  for (; at < bytes; at += 2) store<u16>(to + at, load<u16>(from + at));
}

/** Moves rows of a plane between where they lie and `packed`. @returns where the packed rows end */
// @ts-ignore: decorator
@inline
function moveRows(at: usize, stride: usize, width: i32, height: i32, packed: usize, out: bool): usize {
  const bytes = <usize>width << 1;
  for (let y = 0; y < height; y++, at += stride, packed += bytes) {
    if (out) copyRow(packed, at, bytes);
    else copyRow(at, packed, bytes);
  }
  return packed;
}

// @ts-ignore: decorator
@inline
function moveLevel(level: i32, out: bool): usize {
  let packed = output;
  for (let plane = 0; plane < planes; plane++) {
    const at = pictureAt(level, plane);
    packed = moveRows(at, pictureStride(level), levelWidth(level), levelHeight(level), packed, out);
  }
  for (let plane = 0; plane < planes && level > 0; plane++) {
    for (let band = 0; band < 3; band++) {
      const at = bandAt(level, plane, band);
      packed = moveRows(at, bandStride(level), bandWidth(level, band), bandHeight(level, band), packed, out);
    }
  }
  const bytes: usize = planes == 3 ? 2 * 29 * 128 : 29 * 128;
  if (out) memory.copy(packed, frequencies(), bytes);
  else memory.copy(frequencies(), packed, bytes);
  return packed + bytes;
}

/** Where pixels and packed levels lie. */
export function outputAt(): usize {
  return output;
}

/** Puts together pictures, bands and frequencies of a level, without room beside rows. @returns where that ends */
export function packLevel(level: i32): usize {
  return moveLevel(level, true);
}

/** Takes what `packLevel` made. */
export function unpackLevel(level: i32): void {
  moveLevel(level, false);
}

/** The pixels of a level; see `planesToSamples`. The level stays as it is. */
export function levelToSamples(
  level: i32, count: i32, wide: bool, signed: bool, offset: i32, colour: i32, low: i32, high: i32,
): void {
  const width = levelWidth(level);
  const bytes = <usize>(width * count) << usize(wide);
  const stride = pictureStride(level);
  const first = pictureAt(level, 0);
  const planeBytes = planes == 3 ? pictureAt(level, 1) - first : 0;
  let to = output;
  for (let y = levelHeight(level), row = first; y > 0; y--, row += stride, to += bytes) {
    planesToSamples(row, planeBytes, width, count, to, wide, signed, offset, colour, low, high);
  }
}

/** The pixels of a level of numbers in a palette; see `numbersToSamples`. The level stays as it is. */
export function levelToEntries(
  level: i32, count: i32, wide: bool, offset: i32, last: i32, palette: usize,
): void {
  const width = levelWidth(level);
  const bytes = <usize>(width * count) << usize(wide);
  const stride = pictureStride(level);
  let row = pictureAt(level, 0);
  let to = output;
  for (let y = levelHeight(level); y > 0; y--, row += stride, to += bytes) {
    copyRow(workRow, row, <usize>width << 1);
    numbersToSamples(workRow, <usize>width, count, wide, offset, last, palette, to);
  }
}

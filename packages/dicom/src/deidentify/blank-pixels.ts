// Blanks parts of the frames of native pixel data, in the bytes as they stand in explicit little endian.

import { Tag } from '../tags.ts';
import { code, integer, type Values } from '../values.ts';
import { DeidentifyError } from './errors.ts';
import type { PixelPlan, Rectangle } from './pixel-rules.ts';

interface Geometry {
  readonly columns: number;
  readonly rows: number;
  readonly frames: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  readonly planar: boolean;
  readonly subsampled: boolean;
  /** What black is, a sample after the other. */
  readonly black: readonly number[];
}

/**
 * Blanks what the plan says in every frame.
 * @param bytes native pixel data in little endian; changed in place
 * @returns how many pixels of a frame were blanked
 * @throws DeidentifyError 'unclean-pixels' for pixels that lie in no way that is known
 */
export function blankPixels(
  bytes: Uint8Array,
  values: Values,
  plan: Exclude<PixelPlan, { how: 'untouched' }>,
): number {
  const geometry = readGeometry(values, bytes.length);
  const runs = blankRuns(geometry, plan);
  for (let frame = 0; frame < geometry.frames; frame++) {
    for (const { row, from, to } of runs) blankRun(bytes, geometry, frame, row, from, to);
  }
  return runs.reduce((sum, { from, to }) => sum + to - from, 0);
}

function readGeometry(values: Values, length: number): Geometry {
  const positive = (tag: number, otherwise: number) => Math.max(0, integer(values, tag) ?? otherwise);
  const photometric = code(values, Tag.PhotometricInterpretation);
  const samples = positive(Tag.SamplesPerPixel, 1);
  const bitsAllocated = positive(Tag.BitsAllocated, 0);
  const [columns, rows] = [positive(Tag.Columns, 0), positive(Tag.Rows, 0)];
  const frames = Math.max(1, integer(values, Tag.NumberOfFrames) ?? 1);
  const full = columns * rows * frames * samples * (bitsAllocated / 8);
  const subsampled = /_422$/.test(photometric) && bitsAllocated === 8 && samples === 3 && length < full;
  const needed = subsampled ? (full * 2) / 3 : full;
  const known = bitsAllocated === 1 ? samples === 1 : [8, 16, 32, 64].includes(bitsAllocated);
  if (
    !known ||
    samples === 0 ||
    columns * rows === 0 ||
    needed > length ||
    (subsampled && columns % 2 === 1)
  ) {
    throw new DeidentifyError(
      'unclean-pixels',
      `The pixels (${columns} x ${rows}, ${samples} samples of ${bitsAllocated} bits, ${photometric}) cannot be cleaned.`,
    );
  }
  const black = blackOf(values, photometric, samples, bitsAllocated);
  const planar = samples > 1 && !subsampled && integer(values, Tag.PlanarConfiguration) === 1;
  return { columns, rows, frames, samples, bitsAllocated, planar, subsampled, black };
}

/** The bytes of a black pixel's samples; where zero is white, the greatest value that is stored. */
function blackOf(values: Values, photometric: string, samples: number, bitsAllocated: number): number[] {
  if (photometric.startsWith('YBR') && samples === 3) return [0, 128, 128];
  const stored = Math.min(integer(values, Tag.BitsStored) ?? bitsAllocated, bitsAllocated, 32);
  const signed = integer(values, Tag.PixelRepresentation) === 1;
  const white = photometric === 'MONOCHROME1';
  const value = signed ? (white ? 2 ** (stored - 1) - 1 : -(2 ** (stored - 1))) : white ? 2 ** stored - 1 : 0;
  return Array.from({ length: samples }, () => value);
}

/** Pixels of a row that are blanked, `to` not included. */
interface Run {
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

function blankRuns(
  { columns, rows, subsampled }: Geometry,
  { how, rectangles }: { how: string; rectangles: readonly Rectangle[] },
): Run[] {
  const runs: Run[] = [];
  for (let row = 0; row < rows; row++) {
    const inside = new Uint8Array(columns);
    for (const { x, y, width, height } of rectangles) {
      if (row >= y && row < y + height)
        inside.fill(1, Math.max(0, Math.floor(x)), Math.max(0, Math.ceil(x + width)));
    }
    const wanted = how === 'blank' ? 1 : 0;
    // Two pixels share their colour: both are blanked or none.
    const blanked = (column: number) =>
      inside[column] === wanted || (subsampled && inside[column ^ 1] === wanted);
    for (let from = 0; from < columns; from++) {
      if (!blanked(from)) continue;
      let to = from + 1;
      while (to < columns && blanked(to)) to++;
      runs.push({ row, from, to });
      from = to;
    }
  }
  return runs;
}

function blankRun(
  bytes: Uint8Array,
  geometry: Geometry,
  frame: number,
  row: number,
  from: number,
  to: number,
): void {
  const { columns, rows, samples, bitsAllocated, planar, subsampled, black } = geometry;
  const firstPixel = frame * rows * columns + row * columns;
  if (bitsAllocated === 1) {
    for (let pixel = firstPixel + from; pixel < firstPixel + to; pixel++) {
      const mask = 1 << (pixel & 7);
      bytes[pixel >> 3] = black[0] ? (bytes[pixel >> 3] ?? 0) | mask : (bytes[pixel >> 3] ?? 0) & ~mask;
    }
    return;
  }
  if (subsampled) {
    for (let pixel = from; pixel < to; pixel += 2) bytes.set([0, 0, 128, 128], (firstPixel + pixel) * 2);
    return;
  }
  const size = bitsAllocated / 8;
  for (let sample = 0; sample < samples; sample++) {
    const value = black[sample] ?? 0;
    for (let column = from; column < to; column++) {
      const at = planar
        ? (frame * samples + sample) * rows * columns + row * columns + column
        : (firstPixel + column) * samples + sample;
      writeLittle(bytes, at * size, size, value);
    }
  }
}

function writeLittle(bytes: Uint8Array, at: number, size: number, value: number): void {
  for (let byte = 0; byte < size; byte++) {
    bytes[at + byte] = byte < 4 ? (value >> (byte * 8)) & 0xff : value < 0 ? 0xff : 0;
  }
}

/** The bits that hold no pixel: planes of overlays lie there in old files (PS3.5 section 8.1.2). */
export function clearUnusedBits(bytes: Uint8Array, values: Values): void {
  const allocated = integer(values, Tag.BitsAllocated) ?? 0;
  const stored = integer(values, Tag.BitsStored) ?? allocated;
  const high = integer(values, Tag.HighBit) ?? stored - 1;
  if ((allocated !== 8 && allocated !== 16) || stored >= allocated || high < stored - 1 || high >= allocated)
    return;
  const mask = ((1 << stored) - 1) << (high - stored + 1);
  const size = allocated / 8;
  for (let at = 0; at + size <= bytes.length; at += size) {
    for (let byte = 0; byte < size; byte++) bytes[at + byte] = (bytes[at + byte] ?? 0) & (mask >> (byte * 8));
  }
}

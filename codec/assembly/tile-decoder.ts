// Decodes one tile of a level, all bands of all samples. FORMAT.md sections 3 and 4.
import { decodeBand } from './band-decoder';
import { tableSet } from './decode-table';
import { silence } from './neighbours';
import { unpackBand } from './raw-band';
import { closeBits, openBits } from './raw-bits';
import { closeStream, openStream } from './rans-decoder';
import { readRepeats } from './repeats';
import { clearRows } from './rows';
import { undoSteps } from './steps';

/** Coefficients of a band on each side of a tile, and of a block. */
export const TILE_SIDE: i32 = 256;
const BLOCK_SIDE: i32 = 64;
const EMPTY: u8 = 0;
const CODED: u8 = 1;
const RAW: u8 = 2;
const CODED_SINGLE: u8 = 3;
const REPEATS: u8 = 4;
/** Added to the kind: a byte for each block with its step comes next. */
const STEPPED: u8 = 8;
/** Of 0 to 46, codes of steps that there are not, a bit each. */
const NO_STEPS: u64 = 0x0000_0003_0001_0000;
const LAST_STEP: u8 = 46;
const LONGEST_WORDS: usize = 4;

/**
 * The level that tiles belong to, i32 each: planes, bands of each (1, level 0, or 3), stride of bands, stride of parents;
 * then by band width, height, width and height of the parents; then by plane and band the address of the band's first
 * coefficient; the same of the parents, 0 for none. The coefficients need not all be there, only those of the tile.
 */
const level: usize = memory.data(4 * 34, 16);
const BAND_SIZES: usize = 16;
const BANDS: usize = 64;
const PARENTS: usize = 100;

/** Where the description of the level belongs. */
export function levelRoom(): usize {
  return level;
}

export function describeLevel(planes: i32, bands: i32, stride: usize, parentStride: usize): void {
  store<i32>(level, planes);
  store<i32>(level, bands, 4);
  store<usize>(level, stride, 8);
  store<usize>(level, parentStride, 12);
}

export function describeBand(band: i32, width: i32, height: i32, parentWidth: i32, parentHeight: i32): void {
  const at = level + BAND_SIZES + (<usize>band << 4);
  store<i32>(at, width);
  store<i32>(at, height, 4);
  store<i32>(at, parentWidth, 8);
  store<i32>(at, parentHeight, 12);
}

export function placeBand(plane: i32, band: i32, at: usize, parent: usize): void {
  const place = level + (<usize>(plane * 3 + band) << 2);
  store<usize>(place, at, BANDS);
  store<usize>(place, parent, PARENTS);
}

/** How much of a band with `size` coefficients in one direction lies in the tile that begins with coefficient `from`. */
// @ts-ignore: decorator
@inline
function inside(size: i32, from: i32): i32 {
  return min(max(size - from, 0), TILE_SIDE);
}

// @ts-ignore: decorator
@inline
function widthOf(band: i32, x: i32): i32 {
  return inside(load<i32>(level + BAND_SIZES + (<usize>band << 4)), x);
}

// @ts-ignore: decorator
@inline
function heightOf(band: i32, y: i32): i32 {
  return inside(load<i32>(level + BAND_SIZES + (<usize>band << 4), 4), y);
}

// @ts-ignore: decorator
@inline
function bandAt(plane: i32, band: i32, x: i32, y: i32): usize {
  const at = load<usize>(level + (<usize>(plane * 3 + band) << 2), BANDS);
  return at + <usize>y * load<usize>(level, 8) + (<usize>x << 1);
}

// @ts-ignore: decorator
@inline
function blocksAlong(size: i32): i32 {
  return (size + BLOCK_SIDE - 1) / BLOCK_SIDE;
}

/** How many blocks the tile has. */
function blockCount(x: i32, y: i32): i32 {
  const bands = load<i32>(level, 4);
  let count = 0;
  for (let band = 0; band < bands; band++) count += blocksAlong(widthOf(band, x)) * blocksAlong(heightOf(band, y));
  return count * load<i32>(level);
}

function decodePart(plane: i32, band: i32, x: i32, y: i32, width: i32, height: i32): void {
  const stride = load<usize>(level, 8);
  const bands = load<i32>(level, 4);
  const kind = bands == 1 ? 0 : band + 1;
  let parent = load<usize>(level + (<usize>(plane * 3 + band) << 2), PARENTS);
  const parentStride = load<usize>(level, 12);
  const sizes = level + BAND_SIZES + (<usize>band << 4);
  if (parent != 0) parent += <usize>(y >> 1) * parentStride + <usize>x;
  decodeBand(
    bandAt(plane, band, x, y), stride, width, height, kind,
    parent, parentStride, load<i32>(sizes, 8) - (x >> 1), load<i32>(sizes, 12) - (y >> 1),
    tableSet(i32(plane > 0)),
  );
}

/** Decodes all bands from the stream that is open; of a tile of raw values or repeats, `bits` of each value. */
function decodeBands(x: i32, y: i32, kind: u8, bits: u32): bool {
  const planes = load<i32>(level);
  const bands = load<i32>(level, 4);
  for (let plane = 0; plane < planes; plane++) {
    for (let band = 0; band < bands; band++) {
      const width = widthOf(band, x);
      const height = heightOf(band, y);
      if (width == 0 || height == 0) {
        silence(band + 1, height);
        continue;
      }
      const at = bandAt(plane, band, x, y);
      const stride = load<usize>(level, 8);
      if (kind == RAW) {
        if (unpackBand(at, stride, width, height, bits) == 0) return false;
      } else if (kind == REPEATS) {
        if (readRepeats(at, stride, width, height, bits) == 0) return false;
      } else decodePart(plane, band, x, y, width, height);
    }
  }
  return true;
}

function clearBands(x: i32, y: i32): void {
  const planes = load<i32>(level);
  const bands = load<i32>(level, 4);
  for (let plane = 0; plane < planes; plane++) {
    for (let band = 0; band < bands; band++) {
      const bytes = <usize>widthOf(band, x) << 1;
      clearRows(bandAt(plane, band, x, y), load<usize>(level, 8), bytes, heightOf(band, y));
    }
  }
}

/** Undoes the steps of every block. @param codes one byte a block */
function undoAllSteps(x: i32, y: i32, codes: usize): void {
  const planes = load<i32>(level);
  const bands = load<i32>(level, 4);
  const stride = load<usize>(level, 8);
  for (let plane = 0; plane < planes; plane++) {
    for (let band = 0; band < bands; band++) {
      const width = widthOf(band, x);
      const height = heightOf(band, y);
      for (let v = 0; v < height; v += BLOCK_SIDE) {
        for (let u = 0; u < width; u += BLOCK_SIDE) {
          const code = <i32>load<u8>(codes++);
          if (code == 0) continue;
          const block = bandAt(plane, band, x + u, y + v);
          undoSteps(block, stride, min(BLOCK_SIDE, width - u), min(BLOCK_SIDE, height - v), code);
        }
      }
    }
  }
}

/** Whether the steps of all blocks are such that there are. */
function stepsKnown(codes: usize, end: usize): bool {
  for (; codes < end; codes++) {
    const code = load<u8>(codes);
    if (code > LAST_STEP || (NO_STEPS >> <u64>code) & 1) return false;
  }
  return true;
}

/** Opens the stream of a coded tile, whose number of words lies at `at`. */
function openCoded(at: usize, end: usize, lanes: i32): bool {
  let words: usize = 0;
  for (let count: usize = 0; count < LONGEST_WORDS && at < end; count++) {
    const byte = <usize>load<u8>(at++);
    words |= (byte & 127) << (7 * count);
    if (byte > 127) continue;
    const length = (<usize>lanes << 3) + (words << 2);
    return length <= end - at && openStream(at, lanes, at + length, end) != 0;
  }
  return false;
}

/**
 * Decodes the tile whose part of each band begins with column x, row y.
 * @param at, end its bytes; 4 KiB after the end are readable
 * @returns 1, or 0 unless they are exactly what a tile of this size takes
 */
export function decodeTile(x: i32, y: i32, at: usize, end: usize): i32 {
  if (at >= end) return 0;
  const first = load<u8>(at++);
  if (first == EMPTY) {
    if (at != end) return 0;
    clearBands(x, y);
    return 1;
  }
  const kind = first & ~STEPPED;
  const stepped = first != kind;
  const codes = at;
  if (stepped) {
    const blocks = <usize>blockCount(x, y);
    if (blocks > end - at) return 0;
    at += blocks;
    if (!stepsKnown(codes, at)) return 0;
  }
  if (kind == RAW || kind == REPEATS) {
    const bits = at < end ? <u32>load<u8>(at) : 0;
    if (bits < 1 || bits > 16) return 0;
    openBits(at + 1, end);
    if (!decodeBands(x, y, kind, bits) || closeBits() == 0) return 0;
  } else {
    if (kind != CODED && kind != CODED_SINGLE) return 0;
    if (!openCoded(at, end, kind == CODED ? 4 : 1)) return 0;
    decodeBands(x, y, kind, 0);
    if (closeStream() == 0) return 0;
  }
  if (stepped) undoAllSteps(x, y, codes);
  return 1;
}

// Contexts of a row of coefficients: a weighted sum of decoded neighbours' magnitudes on a half-octave scale.
//
// Rows are coded even columns first, odd ones after, so that an odd coefficient sees both horizontal neighbours and no
// coefficient waits for the one before it.
import { evenLanes, magnitudes, oddLanes } from './vectors';

/** Tiles are at most this wide. */
export const TILE: i32 = 256;
/** The context that says whether eight tokens in the quietest context are all zero. */
export const ALL_ZERO: u32 = 28;
/** The context of what pads a row to a multiple of eight: always token 0, so it costs nothing. */
export const PADDING: u32 = 29;
/** Contexts told apart; 27 is the loudest. */
const LAST_CONTEXT: i16 = 27;
/** 2 x exponent of 1.0f, plus three half octaves that are not told from silence. */
const SCALE_OFFSET: i16 = 257;

/** Half a row of magnitudes with 16 lanes of zeros on both sides. */
const HALF_ROW: usize = (TILE / 2 + 32) * 2;
const MARGIN: usize = 32;
const rows: usize = memory.data(7 * 320, 16);

export let even0: usize = 0;
export let odd0: usize = 0;
let even1: usize = 0;
let even2: usize = 0;
let odd1: usize = 0;
let odd2: usize = 0;
let parents: usize = 0;
/** The contexts of the current half row, one byte each. */
export const contexts: usize = memory.data(TILE / 2 + 16, 16);
/** Where the decode tables of these contexts lie, four bytes each. */
export const contextTables: usize = memory.data(4 * (TILE / 2 + 16), 16);
let firstTable: usize = 0;

/** From now on the tables of contexts are those that follow `table`, one every 4 KiB. */
export function setTables(table: usize): void {
  firstTable = table;
}

/**
 * Weights by band (0 LL, 1 HL, 2 LH, 3 HH): even columns without and with a parent, then odd columns.
 * In turn: above; above left and right; two above; for even columns two left and two right of the one above, for odd
 * ones left and right; parent; first and second sibling band. No set adds up to more than 64 (with pairs counted twice).
 */
const weights: usize = memory.data<i16>([
  20, 9, 6, 4, 0, 0, 0, 20, 9, 6, 4, 0, 0, 0, 17, 5, 6, 12, 0, 0, 0, 17, 5, 6, 12, 0, 0, 0,
  24, 11, 8, 5, 0, 0, 0, 20, 9, 6, 4, 11, 0, 0, 19, 6, 7, 13, 0, 0, 0, 17, 5, 6, 12, 7, 0, 0,
  18, 11, 6, 5, 0, 8, 0, 12, 7, 4, 4, 17, 5, 0, 11, 4, 4, 18, 0, 5, 0, 10, 4, 3, 16, 6, 5, 0,
  13, 9, 6, 6, 0, 7, 7, 12, 8, 6, 6, 4, 7, 7, 11, 6, 5, 12, 0, 6, 6, 11, 6, 5, 12, 2, 5, 5,
]);
const WEIGHT_SET: usize = 7 * 2;

/** Forgets all rows: what lies above a tile is silent. */
export function beginRows(): void {
  memory.fill(rows, 0, 7 * HALF_ROW);
  even0 = rows + MARGIN;
  even1 = even0 + HALF_ROW;
  even2 = even1 + HALF_ROW;
  odd0 = even2 + HALF_ROW;
  odd1 = odd0 + HALF_ROW;
  odd2 = odd1 + HALF_ROW;
  parents = odd2 + HALF_ROW;
}

/** The current row becomes the one above. */
export function nextRow(): void {
  let oldest = even2;
  even2 = even1;
  even1 = even0;
  even0 = oldest;
  oldest = odd2;
  odd2 = odd1;
  odd1 = odd0;
  odd0 = oldest;
}

/** Takes `count` coefficients of the same band one level below, and silence for the lanes after them up to `lanes`. */
export function setParents(row: usize, count: i32, lanes: i32): void {
  const bytes = <usize>max(count, 0) << 1;
  for (let x: usize = 0; x < bytes; x += 16) v128.store(parents + x, magnitudes(v128.load(row + x)));
  for (let x = bytes; x < <usize>lanes << 1; x += 16) v128.store(parents + x, i64x2.splat(0));
}

// @ts-ignore: decorator
@inline
function fillContexts(
  count: i32, above: usize, sides: usize, further: usize, left: usize, right: usize,
  first: usize, second: usize, siblings: i32, odd: bool, set: usize,
): void {
  const wAbove = i16x8.splat(load<i16>(set));
  const wSides = i16x8.splat(load<i16>(set, 2));
  const wFurther = i16x8.splat(load<i16>(set, 4));
  const wBeside = i16x8.splat(load<i16>(set, 6));
  const wParent = i16x8.splat(load<i16>(set, 8));
  const wFirst = i16x8.splat(load<i16>(set, 10));
  const wSecond = i16x8.splat(load<i16>(set, 12));
  const offset = i16x8.splat(SCALE_OFFSET);
  const last = i16x8.splat(LAST_CONTEXT);
  const zero = i16x8.splat(0);
  const tables = i32x4.splat(<i32>firstTable);
  for (let x: usize = 0; x < <usize>count << 1; x += 16) {
    let sum = i16x8.mul(v128.load(above + x), wAbove);
    sum = i16x8.add(sum, i16x8.mul(i16x8.add(v128.load(sides + x), v128.load(sides + x + 2)), wSides));
    sum = i16x8.add(sum, i16x8.mul(v128.load(further + x), wFurther));
    sum = i16x8.add(sum, i16x8.mul(i16x8.add(v128.load(left + x), v128.load(right + x)), wBeside));
    sum = i16x8.add(sum, i16x8.mul(v128.load(parents + x), wParent));
    const wide = x << 1;
    if (siblings > 0) {
      const lanes = odd ? oddLanes(first + wide) : evenLanes(first + wide);
      sum = i16x8.add(sum, i16x8.mul(magnitudes(lanes), wFirst));
    }
    if (siblings > 1) {
      const lanes = odd ? oddLanes(second + wide) : evenLanes(second + wide);
      sum = i16x8.add(sum, i16x8.mul(magnitudes(lanes), wSecond));
    }
    // The upper bits of a float are its exponent and the first bit of its mantissa: twice the logarithm.
    const low = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(sum));
    const high = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(sum));
    const scale = i16x8.narrow_i32x4_s(i32x4.shr_u(low, 22), i32x4.shr_u(high, 22));
    const context = i16x8.min_s(i16x8.max_s(i16x8.sub(scale, offset), zero), last);
    v128.store64_lane(contexts + (x >> 1), i8x16.narrow_i16x8_u(context, context), 0);
    v128.store(contextTables + wide, i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_u(context), 12), tables));
    v128.store(contextTables + wide, i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_u(context), 12), tables), 16);
  }
}

// @ts-ignore: decorator
@inline
function padded(count: i32): i32 {
  return (count + 7) & ~7;
}

/** What follows the last of `count` real coefficients up to a multiple of eight costs nothing. */
// @ts-ignore: decorator
@inline
function padContexts(count: i32): void {
  for (let x = count; x < padded(count); x++) {
    store<u8>(contexts + x, <u8>PADDING);
    store<u32>(contextTables + (x << 2), firstTable + (PADDING << 12));
  }
}

/** Fills `contexts` for the even columns of a row. @param count of them @param first, second rows of the sibling bands */
export function evenContexts(count: i32, band: i32, parented: bool, first: usize, second: usize): void {
  const set = weights + <usize>(band * 4 + i32(parented)) * WEIGHT_SET;
  const n = padded(count);
  if (band < 2) fillContexts(n, even1, odd1 - 2, even2, even1 - 2, even1 + 2, 0, 0, 0, false, set);
  else if (band == 2) fillContexts(n, even1, odd1 - 2, even2, even1 - 2, even1 + 2, first, 0, 1, false, set);
  else fillContexts(n, even1, odd1 - 2, even2, even1 - 2, even1 + 2, first, second, 2, false, set);
  padContexts(count);
}

/** The same for the odd columns, after the magnitudes of the even ones were put into `even0`. */
export function oddContexts(count: i32, band: i32, parented: bool, first: usize, second: usize): void {
  const set = weights + <usize>(band * 4 + 2 + i32(parented)) * WEIGHT_SET;
  const n = padded(count);
  if (band < 2) fillContexts(n, odd1, even1, odd2, even0, even0 + 2, 0, 0, 0, true, set);
  else if (band == 2) fillContexts(n, odd1, even1, odd2, even0, even0 + 2, first, 0, 1, true, set);
  else fillContexts(n, odd1, even1, odd2, even0, even0 + 2, first, second, 2, true, set);
  padContexts(count);
}

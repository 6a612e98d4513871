// Contexts of rows of coefficients, from the magnitudes of those that were coded before.
//
// Rows are coded even columns first, odd ones after, so that an odd coefficient sees both horizontal neighbours and no
// coefficient waits for the one before it.
import { contextsOf, sumOfOwn, sumOfSibling, weightAt, weightSet } from './group-contexts';
import { magnitudes } from './vectors';

/** Tiles are at most this wide. */
export const TILE: i32 = 256;
/** The context that says whether eight tokens in the quietest context are all zero. */
export const ALL_ZERO: u32 = 28;
/** The context of what pads a row to a multiple of eight: always token 0, so it costs nothing. */
export const PADDING: u32 = 29;
/** Half a row of magnitudes with 16 lanes of zeros on both sides. */
const HALF_ROW: usize = (TILE / 2 + 32) * 2;
const MARGIN: usize = 32;
const rows: usize = memory.data(6 * 320, 16);

export let even0: usize = 0;
export let odd0: usize = 0;
export let even1: usize = 0;
export let even2: usize = 0;
export let odd1: usize = 0;
export let odd2: usize = 0;
/** The magnitudes of the parents of a row and the one below. */
export const parents: usize = memory.data(TILE + 32, 16);
/** The contexts of the current half row, one byte each. */
export const contexts: usize = memory.data(TILE / 2 + 16, 16);
/** Forgets all rows: what lies above a tile is silent. */
export function beginRows(): void {
  memory.fill(rows, 0, 6 * HALF_ROW);
  even0 = rows + MARGIN;
  even1 = even0 + HALF_ROW;
  even2 = even1 + HALF_ROW;
  odd0 = even2 + HALF_ROW;
  odd1 = odd0 + HALF_ROW;
  odd2 = odd1 + HALF_ROW;
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
  const wAbove = weightAt(set, 0);
  const wSides = weightAt(set, 1);
  const wFurther = weightAt(set, 2);
  const wBeside = weightAt(set, 3);
  const wParent = weightAt(set, 4);
  const wFirst = weightAt(set, 5);
  const wSecond = weightAt(set, 6);
  for (let x: usize = 0; x < <usize>count << 1; x += 16) {
    let sum = sumOfOwn(
      v128.load(above + x), i16x8.add(v128.load(sides + x), v128.load(sides + x + 2)), v128.load(further + x),
      i16x8.add(v128.load(left + x), v128.load(right + x)), v128.load(parents + x),
      wAbove, wSides, wFurther, wBeside, wParent,
    );
    if (siblings > 0) sum = i16x8.add(sum, sumOfSibling(first + (x << 1), odd, wFirst));
    if (siblings > 1) sum = i16x8.add(sum, sumOfSibling(second + (x << 1), odd, wSecond));
    const context = contextsOf(sum);
    v128.store64_lane(contexts + (x >> 1), i8x16.narrow_i16x8_u(context, context), 0);
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
  for (let x = count; x < padded(count); x++) store<u8>(contexts + x, <u8>PADDING);
}

/** Fills `contexts` for the even columns of a row. @param count of them @param first, second rows of the sibling bands */
export function evenContexts(count: i32, band: i32, parented: bool, first: usize, second: usize): void {
  const set = weightSet(band, false, parented);
  const n = padded(count);
  if (band < 2) fillContexts(n, even1, odd1 - 2, even2, even1 - 2, even1 + 2, 0, 0, 0, false, set);
  else if (band == 2) fillContexts(n, even1, odd1 - 2, even2, even1 - 2, even1 + 2, first, 0, 1, false, set);
  else fillContexts(n, even1, odd1 - 2, even2, even1 - 2, even1 + 2, first, second, 2, false, set);
  padContexts(count);
}

/** The same for the odd columns, after the magnitudes of the even ones were put into `even0`. */
export function oddContexts(count: i32, band: i32, parented: bool, first: usize, second: usize): void {
  const set = weightSet(band, true, parented);
  const n = padded(count);
  if (band < 2) fillContexts(n, odd1, even1, odd2, even0, even0 + 2, 0, 0, 0, true, set);
  else if (band == 2) fillContexts(n, odd1, even1, odd2, even0, even0 + 2, first, 0, 1, true, set);
  else fillContexts(n, odd1, even1, odd2, even0, even0 + 2, first, second, 2, true, set);
  padContexts(count);
}

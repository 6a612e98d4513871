// Decodes the even or the odd coefficients of a row, eight at a time: contexts, tokens, values.
//
// In a lane of rANS every token waits for the one before it. Meanwhile a processor can find the contexts of the next
// eight (not those at hand, for they would be waited for again after each branch that was guessed wrongly) and the
// values of earlier ones (not of the last, for eight small stores make the load of all of them wait).
import { ALL_ZERO, contexts, even0, even1, even2, odd0, odd1, odd2, PADDING, parents, TILE } from './contexts';
import { TABLE_BYTES } from './decode-table';
import { contextsOf, sumOfOwn, sumOfSibling, weightAt, weightSet } from './group-contexts';
import { advanced, entryAt, LOWEST, setLanes, words, x0, x1, x2, x3 } from './rans-decoder';
import { findValues, TOKEN_SHIFT, tokenRow } from './token-values';

/** By lane the least context: 0, or that of padding after the last coefficient; undefined in a group too many. */
const evenFloor: usize = memory.data(TILE + 64, 16);
const oddFloor: usize = memory.data(TILE + 64, 16);
/** Where the tables of its contexts lie, four bytes each. */
const places: usize = memory.data(2 * TILE + 128, 16);

function fillFloor(floor: usize, count: i32): void {
  for (let x = 0; x < count; x += 8) v128.store(floor + (<usize>x << 1), i64x2.splat(0));
  for (let x = count; x & 7; x++) store<u16>(floor + (<usize>x << 1), <u16>PADDING);
}

/** Says how many even and odd coefficients the rows to come have. */
export function setWidth(evenCount: i32, oddCount: i32): void {
  fillFloor(evenFloor, evenCount);
  fillFloor(oddFloor, oddCount);
}

/** Finds the contexts of eight coefficients, `x` bytes into the half row, and where their tables lie. */
// @ts-ignore: decorator
@inline
function findContexts(
  x: usize, above: usize, sides: usize, further: usize, left: usize, right: usize, parentRow: usize,
  first: usize, second: usize, siblings: i32, odd: bool,
  wAbove: v128, wSides: v128, wFurther: v128, wBeside: v128, wParent: v128, wFirst: v128, wSecond: v128, base: v128,
): void {
  let sum = sumOfOwn(
    v128.load(above + x), i16x8.add(v128.load(sides + x), v128.load(sides + x, 2)), v128.load(further + x),
    i16x8.add(v128.load(left + x), v128.load(right + x)), v128.load(parentRow + x),
    wAbove, wSides, wFurther, wBeside, wParent,
  );
  if (siblings > 0) sum = i16x8.add(sum, sumOfSibling(first + (x << 1), odd, wFirst));
  if (siblings > 1) sum = i16x8.add(sum, sumOfSibling(second + (x << 1), odd, wSecond));
  const context = contextsOf(sum, v128.load((odd ? oddFloor : evenFloor) + x));
  v128.store64_lane(contexts + (x >> 1), i8x16.narrow_i16x8_u(context, context), 0);
  v128.store(places + (x << 1), i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_u(context), 12), base));
  v128.store(places + (x << 1), i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_u(context), 12), base), 16);
}

/** @param own where the magnitudes of the half row go @param single one lane decodes all */
// @ts-ignore: decorator
@inline
function decodeHalf(
  count: i32, above: usize, sides: usize, further: usize, left: usize, right: usize, own: usize,
  first: usize, second: usize, siblings: i32, odd: bool, single: bool, set: usize, tables: usize, band: usize,
): void {
  const wAbove = weightAt(set, 0);
  const wSides = weightAt(set, 1);
  const wFurther = weightAt(set, 2);
  const wBeside = weightAt(set, 3);
  const wParent = weightAt(set, 4);
  const wFirst = weightAt(set, 5);
  const wSecond = weightAt(set, 6);
  const flags = tables + <usize>ALL_ZERO * TABLE_BYTES;
  const base = i32x4.splat(<i32>tables);
  const parentRow = parents;
  let s0 = x0;
  let s1 = x1;
  let s2 = x2;
  let s3 = x3;
  let from = words;
  const end = <usize>((count + 7) & ~7) << 1;
  findContexts(
    0, above, sides, further, left, right, parentRow, first, second, siblings, odd,
    wAbove, wSides, wFurther, wBeside, wParent, wFirst, wSecond, base,
  );
  for (let x: usize = 0; x < end; x += 16) {
    findContexts(
      x + 16, above, sides, further, left, right, parentRow, first, second, siblings, odd,
      wAbove, wSides, wFurther, wBeside, wParent, wFirst, wSecond, base,
    );
    if (x >= 32) findValues(x - 32, own, band, odd);
    let fed: u32;
    if (load<u64>(contexts + (x >> 1)) == 0) {
      const at = entryAt(flags, s0);
      const flag = <u32>load<u16>(at);
      s0 = advanced(s0, at, flag);
      fed = u32(s0 < LOWEST);
      s0 = select<u64>((s0 << 32) | <u64>load<u32>(from), s0, fed);
      from += fed << 2;
      if (flag >> TOKEN_SHIFT) {
        v128.store(tokenRow + x, i64x2.splat(0));
        continue;
      }
    }
    const place = places + (x << 1);
    let at = entryAt(load<u32>(place), s0);
    let low = <u32>load<u16>(at);
    store<u16>(tokenRow + x, <u16>low);
    s0 = advanced(s0, at, low);
    if (single) {
      at = entryAt(load<u32>(place, 16), s0);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 8);
      s0 = advanced(s0, at, low);
      fed = u32(s0 < LOWEST);
      s0 = select<u64>((s0 << 32) | <u64>load<u32>(from), s0, fed);
      from += fed << 2;
      at = entryAt(load<u32>(place, 4), s0);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 2);
      s0 = advanced(s0, at, low);
      at = entryAt(load<u32>(place, 20), s0);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 10);
      s0 = advanced(s0, at, low);
      fed = u32(s0 < LOWEST);
      s0 = select<u64>((s0 << 32) | <u64>load<u32>(from), s0, fed);
      from += fed << 2;
      at = entryAt(load<u32>(place, 8), s0);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 4);
      s0 = advanced(s0, at, low);
      at = entryAt(load<u32>(place, 24), s0);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 12);
      s0 = advanced(s0, at, low);
      fed = u32(s0 < LOWEST);
      s0 = select<u64>((s0 << 32) | <u64>load<u32>(from), s0, fed);
      from += fed << 2;
      at = entryAt(load<u32>(place, 12), s0);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 6);
      s0 = advanced(s0, at, low);
      at = entryAt(load<u32>(place, 28), s0);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 14);
      s0 = advanced(s0, at, low);
      fed = u32(s0 < LOWEST);
      s0 = select<u64>((s0 << 32) | <u64>load<u32>(from), s0, fed);
      from += fed << 2;
    } else {
      at = entryAt(load<u32>(place, 4), s1);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 2);
      s1 = advanced(s1, at, low);
      at = entryAt(load<u32>(place, 8), s2);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 4);
      s2 = advanced(s2, at, low);
      at = entryAt(load<u32>(place, 12), s3);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 6);
      s3 = advanced(s3, at, low);
      at = entryAt(load<u32>(place, 16), s0);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 8);
      s0 = advanced(s0, at, low);
      at = entryAt(load<u32>(place, 20), s1);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 10);
      s1 = advanced(s1, at, low);
      at = entryAt(load<u32>(place, 24), s2);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 12);
      s2 = advanced(s2, at, low);
      at = entryAt(load<u32>(place, 28), s3);
      low = <u32>load<u16>(at);
      store<u16>(tokenRow + x, <u16>low, 14);
      s3 = advanced(s3, at, low);
      fed = u32(s0 < LOWEST);
      s0 = select<u64>((s0 << 32) | <u64>load<u32>(from), s0, fed);
      from += fed << 2;
      fed = u32(s1 < LOWEST);
      s1 = select<u64>((s1 << 32) | <u64>load<u32>(from), s1, fed);
      from += fed << 2;
      fed = u32(s2 < LOWEST);
      s2 = select<u64>((s2 << 32) | <u64>load<u32>(from), s2, fed);
      from += fed << 2;
      fed = u32(s3 < LOWEST);
      s3 = select<u64>((s3 << 32) | <u64>load<u32>(from), s3, fed);
      from += fed << 2;
    }
  }
  setLanes(s0, s1, s2, s3, from);
  for (let x: usize = end > 32 ? end - 32 : 0; x < end; x += 16) findValues(x, own, band, odd);
}

// @ts-ignore: decorator
@inline
function decodeEvensWith(
  count: i32, kind: i32, set: usize, first: usize, second: usize, tables: usize, single: bool,
): void {
  const left = even1 - 2;
  const right = even1 + 2;
  const sides = odd1 - 2;
  if (kind < 2) decodeHalf(count, even1, sides, even2, left, right, even0, 0, 0, 0, false, single, set, tables, 0);
  else if (kind == 2) decodeHalf(count, even1, sides, even2, left, right, even0, first, 0, 1, false, single, set, tables, 0);
  else decodeHalf(count, even1, sides, even2, left, right, even0, first, second, 2, false, single, set, tables, 0);
}

// @ts-ignore: decorator
@inline
function decodeOddsWith(
  count: i32, kind: i32, set: usize, first: usize, second: usize, tables: usize, band: usize, single: bool,
): void {
  const right = even0 + 2;
  if (kind < 2) decodeHalf(count, odd1, even1, odd2, even0, right, odd0, 0, 0, 0, true, single, set, tables, band);
  else if (kind == 2) decodeHalf(count, odd1, even1, odd2, even0, right, odd0, first, 0, 1, true, single, set, tables, band);
  else decodeHalf(count, odd1, even1, odd2, even0, right, odd0, first, second, 2, true, single, set, tables, band);
}

/** Decodes the even columns. @param first, second rows of the siblings @param tables the decode tables of the band's set */
export function decodeEvens(count: i32, kind: i32, parented: bool, first: usize, second: usize, tables: usize): void {
  decodeEvensWith(count, kind, weightSet(kind, false, parented), first, second, tables, false);
}

/** The same of a stream of a single lane. */
export function decodeEvensSingle(
  count: i32, kind: i32, parented: bool, first: usize, second: usize, tables: usize,
): void {
  decodeEvensWith(count, kind, weightSet(kind, false, parented), first, second, tables, true);
}

/** Decodes the odd columns after the even ones, and stores the row. @param band where; zeros follow to a multiple of 16 */
export function decodeOdds(
  count: i32, kind: i32, parented: bool, first: usize, second: usize, tables: usize, band: usize,
): void {
  decodeOddsWith(count, kind, weightSet(kind, true, parented), first, second, tables, band, false);
}

/** The same of a stream of a single lane. */
export function decodeOddsSingle(
  count: i32, kind: i32, parented: bool, first: usize, second: usize, tables: usize, band: usize,
): void {
  decodeOddsWith(count, kind, weightSet(kind, true, parented), first, second, tables, band, true);
}

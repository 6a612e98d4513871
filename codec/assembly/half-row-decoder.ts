// Decodes the even or the odd coefficients of a row, eight at a time: contexts, tokens, values.
//
// In a lane of rANS every token waits for the one before it. Meanwhile a processor can find the contexts of the next
// eight (not those at hand, for they would be waited for again after each branch that was guessed wrongly) and the
// values of earlier ones (not of the last, for eight small stores make the load of all of them wait).
import { parents, TILE } from './contexts';
import { FLAG_TABLE, TABLE_BYTES } from './decode-table';
import { contextsAbove, scaleOffsets, sumOfOwn, weightAt, weightSet } from './group-contexts';
import { BAND, EVEN, ODD, ROW } from './neighbours';
import { evenFloor, oddFloor } from './padding';
import { advanced, entryAt, LOWEST, setLanes, words, x0, x1, x2, x3 } from './rans-decoder';
import { findValues, smallTokens, TOKEN_SHIFT, tokenRow } from './token-values';

/** Where the tables of its contexts lie, four bytes each. */
const places: usize = memory.data(2 * TILE + 128, 16);

/**
 * Finds the contexts of eight coefficients, `x` bytes into the half row, and where their tables lie.
 * @returns whether any is not 0
 */
// @ts-ignore: decorator
@inline
function findContexts(
  row: usize, x: usize, siblings: i32, odd: bool,
  wAbove: v128, wSides: v128, wFurther: v128, wBeside: v128, wParent: v128, wFirst: v128, wSecond: v128, base: v128, scale: v128,
): bool {
  const at = row + x;
  let sum: v128;
  if (odd) {
    sum = sumOfOwn(
      v128.load(at, ROW + ODD), i16x8.add(v128.load(at, ROW + EVEN), v128.load(at, ROW + EVEN + 2)), v128.load(at, ODD),
      i16x8.add(v128.load(at, 2 * ROW + EVEN), v128.load(at, 2 * ROW + EVEN + 2)), v128.load(x, parents),
      wAbove, wSides, wFurther, wBeside, wParent,
    );
    if (siblings == 1) sum = i16x8.add(sum, i16x8.mul(v128.load(at, BAND + 2 * ROW + ODD), wFirst));
    if (siblings == 2) {
      sum = i16x8.add(sum, i16x8.mul(v128.load(at, 2 * BAND + 2 * ROW + ODD), wFirst));
      sum = i16x8.add(sum, i16x8.mul(v128.load(at, BAND + 2 * ROW + ODD), wSecond));
    }
  } else {
    sum = sumOfOwn(
      v128.load(at, ROW + EVEN), i16x8.add(v128.load(at, ROW + ODD - 2), v128.load(at, ROW + ODD)), v128.load(at, EVEN),
      i16x8.add(v128.load(at, ROW + EVEN - 2), v128.load(at, ROW + EVEN + 2)), v128.load(x, parents),
      wAbove, wSides, wFurther, wBeside, wParent,
    );
    if (siblings == 1) sum = i16x8.add(sum, i16x8.mul(v128.load(at, BAND + 2 * ROW + EVEN), wFirst));
    if (siblings == 2) {
      sum = i16x8.add(sum, i16x8.mul(v128.load(at, 2 * BAND + 2 * ROW + EVEN), wFirst));
      sum = i16x8.add(sum, i16x8.mul(v128.load(at, BAND + 2 * ROW + EVEN), wSecond));
    }
  }
  const context = contextsAbove(sum, scale, odd ? v128.load(x, oddFloor) : v128.load(x, evenFloor));
  const place = x << 1;
  v128.store(place, i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_u(context), 12), base), places);
  v128.store(place, i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_u(context), 12), base), places + 16);
  return v128.any_true(context);
}

/** @param row the place of the row in `neighbours.ts` @param single one lane decodes all */
// @ts-ignore: decorator
@inline
function decodeHalf(
  row: usize, count: i32, siblings: i32, odd: bool, single: bool, set: usize, tables: usize, band: usize,
): void {
  const wAbove = weightAt(set, 0);
  const wSides = weightAt(set, 1);
  const wFurther = weightAt(set, 2);
  const wBeside = weightAt(set, 3);
  const wParent = weightAt(set, 4);
  const wFirst = weightAt(set, 5);
  const wSecond = weightAt(set, 6);
  const flags = tables + FLAG_TABLE;
  const base = i32x4.splat(<i32>tables);
  const scale = v128.load(scaleOffsets);
  const small = v128.load(smallTokens);
  let s0 = x0;
  let s1 = x1;
  let s2 = x2;
  let s3 = x3;
  let from = words;
  const end = <usize>((count + 7) & ~7) << 1;
  let next = findContexts(
    row, 0, siblings, odd, wAbove, wSides, wFurther, wBeside, wParent, wFirst, wSecond, base, scale,
  );
  for (let x: usize = 0; x < end; x += 16) {
    const loud = next;
    next = findContexts(
      row, x + 16, siblings, odd, wAbove, wSides, wFurther, wBeside, wParent, wFirst, wSecond, base, scale,
    );
    if (x >= 32) findValues(x - 32, row, band, odd, small);
    let fed: u32;
    if (!loud) {
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
  for (let x: usize = end > 32 ? end - 32 : 0; x < end; x += 16) findValues(x, row, band, odd, small);
}

// One function for each number of siblings: a compiler then leaves out what a band does not have. Streams of a single lane
// are short, and find that out as they go.

function evensAlone(row: usize, count: i32, set: usize, tables: usize): void {
  decodeHalf(row, count, 0, false, false, set, tables, 0);
}

function evensBesideOne(row: usize, count: i32, set: usize, tables: usize): void {
  decodeHalf(row, count, 1, false, false, set, tables, 0);
}

function evensBesideTwo(row: usize, count: i32, set: usize, tables: usize): void {
  decodeHalf(row, count, 2, false, false, set, tables, 0);
}

function oddsAlone(row: usize, count: i32, set: usize, tables: usize, band: usize): void {
  decodeHalf(row, count, 0, true, false, set, tables, band);
}

function oddsBesideOne(row: usize, count: i32, set: usize, tables: usize, band: usize): void {
  decodeHalf(row, count, 1, true, false, set, tables, band);
}

function oddsBesideTwo(row: usize, count: i32, set: usize, tables: usize, band: usize): void {
  decodeHalf(row, count, 2, true, false, set, tables, band);
}

/** Decodes the even columns of a row. @param row its place (`neighbours.ts`) @param tables the band's decode tables */
export function decodeEvens(row: usize, count: i32, kind: i32, parented: bool, tables: usize): void {
  const set = weightSet(kind, false, parented);
  if (kind < 2) evensAlone(row, count, set, tables);
  else if (kind == 2) evensBesideOne(row, count, set, tables);
  else evensBesideTwo(row, count, set, tables);
}

/** The same of a stream of a single lane. */
export function decodeEvensSingle(row: usize, count: i32, kind: i32, parented: bool, tables: usize): void {
  decodeHalf(row, count, max(kind - 1, 0), false, true, weightSet(kind, false, parented), tables, 0);
}

/** Decodes the odd columns after the even ones, and stores the row. @param band where; zeros follow to a multiple of 16 */
export function decodeOdds(
  row: usize, count: i32, kind: i32, parented: bool, tables: usize, band: usize,
): void {
  const set = weightSet(kind, true, parented);
  if (kind < 2) oddsAlone(row, count, set, tables, band);
  else if (kind == 2) oddsBesideOne(row, count, set, tables, band);
  else oddsBesideTwo(row, count, set, tables, band);
}

/** The same of a stream of a single lane. */
export function decodeOddsSingle(
  row: usize, count: i32, kind: i32, parented: bool, tables: usize, band: usize,
): void {
  decodeHalf(row, count, max(kind - 1, 0), true, true, weightSet(kind, true, parented), tables, band);
}

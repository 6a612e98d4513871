// The decoding half of four interleaved rANS lanes with a table per context.
//
// Duda, "Asymmetric numeral systems", arXiv 1311.2540; interleaving: Giesen, arXiv 1402.3392. A lane is a 64-bit state
// in [2^31, 2^63) that takes up 32 bits at a time, once after every two tokens.
import { ALL_ZERO, contexts, contextTables } from './contexts';
import { PRECISION, TABLE_BYTES } from './decode-table';
import { closeBits, openBits, rawFits } from './raw-bits';

export const LOWEST: u64 = 1 << 31;
/** Tokens lie above this bit of a decoded entry. */
const TOKEN_SHIFT: u32 = 10;

let x0: u64 = 0;
let x1: u64 = 0;
let x2: u64 = 0;
let x3: u64 = 0;
let words: usize = 0;
let wordsEnd: usize = 0;
let broken: bool = false;
/** All tokens go through the first lane: small tiles, which would pay for four states. */
let single: bool = false;

/**
 * Starts on a stream: one or four states of 8 bytes, then words of 4 bytes up to `end`; raw bits from there up to
 * `bitsEnd`. Nothing is read beyond 2 KiB after either end.
 * @returns 1, or 0 when a state is out of range
 */
export function openStream(states: usize, lanes: i32, end: usize, bitsEnd: usize): i32 {
  x0 = load<u64>(states);
  single = lanes == 1;
  x1 = single ? LOWEST : load<u64>(states, 8);
  x2 = single ? LOWEST : load<u64>(states, 16);
  x3 = single ? LOWEST : load<u64>(states, 24);
  words = states + (<usize>lanes << 3);
  wordsEnd = end;
  broken = false;
  openBits(end, bitsEnd);
  return i32(inRange(x0) && inRange(x1) && inRange(x2) && inRange(x3));
}

function inRange(state: u64): bool {
  return state >= LOWEST && state < 1 << 63;
}

/** 1 when the stream was used up exactly: every word, every raw bit, and the lanes back where the encoder began. */
export function closeStream(): i32 {
  const lanes = x0 == LOWEST && x1 == LOWEST && x2 == LOWEST && x3 == LOWEST;
  return i32(!broken && lanes && words == wordsEnd && closeBits() != 0);
}

/** Where the entry of a state lies in a context's table. */
// @ts-ignore: decorator
@inline
function entryAt(table: usize, state: u64): usize {
  return table + ((<u32>state & 1023) << 2);
}

/** The state after the token of the entry at `at`, whose lower half is `low`. */
// @ts-ignore: decorator
@inline
function advanced(state: u64, at: usize, low: u32): u64 {
  return <u64>load<u16>(at, 2) * (state >> PRECISION) + <u64>(low & 1023);
}

/** Decodes a row with a single lane. Slower, as every token waits for the one before it. */
function decodeRowSingle(out: usize, count: i32, flags: usize): void {
  let state = x0;
  let from = words;
  for (let x: usize = 0; x < <usize>count; x += 8, out += 16) {
    if (load<u64>(contexts + x) == 0) {
      const at = entryAt(flags, state);
      const flag = <u32>load<u16>(at);
      state = advanced(state, at, flag);
      if (state < LOWEST) {
        state = (state << 32) | <u64>load<u32>(from);
        from += 4;
      }
      if (flag >> TOKEN_SHIFT) {
        v128.store(out, i64x2.splat(0));
        continue;
      }
    }
    for (let lane: usize = x; lane < x + 4; lane++) {
      const first = entryAt(load<u32>(contextTables + (lane << 2)), state);
      const firstLow = <u32>load<u16>(first);
      state = advanced(state, first, firstLow);
      const second = entryAt(load<u32>(contextTables + (lane << 2), 16), state);
      const secondLow = <u32>load<u16>(second);
      state = advanced(state, second, secondLow);
      if (state < LOWEST) {
        state = (state << 32) | <u64>load<u32>(from);
        from += 4;
      }
      store<u16>(out + ((lane - x) << 1), <u16>firstLow);
      store<u16>(out + ((lane - x) << 1), <u16>secondLow, 8);
    }
  }
  x0 = state;
  words = from;
}

/**
 * Decodes a row of tokens in the current contexts.
 * @param out where they go, 16 bits each: the token above 10 bits that mean nothing
 * @param count how many, a multiple of 8, at most 128
 * @param tables of context 0; the others follow
 */
export function decodeTokens(out: usize, count: i32, tables: usize): void {
  // A row takes less than 1 KiB of either stream, and more may be read after the end: one look per row is enough.
  if (words > wordsEnd || !rawFits()) {
    broken = true;
    memory.fill(out, 0, <usize>count << 1);
    return;
  }
  const flags = tables + <usize>ALL_ZERO * TABLE_BYTES;
  if (single) {
    decodeRowSingle(out, count, flags);
    return;
  }
  let s0 = x0;
  let s1 = x1;
  let s2 = x2;
  let s3 = x3;
  let from = words;
  const end = <usize>count;
  for (let x: usize = 0; x < end; x += 8, out += 16) {
    let fed: u32;
    if (load<u64>(contexts + x) == 0) {
      const at = entryAt(flags, s0);
      const flag = <u32>load<u16>(at);
      s0 = advanced(s0, at, flag);
      fed = u32(s0 < LOWEST);
      s0 = select<u64>((s0 << 32) | <u64>load<u32>(from), s0, fed);
      from += fed << 2;
      if (flag >> TOKEN_SHIFT) {
        v128.store(out, i64x2.splat(0));
        continue;
      }
    }
    const tablesAt = contextTables + (x << 2);
    let at = entryAt(load<u32>(tablesAt), s0);
    let low = <u32>load<u16>(at);
    store<u16>(out, <u16>low);
    s0 = advanced(s0, at, low);
    at = entryAt(load<u32>(tablesAt, 4), s1);
    low = <u32>load<u16>(at);
    store<u16>(out, <u16>low, 2);
    s1 = advanced(s1, at, low);
    at = entryAt(load<u32>(tablesAt, 8), s2);
    low = <u32>load<u16>(at);
    store<u16>(out, <u16>low, 4);
    s2 = advanced(s2, at, low);
    at = entryAt(load<u32>(tablesAt, 12), s3);
    low = <u32>load<u16>(at);
    store<u16>(out, <u16>low, 6);
    s3 = advanced(s3, at, low);
    at = entryAt(load<u32>(tablesAt, 16), s0);
    low = <u32>load<u16>(at);
    store<u16>(out, <u16>low, 8);
    s0 = advanced(s0, at, low);
    at = entryAt(load<u32>(tablesAt, 20), s1);
    low = <u32>load<u16>(at);
    store<u16>(out, <u16>low, 10);
    s1 = advanced(s1, at, low);
    at = entryAt(load<u32>(tablesAt, 24), s2);
    low = <u32>load<u16>(at);
    store<u16>(out, <u16>low, 12);
    s2 = advanced(s2, at, low);
    at = entryAt(load<u32>(tablesAt, 28), s3);
    low = <u32>load<u16>(at);
    store<u16>(out, <u16>low, 14);
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
  x0 = s0;
  x1 = s1;
  x2 = s2;
  x3 = s3;
  words = from;
}

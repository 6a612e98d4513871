// The decoding half of four interleaved rANS lanes with a table per context, raw bits read from a stream beside them.
//
// Duda, "Asymmetric numeral systems", arXiv 1311.2540; interleaving: Giesen, arXiv 1402.3392. A lane is a 64-bit state
// in [2^31, 2^63) that takes up 32 bits at a time, once after every two tokens.
import { PRECISION, TABLE_BYTES } from './decode-table';
import { closeBits, openBits, rawPosition, rawBase, rawEnd, setRawPosition } from './raw-bits';
import { tokens } from './tokens';

export const LOWEST: u64 = 1 << 31;
/** The context that says whether eight tokens in the quietest context are all zero. */
export const ALL_ZERO: u32 = 28;
/** The context of what pads a row to a multiple of eight: always token 0, so it costs nothing. */
export const PADDING: u32 = 29;

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

// @ts-ignore: decorator
@inline
function entryOf(table: usize, context: u32, state: u64): u32 {
  return load<u32>(table + (<usize>context << 12) + ((<u32>state & 1023) << 2));
}

// @ts-ignore: decorator
@inline
function advanced(state: u64, entry: u32): u64 {
  return <u64>(((entry >> 6) & 1023) + 1) * (state >> PRECISION) + <u64>(entry >> 16);
}

// @ts-ignore: decorator
@inline
function valueOf(token: u32, bits: u64): u32 {
  return (token >> 8) + (<u32>bits & ~(<u32>-1 << token));
}

/** Decodes a row with a single lane. Slower, as every token waits for the one before it. */
function decodeRowSingle(out: usize, count: i32, contexts: usize, table: usize): void {
  let state = x0;
  let from = words;
  let bit = rawPosition;
  const end = contexts + count;
  for (; contexts < end; contexts += 8, out += 16) {
    if (load<u64>(contexts) == 0) {
      const flag = entryOf(table, ALL_ZERO, state);
      state = advanced(state, flag);
      if (state < LOWEST) {
        state = (state << 32) | <u64>load<u32>(from);
        from += 4;
      }
      if (flag & 63) {
        v128.store(out, i64x2.splat(0));
        continue;
      }
    }
    for (let lane: usize = 0; lane < 4; lane++) {
      const first = entryOf(table, load<u8>(contexts + lane), state);
      state = advanced(state, first);
      const second = entryOf(table, load<u8>(contexts + lane, 4), state);
      state = advanced(state, second);
      if (state < LOWEST) {
        state = (state << 32) | <u64>load<u32>(from);
        from += 4;
      }
      store<u16>(out + (lane << 1), <u16>(first & 63));
      store<u16>(out + (lane << 1), <u16>(second & 63), 8);
    }
    for (let i: usize = 0; i < 16; i += 2) {
      const token = load<u32>(tokens + (<usize>load<u16>(out + i) << 2));
      const bits = load<u64>(rawBase + (bit >> 3)) >> <u64>(bit & 7);
      store<u16>(out + i, <u16>valueOf(token, bits));
      bit += token & 255;
    }
  }
  x0 = state;
  words = from;
  setRawPosition(bit);
}

/**
 * Decodes a row of zigzag values.
 * @param out where the values go, 16 bits each
 * @param count how many, a multiple of 8, at most 256
 * @param contexts one byte each
 * @param table of context 0; the others follow
 */
export function decodeRow(out: usize, count: i32, contexts: usize, table: usize): void {
  // A row takes at most 2 KiB of either stream, and so much may be read after the end: one look per row is enough.
  if (words > wordsEnd || rawBase + (rawPosition >> 3) > rawEnd) {
    broken = true;
    memory.fill(out, 0, <usize>count << 1);
    return;
  }
  if (single) {
    decodeRowSingle(out, count, contexts, table);
    return;
  }
  let s0 = x0;
  let s1 = x1;
  let s2 = x2;
  let s3 = x3;
  let from = words;
  let bit = rawPosition;
  const base = rawBase;
  const symbols = tokens;
  const end = contexts + count;
  for (; contexts < end; contexts += 8, out += 16) {
    let fed: u32;
    if (load<u64>(contexts) == 0) {
      const flag = entryOf(table, ALL_ZERO, s0);
      s0 = advanced(s0, flag);
      fed = u32(s0 < LOWEST);
      s0 = select<u64>((s0 << 32) | <u64>load<u32>(from), s0, fed);
      from += fed << 2;
      if (flag & 63) {
        v128.store(out, i64x2.splat(0));
        continue;
      }
    }
    const e0 = entryOf(table, load<u8>(contexts, 0), s0);
    const e1 = entryOf(table, load<u8>(contexts, 1), s1);
    const e2 = entryOf(table, load<u8>(contexts, 2), s2);
    const e3 = entryOf(table, load<u8>(contexts, 3), s3);
    s0 = advanced(s0, e0);
    s1 = advanced(s1, e1);
    s2 = advanced(s2, e2);
    s3 = advanced(s3, e3);
    const e4 = entryOf(table, load<u8>(contexts, 4), s0);
    const e5 = entryOf(table, load<u8>(contexts, 5), s1);
    const e6 = entryOf(table, load<u8>(contexts, 6), s2);
    const e7 = entryOf(table, load<u8>(contexts, 7), s3);
    s0 = advanced(s0, e4);
    s1 = advanced(s1, e5);
    s2 = advanced(s2, e6);
    s3 = advanced(s3, e7);
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
    // Four values take at most 4 x 13 bits, so one load of 64 serves them wherever it begins in its byte.
    let bits = load<u64>(base + (bit >> 3)) >> <u64>(bit & 7);
    let token = load<u32>(symbols + ((e0 & 63) << 2));
    store<u16>(out, <u16>valueOf(token, bits));
    bits >>= <u64>(token & 255);
    bit += token & 255;
    token = load<u32>(symbols + ((e1 & 63) << 2));
    store<u16>(out, <u16>valueOf(token, bits), 2);
    bits >>= <u64>(token & 255);
    bit += token & 255;
    token = load<u32>(symbols + ((e2 & 63) << 2));
    store<u16>(out, <u16>valueOf(token, bits), 4);
    bits >>= <u64>(token & 255);
    bit += token & 255;
    token = load<u32>(symbols + ((e3 & 63) << 2));
    store<u16>(out, <u16>valueOf(token, bits), 6);
    bit += token & 255;
    bits = load<u64>(base + (bit >> 3)) >> <u64>(bit & 7);
    token = load<u32>(symbols + ((e4 & 63) << 2));
    store<u16>(out, <u16>valueOf(token, bits), 8);
    bits >>= <u64>(token & 255);
    bit += token & 255;
    token = load<u32>(symbols + ((e5 & 63) << 2));
    store<u16>(out, <u16>valueOf(token, bits), 10);
    bits >>= <u64>(token & 255);
    bit += token & 255;
    token = load<u32>(symbols + ((e6 & 63) << 2));
    store<u16>(out, <u16>valueOf(token, bits), 12);
    bits >>= <u64>(token & 255);
    bit += token & 255;
    token = load<u32>(symbols + ((e7 & 63) << 2));
    store<u16>(out, <u16>valueOf(token, bits), 14);
    bit += token & 255;
  }
  x0 = s0;
  x1 = s1;
  x2 = s2;
  x3 = s3;
  words = from;
  setRawPosition(bit);
}

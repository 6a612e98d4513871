// The decoding half of four interleaved rANS lanes with a table per context.
//
// Duda, "Asymmetric numeral systems", arXiv 1311.2540; interleaving: Giesen, arXiv 1402.3392. A lane is a 64-bit state
// in [2^31, 2^63) that takes up 32 bits at a time, once after every two tokens.
import { PRECISION } from './decode-table';
import { closeBits, openBits, rawFits } from './raw-bits';

export const LOWEST: u64 = 1 << 31;
export let x0: u64 = 0;
export let x1: u64 = 0;
export let x2: u64 = 0;
export let x3: u64 = 0;
export let words: usize = 0;
let wordsEnd: usize = 0;
let broken: bool = false;
/** All tokens go through the first lane: small tiles, which would pay for four states. */
export let single: bool = false;

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
export function entryAt(table: usize, state: u64): usize {
  return table + ((<u32>state & 1023) << 2);
}

/** The state after the token of the entry at `at`, whose lower half is `low`. */
// @ts-ignore: decorator
@inline
export function advanced(state: u64, at: usize, low: u32): u64 {
  return <u64>load<u16>(at, 2) * (state >> PRECISION) + <u64>(low & 1023);
}

/** Puts the lanes back after tokens were decoded with copies of them. */
// @ts-ignore: decorator
@inline
export function setLanes(s0: u64, s1: u64, s2: u64, s3: u64, from: usize): void {
  x0 = s0;
  x1 = s1;
  x2 = s2;
  x3 = s3;
  words = from;
}

/**
 * Whether another row may be decoded. A row takes less than 1 KiB of either stream, and more may be read after the end:
 * one look a row is enough. When there is no more to decode, the stream is broken.
 */
export function streamGoesOn(): bool {
  if (words > wordsEnd || !rawFits()) broken = true;
  return !broken;
}

// Bit by bit reading of a level's tables, the first bit in the lowest of the first byte.
import { CUT_SHORT, EMPTY_BITS, ENDLESS_CODE, refuse } from './faults';

let base: usize = 0;
let bit: u32 = 0;
let last: u32 = 0;

/** Starts to read at `at`; bits at and after `end` do not exist. Seven bytes after it may be looked at. */
export function openTableBits(at: usize, end: usize): void {
  base = at;
  bit = 0;
  last = <u32>(end - at) << 3;
}

// @ts-ignore: decorator
@inline
function ahead(): u32 {
  return <u32>(load<u64>(base + (bit >> 3)) >> <u64>(bit & 7));
}

// @ts-ignore: decorator
@inline
function skip(count: u32): void {
  bit += count;
  if (bit > last) {
    bit = last;
    refuse(CUT_SHORT);
  }
}

/** The next `count` bits, at most 24. */
export function takeBits(count: u32): u32 {
  const value = ahead() & ((1 << count) - 1);
  skip(count);
  return value;
}

/** The number that the next Rice code's zigzag value stands for; quotients above `limit`, at most 24, are refused. */
export function takeStep(k: u32, limit: u32): i32 {
  const ones = ctz(~ahead());
  if (ones > limit) {
    refuse(ENDLESS_CODE);
    return 0;
  }
  skip(ones + 1);
  const value = (ones << k) | takeBits(k);
  return <i32>(value >> 1) ^ -(<i32>value & 1);
}

/** Where the bits end, the last byte counted whole; what is left of it must be zeros. */
export function closeTableBits(): usize {
  const rest = bit & 7;
  const end = base + <usize>((bit + 7) >> 3);
  if (rest != 0 && load<u8>(end - 1) >> <u8>rest != 0) refuse(EMPTY_BITS);
  return end;
}

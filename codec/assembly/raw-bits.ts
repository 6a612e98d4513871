// Streams of raw bits, the first bit in the lowest of the first byte.

// Writing
let next: usize = 0;
/** What was not yet written as whole bytes: fewer than 8 bits. */
let pending: u64 = 0;
let pendingBits: u64 = 0;

/** Starts to write bits at `at`. */
export function beginBits(at: usize): void {
  next = at;
  pending = 0;
  pendingBits = 0;
}

/** Writes the low `count` bits (0 to 56) of a value that has no others set, and overwrites up to 8 bytes. */
// @ts-ignore: decorator
@inline
export function putBits(value: u64, count: u64): void {
  const bits = pending | (value << pendingBits);
  const all = pendingBits + count;
  store<u64>(next, bits);
  next += <usize>(all >> 3);
  pending = bits >> (all & ~7);
  pendingBits = all & 7;
}

/** Where the next whole byte will be written. */
export function bitsPosition(): usize {
  return next;
}

/** Fills the last byte with zeros and returns where the stream ends. */
export function endBits(): usize {
  store<u64>(next, pending);
  next += <usize>((pendingBits + 7) >> 3);
  pending = 0;
  pendingBits = 0;
  return next;
}

// Reading
export let rawBase: usize = 0;
export let rawEnd: usize = 0;
export let rawPosition: u32 = 0;

/** Starts to read the bits from `base` up to `end`. */
export function openBits(base: usize, end: usize): void {
  rawBase = base;
  rawEnd = end;
  rawPosition = 0;
}

// @ts-ignore: decorator
@inline
export function setRawPosition(bit: u32): void {
  rawPosition = bit;
}

/** Whether not more was read than there is. */
// @ts-ignore: decorator
@inline
export function rawFits(): bool {
  return rawBase + (rawPosition >> 3) <= rawEnd;
}

/** 1 when every bit was read, and those that fill the last byte are zeros. */
export function closeBits(): i32 {
  if (rawBase + ((rawPosition + 7) >> 3) != rawEnd) return 0;
  const rest = rawPosition & 7;
  return i32(rest == 0 || load<u8>(rawEnd - 1) >> <u8>rest == 0);
}

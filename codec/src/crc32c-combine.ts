// The CRC-32C of two pieces in one, from those of the pieces: arithmetic on polynomials modulo Castagnoli's, as zlib's
// crc32_combine does it. So a piece whose neighbours' checksums are known can be checked against that of the whole.

/** Reflected form of the polynomial 0x1EDC6F41; the highest bit stands for 1. */
const POLYNOMIAL = 0x82f63b78;
const ONE = 0x80000000;

/** a times b. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let mask = ONE; mask !== 0; mask >>>= 1) {
    if (a & mask) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}

/** x to the power of 2 to the power of the index. */
const powers: number[] = [ONE >>> 1];
for (let at = 1; at < 56; at++) {
  const half = powers[at - 1] as number;
  powers.push(multiply(half, half));
}

/** What a CRC is multiplied by when so many bytes follow. */
function shiftOf(bytes: number): number {
  let shift = ONE;
  for (let left = bytes, at = 3; left > 0; left = Math.floor(left / 2), at++) {
    if (left % 2 === 1) shift = multiply(powers[at] as number, shift);
  }
  return shift;
}

/**
 * The CRC-32C of one piece followed by another.
 * @param first, second their CRC-32C
 * @param length bytes of the second
 */
export function crc32cCombine(first: number, second: number, length: number): number {
  return (multiply(shiftOf(length), first) ^ second) >>> 0;
}

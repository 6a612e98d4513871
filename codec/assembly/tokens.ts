// Tokens: zigzag values below 16 as themselves, larger ones as exponent and two bits of mantissa with raw bits for the rest.

/** Per token: how many raw bits follow (low byte) and the smallest value it stands for (above). */
export const tokens: usize = memory.data(64 * 4, 16);

function fill(): void {
  for (let token: u32 = 0; token < 64; token++) {
    if (token < 16) {
      store<u32>(tokens + (token << 2), token << 8);
    } else {
      const bits = 2 + ((token - 16) >> 2);
      store<u32>(tokens + (token << 2), ((4 | (token & 3)) << (bits + 8)) | bits);
    }
  }
}
fill();

/** The token of a zigzag value. */
// @ts-ignore: decorator
@inline
export function tokenOf(value: u32): u32 {
  if (value < 16) return value;
  const exponent = 31 - clz(value);
  return 16 + ((exponent - 4) << 2) + ((value >> (exponent - 2)) & 3);
}

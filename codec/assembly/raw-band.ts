// Bands whose coefficients look like noise: zigzag values in as many bits as the largest takes.
import { putBits, rawBase, rawEnd, rawPosition, setRawPosition } from './raw-bits';

/** Appends a band's zigzag values to the bits being written, row by row, `bits` (1 to 16) each. */
export function packBand(band: usize, stride: usize, width: i32, height: i32, bits: u32): void {
  for (let y = 0; y < height; y++, band += stride) {
    for (let x = 0; x < width; x++) {
      const coefficient = <i32>load<i16>(band + (<usize>x << 1));
      putBits(<u64>(((coefficient << 1) ^ (coefficient >> 15)) & 0xffff), bits);
    }
  }
}

/** Reads what `packBand` wrote. Returns 0, and stops, when the bits do not suffice. */
export function unpackBand(band: usize, stride: usize, width: i32, height: i32, bits: u32): i32 {
  const last = <u64>(rawEnd - rawBase) << 3;
  const mask = (<u32>1 << bits) - 1;
  let bit = rawPosition;
  if (<u64>bit + <u64>width * <u64>height * <u64>bits > last) return 0;
  for (let y = 0; y < height; y++, band += stride) {
    for (let x = 0; x < width; x++, bit += bits) {
      const value = (load<u32>(rawBase + (bit >> 3)) >> (bit & 7)) & mask;
      store<i16>(band + (<usize>x << 1), <i16>((value >> 1) ^ -(value & 1)));
    }
  }
  setRawPosition(bit);
  return 1;
}

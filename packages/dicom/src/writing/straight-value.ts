// Native pixel data as it stands in little endian, with everything in it that is no sample.
import type { PixelLayout } from '../pixel-layout.ts';
import { packedLength } from '../pixel-packing.ts';

/** All frames without padding; words are turned where the file is big endian. A copy. */
export function straightValue(layout: PixelLayout): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(layout.value.subarray(0, packedLength(layout)));
  if (layout.order === 'swapped') Buffer.from(value.buffer, 0, value.length & ~1).swap16();
  return value;
}

/** Whether anything in the allocated bits is neither sample nor sign: overlays of old devices, or garbage. */
export function hasBitsBeside(layout: PixelLayout): boolean {
  const { format, bitsAllocated, shift } = layout;
  const { bits, signed } = format;
  if (bits === bitsAllocated || bitsAllocated === 1) return false;
  const value = straightValue(layout);
  const words = bitsAllocated === 16 ? new Uint16Array(value.buffer, 0, value.length >> 1) : value;
  const above = 2 ** bitsAllocated - 2 ** (bits + shift);
  const below = 2 ** shift - 1;
  const sign = 2 ** (bits + shift - 1);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as number;
    const upper = word & above;
    const extended = signed && upper === above && (word & sign) !== 0;
    if ((word & below) !== 0 || (upper !== 0 && !extended)) return true;
  }
  return false;
}

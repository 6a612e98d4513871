// CRC-32C of bytes in the kernels' memory (RFC 3720), sixteen bytes a step.

const SLICES: u32 = 16;
/** Table t advances a byte by t further zero bytes. */
const tables: usize = memory.data(SLICES * 1024, 64);

function fillTables(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    store<u32>(tables + (byte << 2), value);
  }
  for (let at: u32 = 256; at < SLICES * 256; at++) {
    const shorter = load<u32>(tables + ((at - 256) << 2));
    store<u32>(tables + (at << 2), (shorter >>> 8) ^ load<u32>(tables + ((shorter & 255) << 2)));
  }
}
fillTables();

/** What the four bytes of a word come to, the first in table `first`, the others in those before it. */
// @ts-ignore: decorator
@inline
function advanced(word: u32, first: usize): u32 {
  const at = tables + first * 1024;
  const a = load<u32>(at + ((word & 255) << 2));
  const b = load<u32>(at - 1024 + (((word >>> 8) & 255) << 2));
  const c = load<u32>(at - 2048 + (((word >>> 16) & 255) << 2));
  const d = load<u32>(at - 3072 + ((word >>> 24) << 2));
  return a ^ b ^ (c ^ d);
}

/** The CRC-32C of `length` bytes. */
export function crc32c(at: usize, length: usize): u32 {
  let crc: u32 = -1;
  const end = at + length;
  for (; at + 16 <= end; at += 16) {
    const rest = advanced(load<u32>(at, 4), 11) ^ advanced(load<u32>(at, 8), 7) ^ advanced(load<u32>(at, 12), 3);
    crc = advanced(crc ^ load<u32>(at), 15) ^ rest;
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ load<u32>(tables + ((<u32>(crc ^ load<u8>(at)) & 255) << 2));
  return ~crc;
}

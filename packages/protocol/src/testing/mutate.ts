// Damages bytes the way broken and hostile senders do, reproducibly from a seed.

/** A small seeded generator of numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// First bytes of MessagePack values that a decoder may stumble over: lengths, extensions, records, big integers.
const SPECIAL = [
  0xc1, 0xc4, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcf, 0xd3, 0xd4, 0xd5, 0xd6, 0xd8, 0xd9, 0xdb, 0xdc, 0xdd,
];
const TYPES = [
  0x72, 0x69, 0x70, 0x73, 0x74, 0x78, 0x62, 0x42, 0x65, 0xff, 0xde, 0xdf, 0x80, 0x90, 0x9f, 0x00, 0x7f,
];

/** A damaged copy: flipped bits, special tokens, cuts, insertions, repeated and swapped ranges. */
export function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  let result = Uint8Array.from(bytes);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let times = 1 + below(4); times > 0; times--) {
    const length = result.length;
    const where = below(length + 1);
    switch (below(7)) {
      case 0:
        if (where < length) result[where] = (result[where] as number) ^ (1 << below(8));
        break;
      case 1:
        if (where < length) result[where] = below(256);
        break;
      case 2:
        if (where < length) result[where] = SPECIAL[below(SPECIAL.length)] as number;
        if (where + 1 < length) result[where + 1] = TYPES[below(TYPES.length)] as number;
        break;
      case 3:
        result = result.slice(0, where);
        break;
      case 4:
        result = Uint8Array.from([...result.slice(0, where), below(256), below(256), ...result.slice(where)]);
        break;
      case 5:
        result = Uint8Array.from([...result.slice(0, where), ...result.slice(below(length + 1))]);
        break;
      default:
        // The head: an envelope length that may be anything, now and then the right one again.
        if (length >= 4)
          new DataView(result.buffer).setUint32(0, random() < 0.5 ? length - 4 : below(2 ** 32), true);
    }
  }
  return result;
}

// The decoder's table of one context: for each of 1024 slots the token, its frequency and the slot's place in it.

/** log2 of the sum of a context's frequencies. */
export const PRECISION: u32 = 10;
/** Bytes from one context's table to the next. */
export const TABLE_BYTES: usize = 4 << 10;
export const TOKENS: u32 = 64;

/**
 * Fills one table. Entry: token (6 bits), frequency - 1 (10 bits), place (16 bits). The 64 u16 frequencies must add up
 * to 1024. Up to 12 bytes after the table are overwritten.
 */
export function fillDecodeTable(frequencies: usize, table: usize): void {
  const first = i32x4(0, 1 << 16, 2 << 16, 3 << 16);
  const step = i32x4.splat(4 << 16);
  const end = table + TABLE_BYTES;
  for (let token: u32 = 0; token < TOKENS; token++) {
    const frequency = <u32>load<u16>(frequencies + (token << 1));
    if (frequency == 0) continue;
    const next = table + (<usize>frequency << 2);
    if (next > end) return;
    let entries = i32x4.add(first, i32x4.splat(<i32>(token | ((frequency - 1) << 6))));
    for (; table < next; table += 16) {
      v128.store(table, entries);
      entries = i32x4.add(entries, step);
    }
    table = next;
  }
}

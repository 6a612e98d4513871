// The decoder's table of one context: for each of 1024 slots the token, its frequency and the slot's place in it.

/** log2 of the sum of a context's frequencies. */
export const PRECISION: u32 = 10;
/** Bytes from one context's table to the next. */
export const TABLE_BYTES: usize = 4 << 10;
export const TOKENS: u32 = 64;

/** Entry: token (6 bits), frequency - 1 (10 bits), place (16 bits). The 64 u16 frequencies must add up to 1024. */
export function fillDecodeTable(frequencies: usize, table: usize): void {
  let slot = table;
  const end = table + TABLE_BYTES;
  for (let token: u32 = 0; token < TOKENS; token++) {
    const frequency = <u32>load<u16>(frequencies + (token << 1));
    for (let place: u32 = 0; place < frequency && slot < end; place++, slot += 4) {
      store<u32>(slot, token | ((frequency - 1) << 6) | (place << 16));
    }
  }
}

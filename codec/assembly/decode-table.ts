// The decoder's tables: for each of 1024 slots of a context the token, its frequency and the slot's place in it.

/** log2 of the sum of a context's frequencies. */
export const PRECISION: u32 = 10;
/** Bytes from one context's table to the next. */
export const TABLE_BYTES: usize = 4 << 10;
export const TOKENS: u32 = 64;
/** From a set's first table to that of the flag for eight zeros; the loudest context has two. */
export const FLAG_TABLE: usize = 30 * TABLE_BYTES;
const FLAG: i32 = 28;
const LOUDEST: i32 = 27;
const SETS: usize = 2;
const CONTEXTS: usize = 32;
const SET_BYTES: usize = CONTEXTS * TABLE_BYTES;
const ROW_BYTES: usize = 2 * TOKENS;

/** The tables stay from call to call: most contexts of most levels use one that is already there. */
const tables: usize = memory.data(<i32>(SETS * SET_BYTES) + 32, 64);
/** The frequencies that each table was made from. */
const made: usize = memory.data(<i32>(SETS * CONTEXTS * ROW_BYTES), 16);

/** The table of context 0 of a set; those of the others follow. */
export function tableSet(set: i32): usize {
  return tables + <usize>set * SET_BYTES;
}

// @ts-ignore: decorator
@inline
function alreadyMade(frequencies: usize, row: usize): bool {
  let difference = i64x2.splat(0);
  for (let at: usize = 0; at < ROW_BYTES; at += 16) {
    difference = v128.or(difference, v128.xor(v128.load(frequencies + at), v128.load(row + at)));
  }
  return !v128.any_true(difference);
}

/** Entry: place in the low 10 bits, token in the next 6, frequency in the upper half, so that each is one load away. */
function fillTable(frequencies: usize, table: usize): void {
  const first = i32x4(0, 1, 2, 3);
  const step = i32x4.splat(4);
  const end = table + TABLE_BYTES;
  for (let token: u32 = 0; token < TOKENS; token++) {
    const frequency = <u32>load<u16>(frequencies + (token << 1));
    if (frequency == 0) continue;
    const next = table + (<usize>frequency << 2);
    if (next > end) return;
    const entries = i32x4.add(first, i32x4.splat(<i32>((token << 10) | (frequency << 16))));
    // Few slots are filled at once: what is too much belongs to the next token.
    v128.store(table, entries);
    v128.store(table, i32x4.add(entries, step), 16);
    for (let slot: u32 = 8; slot < frequency; slot += 4) {
      v128.store(table + (slot << 2), i32x4.add(entries, i32x4.splat(slot)));
    }
    if (next == end) return;
    table = next;
  }
}

/** Fills a table and nothing after it. */
function fillOnly(frequencies: usize, table: usize): void {
  const next = v128.load(table + TABLE_BYTES);
  const after = v128.load(table + TABLE_BYTES, 16);
  fillTable(frequencies, table);
  v128.store(table + TABLE_BYTES, next);
  v128.store(table + TABLE_BYTES, after, 16);
}

/** Makes the first `count` tables of a set from 64 u16 frequencies each, which must add up to 1024. */
export function fillDecodeTables(set: i32, frequencies: usize, count: i32): void {
  let row = made + <usize>set * CONTEXTS * ROW_BYTES;
  const first = tableSet(set);
  for (let context = 0; context < count; context++, frequencies += ROW_BYTES, row += ROW_BYTES) {
    if (alreadyMade(frequencies, row)) continue;
    memory.copy(row, frequencies, ROW_BYTES);
    fillOnly(frequencies, first + (context == FLAG ? FLAG_TABLE : <usize>context * TABLE_BYTES));
    if (context == LOUDEST) fillOnly(frequencies, first + <usize>(LOUDEST + 1) * TABLE_BYTES);
  }
}

/** What pads a row has a table of its own, which is always the same: token 0 for every slot. */
function fillPaddingTables(padding: usize): void {
  for (let set = 0; set < <i32>SETS; set++) {
    const row = made + (<usize>set * CONTEXTS + padding) * ROW_BYTES;
    store<u16>(row, 1024);
    fillTable(row, tableSet(set) + padding * TABLE_BYTES);
  }
}
fillPaddingTables(29);

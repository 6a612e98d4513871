// What can be wrong with a level's bytes; src/faults.ts has the words for it.

export const FINE: i32 = 0;
export const BAD_CHECKSUM: i32 = 1;
export const NO_TABLES: i32 = 2;
export const UNKNOWN_TABLES: i32 = 3;
export const CUT_SHORT: i32 = 4;
export const ENDLESS_CODE: i32 = 5;
export const EMPTY_BITS: i32 = 6;
export const LONG_TABLE: i32 = 7;
export const WEIGHT_RANGE: i32 = 8;
export const EMPTY_TABLE: i32 = 9;
export const UNKNOWN_PROTOTYPE: i32 = 10;
export const TILE_PLACES: i32 = 11;
export const BAD_TILE: i32 = 12;

let first: i32 = FINE;

/** What was wrong first since `forgetFaults`; FINE for nothing. */
export function fault(): i32 {
  return first;
}

export function forgetFaults(): void {
  first = FINE;
}

/** Takes note of a fault unless there was one before. */
export function refuse(what: i32): void {
  if (first == FINE) first = what;
}

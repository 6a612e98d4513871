// Magnitudes of the coefficients of a tile that were decoded, for the contexts of those to come.
//
// All bands and rows lie at fixed distances, even columns apart from odd ones: one address says where all neighbours of
// eight coefficients are, so that a processor needs one register for them and not one for each.
import { TILE } from './contexts';

/** From the place of a row to its even columns; zeros lie before them. */
export const EVEN: usize = 16;
/** From the place of a row to its odd columns, 16 lanes of zeros or more after the even ones. */
export const ODD: usize = 16 + (<usize>TILE + 32);
/** From a row to the one below. */
export const ROW: usize = ODD + (<usize>TILE + 32);
/** From a band to the one before it, its sibling; two silent rows lie above those of a tile. */
export const BAND: usize = ROW * (<usize>TILE + 2);
/** HH, LH, HL (or LL). */
const bands: usize = memory.data(3 * 592 * 258 + 64, 16);

/** Where the row two above the first of a band lies. @param kind 0 LL, 1 HL, 2 LH, 3 HH */
export function bandPlace(kind: i32): usize {
  return bands + <usize>min(3 - kind, 2) * BAND;
}

/** Makes what follows the last of a row's coefficients silent. @param place two rows above */
// @ts-ignore: decorator
@inline
export function endRow(place: usize, evenCount: i32, oddCount: i32): void {
  v128.store(place + (<usize>((evenCount + 7) & ~7) << 1), i64x2.splat(0), 2 * ROW + EVEN);
  v128.store(place + (<usize>((oddCount + 7) & ~7) << 1), i64x2.splat(0), 2 * ROW + ODD);
}

/** A band that has no columns in the tile is silent for a sibling that has one. */
export function silence(kind: i32, height: i32): void {
  let place = bandPlace(kind);
  for (let y = 0; y < height; y++, place += ROW) endRow(place, 0, 0);
}

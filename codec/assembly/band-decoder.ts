// Decodes one band of a tile, row by row.
import { setParents } from './contexts';
import { decodeEvens, decodeEvensSingle, decodeOdds, decodeOddsSingle } from './half-row-decoder';
import { bandPlace, endRow, ROW } from './neighbours';
import { setWidth } from './padding';
import { single, streamGoesOn } from './rans-decoder';
import { storeLastEvens } from './token-values';

/**
 * Decodes a band of at most 256 x 256 coefficients from the open stream; stops where the stream is broken.
 * @param band where they go; up to 16 lanes after each row are overwritten with zeros
 * @param kind 0 LL (prediction errors), 1 HL, 2 LH, 3 HH
 * @param parent the tile's part of the same band one level below, or 0
 * @param parentWidth, parentHeight how much of it there is; what lies beyond counts as silent
 * @param table the decode tables of the band's set
 */
export function decodeBand(
  band: usize, stride: usize, width: i32, height: i32, kind: i32,
  parent: usize, parentStride: usize, parentWidth: i32, parentHeight: i32, tables: usize,
): void {
  const evens = (width + 1) >> 1;
  const odds = width >> 1;
  const parented = parent != 0;
  let row = bandPlace(kind);
  setWidth(evens, odds);
  for (let y = 0; y < height; y++) {
    if (!streamGoesOn()) return;
    if (parented && !(y & 1)) {
      const silent = y >> 1 >= parentHeight;
      const count = silent ? 0 : min(parentWidth, evens);
      setParents(parent + <usize>(y >> 1) * parentStride, count, (evens + 7) & ~7);
    }
    endRow(row, evens, odds);
    if (single) {
      decodeEvensSingle(row, evens, kind, parented, tables);
      decodeOddsSingle(row, odds, kind, parented, tables, band);
    } else {
      decodeEvens(row, evens, kind, parented, tables);
      decodeOdds(row, odds, kind, parented, tables, band);
    }
    storeLastEvens(evens, odds, band);
    band += stride;
    row += ROW;
  }
}

// Decodes one band of a tile, row by row.
import { beginRows, nextRow, setParents } from './contexts';
import { decodeEvens, decodeEvensSingle, decodeOdds, decodeOddsSingle, setWidth } from './half-row-decoder';
import { single, streamGoesOn } from './rans-decoder';
import { storeLastEvens } from './token-values';

/**
 * Decodes a band of at most 256 x 256 coefficients from the open stream; stops where the stream is broken.
 * @param band where they go; up to 16 lanes after each row are overwritten with zeros
 * @param kind 0 LL (prediction errors), 1 HL, 2 LH, 3 HH
 * @param parent the tile's part of the same band one level below, or 0
 * @param parentWidth, parentHeight how much of it there is; what lies beyond counts as silent
 * @param first, second the tile's HL for LH and HH, LH for HH, in the stride of the band itself
 * @param table the decode tables of the band's set
 */
export function decodeBand(
  band: usize, stride: usize, width: i32, height: i32, kind: i32,
  parent: usize, parentStride: usize, parentWidth: i32, parentHeight: i32,
  first: usize, second: usize, tables: usize,
): void {
  const evens = (width + 1) >> 1;
  const odds = width >> 1;
  const parented = parent != 0;
  beginRows();
  setWidth(evens, odds);
  for (let y = 0; y < height; y++) {
    if (!streamGoesOn()) return;
    if (parented && !(y & 1)) {
      const silent = y >> 1 >= parentHeight;
      const count = silent ? 0 : min(parentWidth, evens);
      setParents(parent + <usize>(y >> 1) * parentStride, count, (evens + 7) & ~7);
    }
    if (single) {
      decodeEvensSingle(evens, kind, parented, first, second, tables);
      decodeOddsSingle(odds, kind, parented, first, second, tables, band);
    } else {
      decodeEvens(evens, kind, parented, first, second, tables);
      decodeOdds(odds, kind, parented, first, second, tables, band);
    }
    storeLastEvens(evens, odds, band);
    nextRow();
    band += stride;
    first += stride;
    second += stride;
  }
}

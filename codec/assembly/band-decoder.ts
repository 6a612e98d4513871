// Decodes one band of a tile: contexts, tokens, coefficients, row by row.
import {
  beginRows, even0, evenContexts, nextRow, odd0, oddContexts, setParents, setTables, TILE,
} from './contexts';
import { decodeTokens } from './rans-decoder';
import { tokensToValues } from './token-values';
import { storeInterleaved, unzigzag } from './vectors';

const evenValues: usize = memory.data(TILE + 32, 16);
const oddValues: usize = memory.data(TILE + 32, 16);

/**
 * Decodes a band of at most 256 x 256 coefficients from the open stream.
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
  const evenCount = (evens + 7) & ~7;
  const oddCount = (odds + 7) & ~7;
  const parented = parent != 0;
  beginRows();
  setTables(tables);
  memory.fill(oddValues, 0, TILE + 32);
  for (let y = 0; y < height; y++) {
    if (parented && !(y & 1)) {
      const silent = y >> 1 >= parentHeight;
      setParents(parent + <usize>(y >> 1) * parentStride, silent ? 0 : min(parentWidth, evens), evenCount);
    }
    evenContexts(evens, kind, parented, first, second);
    decodeTokens(evenValues, evenCount, tables);
    tokensToValues(evenValues, evenCount, even0);
    oddContexts(odds, kind, parented, first, second);
    decodeTokens(oddValues, oddCount, tables);
    tokensToValues(oddValues, oddCount, odd0);
    for (let x: usize = 0; x < <usize>evenCount << 1; x += 16) {
      const even = unzigzag(v128.load(evenValues + x));
      const odd = unzigzag(v128.load(oddValues + x));
      storeInterleaved(band + (x << 1), even, odd);
    }
    nextRow();
    band += stride;
    first += stride;
    second += stride;
  }
}

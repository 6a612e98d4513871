// Makes a level of the frame that `layFrame` laid out from its bytes and the level below, as a whole.
import { crc32c } from './crc32c';
import { BAD_CHECKSUM, BAD_TILE, fault, FINE, forgetFaults, refuse, TILE_PLACES } from './faults';
import {
  bandAt, bandHeight, bandStride, bandWidth, levelHeight, levelWidth, pictureAt, pictureStride, planes, workRow,
} from './frame';
import { undoPrediction } from './gradient';
import { inverse } from './lifting-inverse';
import { readTables } from './table-reader';
import { decodeTile, describeBand, describeLevel, placeBand, TILE_SIDE } from './tile-decoder';

/** The tile that was decoded last. */
let tile: i32 = 0;

export function lastTile(): i32 {
  return tile;
}

function describe(level: i32): void {
  if (level == 0) {
    describeLevel(planes, 1, pictureStride(0), 0);
    describeBand(0, levelWidth(0), levelHeight(0), 0, 0);
    for (let plane = 0; plane < planes; plane++) placeBand(plane, 0, pictureAt(0, plane), 0);
    return;
  }
  describeLevel(planes, 3, bandStride(level), bandStride(level - 1));
  for (let band = 0; band < 3; band++) {
    const below = level > 1;
    const width = bandWidth(level, band);
    const parentWidth = below ? bandWidth(level - 1, band) : 0;
    const parentHeight = below ? bandHeight(level - 1, band) : 0;
    describeBand(band, width, bandHeight(level, band), parentWidth, parentHeight);
    for (let plane = 0; plane < planes; plane++) {
      placeBand(plane, band, bandAt(level, plane, band), below ? bandAt(level - 1, plane, band) : 0);
    }
  }
}

/** Decodes the tiles. @param ends how far each reaches in the level's bytes, u32 each, when there are several; or 0 */
function decodeTiles(level: i32, bytes: usize, at: usize, end: usize, ends: usize): void {
  const width = levelWidth(max(level - 1, 0));
  const height = levelHeight(max(level - 1, 0));
  tile = 0;
  for (let y = 0; y < height; y += TILE_SIDE) {
    for (let x = 0; x < width; x += TILE_SIDE) {
      const tileEnd = ends == 0 ? end : bytes + <usize>load<u32>(ends + (<usize>tile << 2));
      if (decodeTile(x, y, at, tileEnd) == 0) return refuse(BAD_TILE);
      at = tileEnd;
      tile++;
    }
  }
}

/**
 * Makes a level. The one below must have been made, or put in its place, before.
 * @param at, length the level's bytes without header, 4 KiB after them are readable
 * @param checksum their CRC-32C
 * @param ends by tile where it ends in them, when there are several; they end with the last, and none is before the one before
 * @param first where the first of several tiles begins in them
 * @returns FINE, or what is wrong with them
 */
export function makeLevel(
  level: i32, filter: i32, at: usize, length: usize, checksum: u32, ends: usize, first: usize,
): i32 {
  forgetFaults();
  if (crc32c(at, length) != checksum) return BAD_CHECKSUM;
  const end = at + length;
  const tiles = readTables(at, end, planes == 3 ? 2 : 1);
  if (ends != 0 && tiles != at + first) refuse(TILE_PLACES);
  if (fault() != FINE) return fault();
  describe(level);
  decodeTiles(level, at, tiles, end, ends);
  if (fault() != FINE) return fault();
  const width = levelWidth(level);
  const height = levelHeight(level);
  for (let plane = 0; plane < planes; plane++) {
    const picture = pictureAt(level, plane);
    if (level == 0) {
      undoPrediction(picture, pictureStride(0), width, height);
      continue;
    }
    inverse(
      pictureAt(level - 1, plane), bandAt(level, plane, 0), bandAt(level, plane, 1), bandAt(level, plane, 2),
      bandStride(level), picture, pictureStride(level), width, height, workRow, filter, pictureStride(level - 1),
    );
  }
  return FINE;
}

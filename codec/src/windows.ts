// Which coefficients and tiles a rectangle of a level is made from. FORMAT.md sections 3 and 6.
import { type LevelGeometry, type Part, type Size, TILE_SIDE } from './wavelet/geometry.ts';

/** How far, in samples, the longest filter looks from where it stands; an even number. */
export const REACH = 4;

/** A rectangle of a level, cut out of whole tiles. */
export interface Window {
  /** What is put together, in samples of the level: begins at even ones, ends at even ones or where the level ends. */
  readonly target: Part;
  /** The samples of the level below that this takes, which is also the part of each band that it takes. */
  readonly below: Part;
  /** The tiles that these lie in, in coefficients of a band, as far as the largest band goes. */
  readonly tiled: Part;
}

const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most);

function along(from: number, size: number, whole: number): { from: number; to: number } {
  const first = Math.floor(clamp(from - REACH, whole) / 2) * 2;
  const last = clamp(Math.ceil((from + size + REACH) / 2) * 2, whole);
  return { from: first, to: last };
}

const tileStart = (at: number): number => Math.floor(at / TILE_SIDE) * TILE_SIDE;
const tileEnd = (at: number, whole: number): number => Math.min(Math.ceil(at / TILE_SIDE) * TILE_SIDE, whole);

/**
 * What it takes to make a rectangle of a level above level 0 exactly: around it as many samples as the filters see.
 * @param wanted inside the level and not empty
 */
export function windowOf(geometry: LevelGeometry, wanted: Part): Window {
  const columns = along(wanted.x, wanted.width, geometry.width);
  const rows = along(wanted.y, wanted.height, geometry.height);
  const { low } = geometry;
  const below = {
    x: columns.from / 2,
    y: rows.from / 2,
    width: Math.ceil(columns.to / 2) - columns.from / 2,
    height: Math.ceil(rows.to / 2) - rows.from / 2,
  };
  const [x, y] = [tileStart(below.x), tileStart(below.y)];
  return {
    target: { x: columns.from, y: rows.from, width: columns.to - columns.from, height: rows.to - rows.from },
    below,
    tiled: {
      x,
      y,
      width: tileEnd(below.x + below.width, low.width) - x,
      height: tileEnd(below.y + below.height, low.height) - y,
    },
  };
}

/** The window of a whole level. */
export function wholeWindow(geometry: LevelGeometry): Window {
  return windowOf(geometry, { x: 0, y: 0, width: geometry.width, height: geometry.height });
}

/** Numbers of the tiles in a part of whole tiles, row by row. */
export function tilesIn(geometry: LevelGeometry, tiled: Part): number[] {
  const across = Math.ceil(geometry.low.width / TILE_SIDE);
  const numbers: number[] = [];
  for (let y = tiled.y; y < tiled.y + tiled.height; y += TILE_SIDE) {
    for (let x = tiled.x; x < tiled.x + tiled.width; x += TILE_SIDE) {
      numbers.push((y / TILE_SIDE) * across + x / TILE_SIDE);
    }
  }
  return numbers;
}

/** What of a band lies in a part; its width and height may be 0. */
export function bandIn(band: Size, part: Part): Part {
  const inside = (size: number, from: number, length: number): number => clamp(size - from, length);
  return {
    x: part.x,
    y: part.y,
    width: inside(band.width, part.x, part.width),
    height: inside(band.height, part.y, part.height),
  };
}

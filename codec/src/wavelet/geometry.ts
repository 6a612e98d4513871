// Where a level's coefficients lie: its bands, their sizes, and the tiles they are cut into. FORMAT.md section 3.
import type { FrameFormat } from '../format.ts';
import { levelSize } from '../levels.ts';

/** Coefficients of a band on each side of a tile. */
export const TILE_SIDE = 256;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle of a band, in the band's coefficients. */
export interface Part extends Size {
  readonly x: number;
  readonly y: number;
}

/** One level of a frame. */
export interface LevelGeometry extends Size {
  readonly level: number;
  /** Size of the level below, which is also that of the largest band; of the level itself for level 0. */
  readonly low: Size;
  /** What is coded: for level 0 the level itself (kind 0), above it HL (1), LH (2) and HH (3). */
  readonly bands: readonly (Size & { readonly kind: number })[];
  /** Top left corners of the tiles, row by row. */
  readonly tiles: readonly { readonly x: number; readonly y: number }[];
}

/** The geometry of one level of a frame with full-size level `levels`. */
export function levelGeometry(format: FrameFormat, levels: number, level: number): LevelGeometry {
  const size = (at: number): Size => ({
    width: levelSize(format.width, at, levels),
    height: levelSize(format.height, at, levels),
  });
  const { width, height } = size(level);
  const low = size(Math.max(level - 1, 0));
  const high = { width: width - low.width, height: height - low.height };
  const bands =
    level === 0
      ? [{ kind: 0, ...low }]
      : [
          { kind: 1, width: high.width, height: low.height },
          { kind: 2, width: low.width, height: high.height },
          { kind: 3, ...high },
        ];
  const tiles: { x: number; y: number }[] = [];
  for (let y = 0; y < low.height; y += TILE_SIDE) {
    for (let x = 0; x < low.width; x += TILE_SIDE) tiles.push({ x, y });
  }
  return { level, width, height, low, bands, tiles };
}

/** How many tiles a level has, without making a list of them. */
export function tileCount(format: FrameFormat, levels: number, level: number): number {
  const below = Math.max(level - 1, 0);
  const columns = Math.ceil(levelSize(format.width, below, levels) / TILE_SIDE);
  return columns * Math.ceil(levelSize(format.height, below, levels) / TILE_SIDE);
}

/** What of a band lies in the tile with the given corner; may be empty. */
export function partOf(band: Size, tile: { readonly x: number; readonly y: number }): Part {
  const inside = (size: number, from: number): number => Math.min(Math.max(size - from, 0), TILE_SIDE);
  return { ...tile, width: inside(band.width, tile.x), height: inside(band.height, tile.y) };
}

/** Coefficients on each side of a block, which may have a shift of its own: the usual code-block of JPEG 2000. */
export const BLOCK_SIDE = 64;

/** The blocks of a part, row by row. */
export function blocksOf(part: Part): Part[] {
  const blocks: Part[] = [];
  for (let y = 0; y < part.height; y += BLOCK_SIDE) {
    for (let x = 0; x < part.width; x += BLOCK_SIDE) {
      const width = Math.min(BLOCK_SIDE, part.width - x);
      const height = Math.min(BLOCK_SIDE, part.height - y);
      blocks.push({ x: part.x + x, y: part.y + y, width, height });
    }
  }
  return blocks;
}

/** How many blocks a part has. */
export function blockCount({ width, height }: Size): number {
  return Math.ceil(width / BLOCK_SIDE) * Math.ceil(height / BLOCK_SIDE);
}

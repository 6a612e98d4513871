// Which bytes of a codestream it takes to show a rectangle of a level: so that a client can fetch only these.
import { CodecError } from './errors.ts';
import type { Header, Segment } from './header.ts';
import { type LevelGeometry, levelGeometry } from './wavelet/geometry.ts';
import { tilesIn, type Window, windowOf } from './windows.ts';

/** A rectangle of a level, in pixels of that level. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A range of bytes of a codestream that a region is made from. */
export interface RegionPart {
  readonly level: number;
  /** The whole of a level, the tables that its tiles share, or one tile. */
  readonly kind: 'level' | 'tables' | 'tile';
  /** Number of the tile in its level, row by row from 0; null for the other kinds. */
  readonly tile: number | null;
  readonly offset: number;
  readonly length: number;
}

/** What one level contributes to a region. */
export interface RegionStep {
  readonly geometry: LevelGeometry;
  readonly window: Window;
}

/** Throws CodecError 'bad-state' unless the region is a rectangle inside an existing level, and not empty. */
export function checkRegion(header: Header, level: number, region: Region): void {
  if (!Number.isInteger(level) || level < 0 || level > header.levels) {
    throw new CodecError('bad-state', `the frame has levels 0 to ${header.levels}, not ${level}`);
  }
  const { width, height } = levelGeometry(header.format, header.levels, level);
  const inside = (from: number, length: number, size: number): boolean =>
    Number.isInteger(from) && Number.isInteger(length) && from >= 0 && length > 0 && from + length <= size;
  if (!inside(region.x, region.width, width) || !inside(region.y, region.height, height)) {
    const asked = `${region.width} x ${region.height} at ${region.x}, ${region.y}`;
    throw new CodecError(
      'bad-state',
      `a region of ${asked} is not inside level ${level} of ${width} x ${height}`,
    );
  }
}

/**
 * What each level from `above` + 1 (at least 1) to `level` contributes, the lowest first.
 * @param above the level that is there already
 */
export function regionSteps(header: Header, level: number, region: Region, above: number): RegionStep[] {
  const steps: RegionStep[] = [];
  let wanted = region;
  for (let at = level; at > Math.max(above, 0); at--) {
    const geometry = levelGeometry(header.format, header.levels, at);
    const window = windowOf(geometry, wanted);
    steps.unshift({ geometry, window });
    wanted = window.below;
  }
  return steps;
}

/** Where a level's bytes lie, without the header before level 0. */
export function bodyPlace(header: Header, level: number): { offset: number; length: number } {
  const { offset, length } = header.segments[level] as Segment;
  if (level > 0) return { offset, length };
  return { offset: header.headerLength, length: length - header.headerLength };
}

/** Bytes of the tables before the first tile of a level of several tiles. */
export function tablesPlace(header: Header, level: number): { offset: number; length: number } {
  const { offset } = bodyPlace(header, level);
  const first = header.tiles[level]?.[0];
  return { offset, length: first ? first.offset - offset : 0 };
}

function partsOfStep(header: Header, { geometry, window }: RegionStep): RegionPart[] {
  const { level } = geometry;
  const places = header.tiles[level] ?? [];
  if (places.length === 0) return [{ level, kind: 'level', tile: null, ...bodyPlace(header, level) }];
  const tables: RegionPart = { level, kind: 'tables', tile: null, ...tablesPlace(header, level) };
  const tiles = tilesIn(geometry, window.tiled).map((tile): RegionPart => {
    const { offset, length } = places[tile] as Segment;
    return { level, kind: 'tile', tile, offset, length };
  });
  return [tables, ...tiles];
}

/**
 * The bytes that a region of a level is made from, in the order in which they lie in the codestream, where neighbours may
 * be fetched in one. Level 0 is always needed whole; above it the tiles under the region and those that the filters
 * reach from there.
 * @param level 0 to L
 * @param decoded a level whose state is there already: what lies up to it is not needed again; -1 for none
 * @throws CodecError 'bad-state' when the region is not inside the level
 */
export function tilesOf(header: Header, level: number, region: Region, decoded = -1): RegionPart[] {
  checkRegion(header, level, region);
  const steps = regionSteps(header, level, region, decoded);
  const first: RegionPart[] =
    decoded < 0 ? [{ level: 0, kind: 'level', tile: null, ...bodyPlace(header, 0) }] : [];
  return [...first, ...steps.flatMap((step) => partsOfStep(header, step))];
}

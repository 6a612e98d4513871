// Tells the kernels where a level and its tiles lie, and has them decoded. FORMAT.md sections 3 to 5.
import { malformedTile, wrongTilePlaces } from '../faults.ts';
import type { Header, Segment } from '../header.ts';
import type { Kernels } from '../kernels.ts';
import type { LevelGeometry, Size } from '../wavelet/geometry.ts';
import type { Plane } from '../wavelet/planes.ts';

/** What the kernels may read after the end of a tile's bytes. */
export const STREAM_SLACK = 4096;

/** A level in the kernels' memory; planes by sample, then by band, all in one stride. */
export interface DecodedLevel {
  readonly geometry: LevelGeometry;
  /** What lies beside their rows is cleared. */
  readonly bands: readonly (readonly Plane[])[];
  /** The bands of the level below, where that has any. */
  readonly parents: readonly (readonly Plane[])[];
  readonly parentGeometry: LevelGeometry | null;
}

/** Where each tile of a level lies in the level's bytes (without header). */
export function tileRanges(
  header: Header,
  level: number,
  tablesLength: number,
  bodyLength: number,
): { from: number; to: number }[] {
  const places = header.tiles[level] ?? [];
  const [first] = places;
  if (first === undefined) return [{ from: tablesLength, to: bodyLength }];
  const { offset } = header.segments[level] as Segment;
  const begin = offset + (level === 0 ? header.headerLength : 0);
  if (first.offset - begin !== tablesLength) throw wrongTilePlaces(level);
  return places.map((place) => ({ from: place.offset - begin, to: place.offset - begin + place.length }));
}

/** Bands of a plane that a level has at most. */
const BANDS = 3;
/** Numbers that say how planes and bands lie, before their addresses: see assembly/tile-decoder.ts. */
const SIZES = 4 + 4 * BANDS;

/** Says to the kernels of which level the tiles are that they decode next. */
export function describeLevel({ run }: Kernels, level: DecodedLevel): void {
  const { geometry, bands, parents, parentGeometry } = level;
  const room = new Int32Array(run.memory.buffer, run.levelRoom(), SIZES + 2 * BANDS * BANDS);
  const none: Size = { width: 0, height: 0 };
  const strideOf = (planes: DecodedLevel['bands']): number => planes[0]?.[0]?.stride ?? 0;
  room.set([bands.length, geometry.bands.length, strideOf(bands), strideOf(parents)]);
  geometry.bands.forEach(({ width, height }, band) => {
    const below = parentGeometry?.bands[band] ?? none;
    room.set([width, height, below.width, below.height], 4 + 4 * band);
  });
  bands.forEach((own, plane) => {
    own.forEach(({ at }, band) => {
      const place = SIZES + plane * BANDS + band;
      room[place] = at;
      room[place + BANDS * BANDS] = parents[plane]?.[band]?.at ?? 0;
    });
  });
}

/**
 * Decodes one tile of the level that was described, all bands of all samples.
 * @param at, end where its bytes lie in the kernels' memory; STREAM_SLACK bytes after them are readable
 * @throws CodecError 'bad-segment' unless the bytes are exactly what a tile of this size takes
 */
export function decodeTile(
  { run }: Kernels,
  { level }: LevelGeometry,
  corner: { readonly x: number; readonly y: number },
  at: number,
  end: number,
): void {
  if (run.decodeTile(corner.x, corner.y, at, end) === 0) throw malformedTile(level, corner.x, corner.y);
}

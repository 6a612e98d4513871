// Decodes the tiles of a level into its bands, which lie in the kernels' memory.
import { CodecError } from '../errors.ts';
import type { Header, Segment } from '../header.ts';
import type { Kernels } from '../kernels.ts';
import { blockCount, blocksOf, type LevelGeometry, type Part, partOf } from '../wavelet/geometry.ts';
import { laneAt, type Plane } from '../wavelet/planes.ts';
import { CONTEXTS, SET_LENGTH } from './tables.ts';
import { readTileHead } from './tile.ts';

/** Bytes of a context's decode table, and of a set: 32 contexts. */
const TABLE_BYTES = 4096;
const SET_BYTES = 32 * TABLE_BYTES;

/** What the kernels may read after the end of a level's bytes. */
export const STREAM_SLACK = 4096;

/** A level in the kernels' memory; planes by sample, then by band. */
export interface DecodedLevel {
  readonly geometry: LevelGeometry;
  /** What lies beside their rows is cleared. */
  readonly bands: readonly (readonly Plane[])[];
  /** The bands of the level below, where that has any. */
  readonly parents: readonly (readonly Plane[])[];
  readonly parentGeometry: LevelGeometry | null;
  /** The decode tables, from `placeTables`. */
  readonly tables: number;
}

/** Makes the decode tables of all sets; those that are there from before stay. @returns where they lie */
export function placeTables(kernels: Kernels, tables: Uint16Array): number {
  const { run } = kernels;
  const frequencies = kernels.allocate(tables.length * 2);
  new Uint16Array(run.memory.buffer, frequencies, tables.length).set(tables);
  for (let set = 0; set * SET_LENGTH < tables.length; set++) {
    run.fillDecodeTables(set, frequencies + set * SET_LENGTH * 2, CONTEXTS);
  }
  return run.tableSet(0);
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
  if (first.offset - begin !== tablesLength) {
    throw new CodecError('bad-segment', `the tiles of level ${level} do not begin after its tables`);
  }
  return places.map((place) => ({ from: place.offset - begin, to: place.offset - begin + place.length }));
}

/** Decodes one band of a tile from the stream that is open. */
function decodePart(kernels: Kernels, level: DecodedLevel, sample: number, index: number, part: Part): void {
  const { geometry, bands, parents, parentGeometry, tables } = level;
  const own = bands[sample] as readonly Plane[];
  const { at, stride } = own[index] as Plane;
  const { kind } = geometry.bands[index] as { kind: number };
  const parent = parents[sample]?.[index];
  const below = parentGeometry?.bands[index];
  const sibling = (of: number): number => laneAt(own[of - 1] as Plane, part.x, part.y);
  kernels.run.decodeBand(
    ...[laneAt({ at, stride }, part.x, part.y), stride, part.width, part.height, kind],
    ...[parent === undefined ? 0 : laneAt(parent, part.x / 2, part.y / 2), parent?.stride ?? 0],
    ...[(below?.width ?? 0) - part.x / 2, (below?.height ?? 0) - part.y / 2],
    ...[kind > 1 ? sibling(1) : 0, kind > 2 ? sibling(2) : 0, tables + (sample > 0 ? SET_BYTES : 0)],
  );
}

/**
 * Decodes one tile, all bands of all samples.
 * @param at, end where its bytes lie in the kernels' memory; STREAM_SLACK bytes after the level's end are readable
 * @throws CodecError 'bad-segment' unless the bytes are exactly what a tile of this size takes
 */
export function decodeTile(
  kernels: Kernels,
  level: DecodedLevel,
  corner: { readonly x: number; readonly y: number },
  at: number,
  end: number,
): void {
  const { run } = kernels;
  const { geometry, bands } = level;
  const refuse: () => never = () => {
    throw new CodecError(
      'bad-segment',
      `tile ${corner.x}, ${corner.y} of level ${geometry.level} is malformed`,
    );
  };
  const parts = geometry.bands.map((band) => partOf(band, corner));
  const blocks = parts.reduce((sum, part) => sum + blockCount(part), 0) * bands.length;
  const head = readTileHead(kernels.bytes(at, end - at), blocks);
  if (head === null) refuse();
  if (head.kind === 'empty') {
    for (const own of bands) {
      own.forEach((plane, index) => {
        const { x, y, width, height } = parts[index] as Part;
        run.clearRows(laneAt(plane, x, y), plane.stride, width * 2, height);
      });
    }
    return;
  }
  const start = at + head.length;
  if (head.kind === 'raw') run.openBits(start, end);
  else if (run.openStream(start, head.lanes, start + head.streamLength, end) === 0) refuse();
  for (const [sample, own] of bands.entries()) {
    for (const [index, part] of parts.entries()) {
      if (part.width === 0 || part.height === 0) continue;
      if (head.kind === 'coded') {
        decodePart(kernels, level, sample, index, part);
      } else {
        const plane = own[index] as Plane;
        const to = laneAt(plane, part.x, part.y);
        if (run.unpackBand(to, plane.stride, part.width, part.height, head.bits) === 0) refuse();
      }
    }
  }
  if ((head.kind === 'raw' ? run.closeBits() : run.closeStream()) === 0) refuse();
  if (head.steps === null) return;
  let next = 0;
  for (const own of bands) {
    for (const [index, part] of parts.entries()) {
      const plane = own[index] as Plane;
      for (const { x, y, width, height } of blocksOf(part)) {
        const code = head.steps[next++] as number;
        if (code > 0) run.undoSteps(laneAt(plane, x, y), plane.stride, width, height, code);
      }
    }
  }
}

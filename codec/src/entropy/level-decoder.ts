// Decodes the tiles of a level into its bands, which lie in the kernels' memory.
import { CodecError } from '../errors.ts';
import type { Header, Segment } from '../header.ts';
import type { Kernels } from '../kernels.ts';
import { type LevelGeometry, type Part, partOf } from '../wavelet/geometry.ts';
import { laneAt, type Plane } from '../wavelet/planes.ts';
import { TOKENS, TOTAL } from './frequencies.ts';
import { CONTEXTS, SET_LENGTH } from './tables.ts';
import { readTileHead } from './tile.ts';

/** Bytes of a context's decode table, and of a set: 32 contexts. */
const TABLE_BYTES = 4096;
const SET_BYTES = 32 * TABLE_BYTES;
const PADDING_CONTEXT = 29;

/** What the kernels may read after the end of a level's bytes. */
export const STREAM_SLACK = 4096;

/** A level in the kernels' memory; planes by sample, then by band. */
export interface DecodedLevel {
  readonly geometry: LevelGeometry;
  /** Cleared, with what lies beside their rows. */
  readonly bands: readonly (readonly Plane[])[];
  /** The bands of the level below, where that has any. */
  readonly parents: readonly (readonly Plane[])[];
  readonly parentGeometry: LevelGeometry | null;
  /** The decode tables, from `placeTables`. */
  readonly tables: number;
}

/** Puts decode tables into the kernels' memory. */
export function placeTables(kernels: Kernels, tables: Uint16Array): number {
  const sets = tables.length / SET_LENGTH;
  const at = kernels.allocate(sets * SET_BYTES);
  const frequencies = kernels.allocate((tables.length + TOKENS) * 2);
  const view = new Uint16Array(kernels.run.memory.buffer, frequencies, tables.length + TOKENS);
  view.set(tables);
  view.fill(0, tables.length);
  view[tables.length] = TOTAL;
  for (let set = 0; set < sets; set++) {
    const base = at + set * SET_BYTES;
    for (let context = 0; context < CONTEXTS; context++) {
      const from = frequencies + (set * SET_LENGTH + context * TOKENS) * 2;
      kernels.run.fillDecodeTable(from, base + context * TABLE_BYTES);
    }
    kernels.run.fillDecodeTable(frequencies + tables.length * 2, base + PADDING_CONTEXT * TABLE_BYTES);
  }
  return at;
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
  const parentRows = (parentGeometry?.bands[index]?.height ?? 0) - part.y / 2;
  const sibling = (of: number): number => laneAt(own[of - 1] as Plane, part.x, part.y);
  kernels.run.decodeBand(
    ...[laneAt({ at, stride }, part.x, part.y), stride, part.width, part.height, kind],
    ...[parent === undefined ? 0 : laneAt(parent, part.x / 2, part.y / 2), parent?.stride ?? 0, parentRows],
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
  const head = readTileHead(kernels.bytes(at, end - at));
  if (head === null) refuse();
  if (head.kind === 'empty') return;
  const start = at + head.length;
  if (head.kind === 'raw') run.openBits(start, end);
  else if (run.openStream(start, head.lanes, start + head.streamLength, end) === 0) refuse();
  for (const [sample, own] of bands.entries()) {
    for (const [index, band] of geometry.bands.entries()) {
      const part = partOf(band, corner);
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
}

// Decodes a rectangle of a level from the tiles that it needs and no others.
import { crc32c } from './crc32c.ts';
import { crc32cCombine } from './crc32c-combine.ts';
import { firstLevel, type Opened, openBody, pixelsOf } from './decoder.ts';
import { checkState, type DecoderState } from './decoder-state.ts';
import { tileRanges } from './entropy/level-decoder.ts';
import { readTables } from './entropy/table-reader.ts';
import { CodecError } from './errors.ts';
import type { Pixels } from './format.ts';
import type { Header, Segment } from './header.ts';
import type { Kernels } from './kernels.ts';
import { planeCount } from './palette.ts';
import { emptyPixels, PixelWriter } from './pixel-writer.ts';
import {
  bodyPlace,
  checkRegion,
  type Region,
  type RegionPart,
  type RegionStep,
  regionSteps,
  tablesPlace,
} from './regions.ts';
import {
  type Lanes,
  newLanes,
  type RowSink,
  type Rows,
  roomForDetails,
  synthesise,
  unload,
} from './synthesis.ts';
import { levelGeometry, type Part } from './wavelet/geometry.ts';
import { laneAt, type Plane } from './wavelet/planes.ts';

/** Gives the bytes of a part that `tilesOf` named. */
export type PartSource = (part: RegionPart) => Uint8Array;

/** The bytes of a part, as many as it has. */
function fetchPart(source: PartSource, part: RegionPart): Uint8Array {
  const bytes = source(part);
  if (bytes.length === part.length) return bytes;
  const what = part.kind === 'tile' ? `tile ${part.tile}` : `the ${part.kind}`;
  throw new CodecError(
    'bad-segment',
    `${what} of level ${part.level} has ${part.length} bytes, not ${bytes.length}`,
  );
}

function damaged(what: string): CodecError {
  return new CodecError('bad-checksum', `the bytes of ${what} do not match their checksum`);
}

/** Checks a level's tables against the level's checksum, by way of those of all its tiles. */
function checkTables(header: Header, level: number, tables: Uint8Array): void {
  const tiles = header.tiles[level] ?? [];
  const whole = tiles.reduce((crc, tile) => crc32cCombine(crc, tile.crc32c, tile.length), crc32c(tables));
  if (whole !== (header.segments[level] as Segment).crc32c) throw damaged(`the tables of level ${level}`);
}

/** Opens a level of which only some tiles are there. @param before the tables of the level below */
function openLevel(
  kernels: Kernels,
  header: Header,
  level: number,
  before: Uint16Array,
  source: PartSource,
): Opened {
  const places = header.tiles[level] ?? [];
  const { length } = bodyPlace(header, level);
  if (places.length === 0) {
    const part: RegionPart = { level, kind: 'level', tile: null, ...bodyPlace(header, level) };
    return openBody(kernels, header, level, fetchPart(source, part), before);
  }
  const part: RegionPart = { level, kind: 'tables', tile: null, ...tablesPlace(header, level) };
  const bytes = fetchPart(source, part);
  checkTables(header, level, bytes);
  const { tables, length: read } = readTables(kernels, bytes, before);
  tileRanges(header, level, read, length);
  const checked = new Map<number, Uint8Array>();
  return {
    geometry: levelGeometry(header.format, header.levels, level),
    tables,
    tile: (tile) => {
      const place = places[tile] as Segment;
      const own =
        checked.get(tile) ??
        fetchPart(source, { level, kind: 'tile', tile, offset: place.offset, length: place.length });
      if (!checked.has(tile) && crc32c(own) !== place.crc32c) throw damaged(`tile ${tile} of level ${level}`);
      checked.set(tile, own);
      return own;
    },
  };
}

/** A rectangle out of rows of `width`, samples of a pixel together. */
function cropped<Values extends Pixels>(
  from: Values,
  width: number,
  part: Part,
  samples: number,
  into: Values,
): Values {
  for (let y = 0; y < part.height; y++) {
    const first = ((part.y + y) * width + part.x) * samples;
    into.set(from.subarray(first, first + part.width * samples), y * part.width * samples);
  }
  return into;
}

function croppedLanes(planes: readonly Lanes[], width: number, part: Part): Lanes[] {
  return planes.map((plane) => cropped(plane, width, part, 1, newLanes(part.width * part.height)));
}

/** The part of finished rows that lies in `wanted`: planes that begin with it, its first row in it, how many rows. */
function inWanted(planes: readonly Plane[], y: number, rows: number, wanted: Part, left: number) {
  const from = Math.max(y, wanted.y);
  const count = Math.min(y + rows, wanted.y + wanted.height) - from;
  const own = planes.map((plane) => ({ ...plane, at: laneAt(plane, wanted.x - left, from - y) }));
  return { own, first: from - wanted.y, count };
}

/** Where the next level up begins from. */
interface Basis {
  readonly below: Rows;
  readonly parents: Rows | null;
  readonly tables: Uint16Array;
}

/** What a state knows of the part of its level that the first step takes. */
function basisOf(
  header: Header,
  state: Pick<DecoderState, 'level' | 'planes' | 'details' | 'tables'>,
  part: Part,
): Basis {
  const { width, height } = levelGeometry(header.format, header.levels, state.level);
  const parents = state.level > 0 ? { part: { x: 0, y: 0, width, height }, lanes: state.details } : null;
  return { below: { part, lanes: croppedLanes(state.planes, width, part) }, parents, tables: state.tables };
}

/** Makes one level of a region, as far as the next one needs it, or to pixels. */
function takeStep(kernels: Kernels, header: Header, step: RegionStep, opened: Opened, basis: Basis) {
  const { format, levels, filter } = header;
  const { level } = step.geometry;
  const parentGeometry = level > 1 ? levelGeometry(format, levels, level - 1) : null;
  const made = {
    ...opened,
    ...{ window: step.window, parentGeometry, samples: planeCount(header), filter },
    ...{ below: basis.below, parents: basis.parents },
  };
  return {
    toRows(wanted: Part): Basis {
      const lanes = basis.below.lanes.map(() => newLanes(wanted.width * wanted.height));
      const details = roomForDetails(made);
      const sink: RowSink = (planes, y, rows) => {
        const { own, first, count } = inWanted(planes, y, rows, wanted, step.window.target.x);
        if (count <= 0) return;
        own.forEach((plane, sample) => {
          const { at } = planes[sample] as Plane;
          unload(
            kernels,
            plane,
            { width: wanted.width, height: count },
            at,
            lanes[sample] as Lanes,
            first * wanted.width,
          );
        });
      };
      synthesise(kernels, made, sink, details);
      const parents = { part: step.window.tiled, lanes: details };
      return { below: { part: wanted, lanes }, parents, tables: opened.tables };
    },
    toPixels(wanted: Part): Pixels {
      const pixels = emptyPixels(header, wanted);
      const writer = new PixelWriter(kernels, header, pixels);
      synthesise(kernels, made, (planes, y, rows) => {
        const { own, first, count } = inWanted(planes, y, rows, wanted, step.window.target.x);
        if (count > 0) writer.write(own, wanted.width, count, first * wanted.width);
      });
      return pixels;
    },
  };
}

/** A region of a level that is there already. */
function regionOfState(kernels: Kernels, header: Header, state: DecoderState, region: Region): Pixels {
  const { width } = levelGeometry(header.format, header.levels, state.level);
  if (state.pixels === null)
    return pixelsOf(kernels, header, region, croppedLanes(state.planes, width, region));
  return cropped(state.pixels, width, region, header.format.samples, emptyPixels(header, region));
}

/**
 * Decodes a rectangle of a level: exactly what lies there in the pixels of the whole level.
 * @param source gives the bytes of each part that `tilesOf(header, level, region, state?.level)` names; each is checked
 * @param state a state of the frame at or below the level, from which to go on, or null
 * @returns the rectangle's pixels, row by row
 * @throws CodecError 'bad-state' for a region outside the level; and as `decodeLevel`
 */
export function decodeRegion(
  kernels: Kernels,
  header: Header,
  level: number,
  region: Region,
  source: PartSource,
  state: DecoderState | null,
): Pixels {
  checkRegion(header, level, region);
  if (state !== null) {
    checkState(header, state);
    if (state.level > level)
      throw new CodecError('bad-state', `level ${state.level} is above level ${level}`);
    if (state.level === level) return regionOfState(kernels, header, state, region);
  }
  try {
    const steps = regionSteps(header, level, region, state?.level ?? -1);
    const firstPart = steps[0]?.window.below ?? region;
    let basis: Basis;
    if (state !== null) {
      basis = basisOf(header, state, firstPart);
    } else {
      const part: RegionPart = { level: 0, kind: 'level', tile: null, ...bodyPlace(header, 0) };
      basis = basisOf(header, firstLevel(kernels, header, fetchPart(source, part)).state(0), firstPart);
    }
    for (const [index, step] of steps.entries()) {
      const opened = openLevel(kernels, header, step.geometry.level, basis.tables, source);
      const taken = takeStep(kernels, header, step, opened, basis);
      const next = steps[index + 1];
      if (!next) return taken.toPixels(region);
      basis = taken.toRows(next.window.below);
    }
    return pixelsOf(kernels, header, region, basis.below.lanes);
  } finally {
    kernels.end();
  }
}

// Makes a level, or a window of it, from its tiles and the level below: one row of tiles after the other, so that the
// memory for it grows with the width of the frame and not with its height.
import { decodeTile, describeLevel, STREAM_SLACK } from './entropy/level-decoder.ts';
import { placeTables } from './entropy/table-reader.ts';
import { CodecError } from './errors.ts';
import type { Kernels } from './kernels.ts';
import { type LevelGeometry, type Part, type Size, TILE_SIDE } from './wavelet/geometry.ts';
import { allocatePlane, laneAt, type Plane, strideOf } from './wavelet/planes.ts';
import { bandIn, REACH, tilesIn, type Window } from './windows.ts';

export type Lanes = Int16Array<ArrayBuffer>;

/** Rows of a rectangle of a level, or of a band, one array a sample (bands: sample by sample, HL, LH, HH). */
export interface Rows {
  readonly part: Part;
  readonly lanes: readonly Lanes[];
}

/** What a window of a level is made from. */
export interface Ingredients {
  readonly geometry: LevelGeometry;
  /** Of the level below; null when that is level 0, which has no bands. */
  readonly parentGeometry: LevelGeometry | null;
  readonly window: Window;
  readonly samples: number;
  readonly filter: number;
  readonly tables: Uint16Array;
  /** The bytes of a tile by its number. */
  tile(number: number): Uint8Array;
  /** Exactly `window.below` of the level below. */
  readonly below: Rows;
  /** Detail bands of the level below, at least where the window's tiles have their parents; or null. */
  readonly parents: Rows | null;
}

/** Takes finished rows: `planes` (by sample) begin with row `y` of the level at the left border of the window. */
export type RowSink = (planes: readonly Plane[], y: number, rows: number) => void;

/** Rows of a band that the rows of tiles below still need. */
const CARRIED = REACH;

/** Room for lanes outside the kernels' memory. @throws CodecError 'unsupported' when the machine has none */
export function newLanes(count: number): Lanes {
  try {
    return new Int16Array(count);
  } catch (cause) {
    throw new CodecError('unsupported', `no memory for a plane of ${count} samples`, { cause });
  }
}

/** Copies a rectangle into a plane of the kernels' memory. */
function load(kernels: Kernels, from: Lanes, has: Part, wanted: Part, { at, stride }: Plane): void {
  const { width, height } = wanted;
  if (width === 0 || height === 0) return;
  const room = new Int16Array(kernels.run.memory.buffer, at, (height * stride) / 2);
  const first = (wanted.y - has.y) * has.width + wanted.x - has.x;
  if (width === has.width && stride === width * 2) {
    room.set(from.subarray(first, first + width * height));
    return;
  }
  for (let y = 0; y < height; y++) {
    const row = first + y * has.width;
    room.set(from.subarray(row, row + width), (y * stride) / 2);
  }
}

/** Copies a rectangle of a plane out to where it belongs in `to`, whose rows it fills; `scratch` may be the plane itself. */
export function unload(
  kernels: Kernels,
  plane: Plane,
  part: { readonly width: number; readonly height: number },
  scratch: number,
  to: Lanes,
  offset: number,
): void {
  const count = part.width * part.height;
  if (count === 0) return;
  kernels.run.compactRows(plane.at, plane.stride, part.width * 2, part.height, scratch);
  to.set(new Int16Array(kernels.run.memory.buffer, scratch, count), offset);
}

/** The same memory seen from the corner of the frame, so that coordinates of the frame fit it. */
const seenFrom = (plane: Plane, x: number, y: number): Plane => ({ ...plane, at: laneAt(plane, -x, -y) });

/** A strip's planes in the kernels' memory; all but `full` have room for one row of tiles and the rows carried over. */
class Workshop {
  readonly kernels: Kernels;
  readonly bands: readonly (readonly Plane[])[];
  readonly parents: readonly (readonly Plane[])[];
  readonly carried: readonly number[];
  readonly low: Plane;
  /** What comes out, by sample; the first is also the way in and out of memory. */
  readonly full: readonly Plane[];
  readonly row: number;
  readonly stream: number;
  readonly stripRows: number;

  constructor(kernels: Kernels, { window, geometry, samples, tables, parents, tile }: Ingredients) {
    this.kernels = kernels;
    const { tiled } = window;
    const each = Array.from({ length: samples }, (_, sample) => sample);
    const stride = strideOf(tiled.width);
    this.stripRows = Math.min(tiled.height, TILE_SIDE + CARRIED);
    const strip = { width: tiled.width, height: this.stripRows };
    const half = { width: Math.ceil(tiled.width / 2), height: TILE_SIDE / 2 };
    this.bands = each.map(() => geometry.bands.map(() => allocatePlane(kernels, strip, stride)));
    this.parents =
      parents === null ? [] : each.map(() => geometry.bands.map(() => allocatePlane(kernels, half)));
    this.carried =
      tiled.height > TILE_SIDE ? this.bands.flat().map(() => kernels.allocate(stride * CARRIED)) : [];
    this.low = allocatePlane(kernels, strip, stride);
    const whole = { width: tiled.width * 2, height: this.stripRows * 2 };
    this.full = each.map(() => allocatePlane(kernels, whole));
    this.row = kernels.allocate(stride + 128) + 64;
    placeTables(kernels, tables);
    const longest = tilesIn(geometry, tiled).reduce((most, number) => Math.max(most, tile(number).length), 0);
    this.stream = kernels.allocate(longest + STREAM_SLACK);
  }

  /** Room to move lanes in and out by. */
  get scratch(): number {
    return (this.full[0] as Plane).at;
  }

  /** Clears what lies beside the rows of every band. */
  clearBeside({ geometry, window }: Ingredients): void {
    this.bands.flat().forEach(({ at, stride }, index) => {
      const { width } = bandIn(geometry.bands[index % 3] as Size, window.tiled);
      this.kernels.run.clearPadding(at, stride, width * 2, this.stripRows);
    });
  }

  /** Keeps the last rows of every band for the strip below. */
  carryOut(rows: number): void {
    this.bands.flat().forEach(({ at, stride }, band) => {
      const from = at + (rows - CARRIED) * stride;
      this.#copy(from, this.carried[band] as number, CARRIED * stride);
    });
  }

  /** Puts them above the rows of the strip that begins. */
  carryIn(): void {
    this.bands.flat().forEach(({ at, stride }, band) => {
      this.#copy(this.carried[band] as number, at, CARRIED * stride);
    });
  }

  #copy(from: number, to: number, bytes: number): void {
    const memory = new Uint8Array(this.kernels.run.memory.buffer);
    // The lanes before a row belong to the one above, and are not part of what is copied.
    memory.copyWithin(to, from, from + bytes);
  }
}

/** Loads what lies below a row of tiles in the bands of the level below. */
function loadParents(shop: Workshop, made: Ingredients, y: number): void {
  const { parents, parentGeometry, window } = made;
  if (parents === null || parentGeometry === null) return;
  const half = {
    x: window.tiled.x / 2,
    y: y / 2,
    width: Math.ceil(window.tiled.width / 2),
    height: TILE_SIDE / 2,
  };
  shop.parents.forEach((own, sample) => {
    own.forEach((plane, index) => {
      const band = parentGeometry.bands[index] as Size;
      const lanes = parents.lanes[sample * own.length + index] as Lanes;
      load(shop.kernels, lanes, bandIn(band, parents.part), bandIn(band, half), plane);
    });
  });
}

/** Decodes a row of tiles into the strip's bands. @param first the row of the band that the strip begins with */
function decodeTiles(shop: Workshop, made: Ingredients, y: number, first: number): void {
  const { kernels, stream } = shop;
  const { geometry, parentGeometry, window } = made;
  const { x } = window.tiled;
  describeLevel(kernels, {
    geometry,
    parentGeometry,
    bands: shop.bands.map((own) => own.map((plane) => seenFrom(plane, x, first))),
    parents: shop.parents.map((own) => own.map((plane) => seenFrom(plane, x / 2, y / 2))),
  });
  for (const number of tilesIn(geometry, { ...window.tiled, y, height: 1 })) {
    const bytes = made.tile(number);
    kernels.bytes(stream, bytes.length).set(bytes);
    kernels.bytes(stream + bytes.length, STREAM_SLACK).fill(0);
    const corner = geometry.tiles[number] as { x: number; y: number };
    decodeTile(kernels, geometry, corner, stream, stream + bytes.length);
  }
}

/** Copies the rows of a row of tiles out of the strip's bands. */
function keepDetails(
  shop: Workshop,
  made: Ingredients,
  y: number,
  first: number,
  details: readonly Lanes[],
): void {
  const { geometry, window } = made;
  const row = { ...window.tiled, y, height: Math.min(TILE_SIDE, window.tiled.y + window.tiled.height - y) };
  shop.bands.flat().forEach((plane, index) => {
    const part = bandIn(geometry.bands[index % 3] as Size, row);
    const from = { ...plane, at: laneAt(plane, 0, y - first) };
    unload(
      shop.kernels,
      from,
      part,
      shop.scratch,
      details[index] as Lanes,
      (y - window.tiled.y) * part.width,
    );
  });
}

/** Joins the bands' rows `from` to `to` with those of the level below; the outcome begins with row 2 `from`. */
function join(shop: Workshop, made: Ingredients, first: number, from: number, to: number): void {
  const { kernels, low, row } = shop;
  const { window, geometry, below, filter } = made;
  const part = { ...window.below, y: from, height: to - from };
  const height = Math.min(2 * to, geometry.height) - 2 * from;
  shop.bands.forEach((own, sample) => {
    load(kernels, below.lanes[sample] as Lanes, below.part, part, { at: low.at, stride: part.width * 2 });
    const [hl, lh, hh] = own.map((plane) => laneAt(plane, part.x - window.tiled.x, from - first)) as [
      number,
      number,
      number,
    ];
    const out = shop.full[sample] as Plane;
    kernels.run.inverse(
      ...[low.at, hl, lh, hh, low.stride, out.at, out.stride],
      ...[window.target.width, height, row, filter, part.width * 2],
    );
  });
}

/**
 * Makes a window of a level, row of tiles by row of tiles; begins the kernels' memory anew.
 * @param details where the bands of the window's tiles go, if they are to be kept: see `roomForDetails`
 * @throws CodecError 'bad-segment' when a tile is malformed
 */
export function synthesise(
  kernels: Kernels,
  made: Ingredients,
  sink: RowSink,
  details?: readonly Lanes[],
): void {
  const { window } = made;
  const { tiled, below, target } = window;
  const bottom = tiled.y + tiled.height;
  kernels.begin();
  const shop = new Workshop(kernels, made);
  let done = target.y;
  for (let y = tiled.y; y < bottom; y += TILE_SIDE) {
    const end = Math.min(y + TILE_SIDE, bottom);
    const first = y === tiled.y ? y : y - CARRIED;
    shop.clearBeside(made);
    if (first < y) shop.carryIn();
    loadParents(shop, made, y);
    decodeTiles(shop, made, y, first);
    if (details) keepDetails(shop, made, y, first, details);
    if (end < bottom) shop.carryOut(end - first);
    const from = Math.max(first, below.y);
    const to = Math.min(end, below.y + below.height);
    const ready = end < bottom ? 2 * end - REACH : target.y + target.height;
    if (ready <= done) continue;
    join(shop, made, first, from, to);
    const planes = shop.full.map((plane) => ({ ...plane, at: laneAt(plane, 0, done - 2 * from) }));
    sink(planes, done, ready - done);
    done = ready;
  }
}

/** Arrays for the bands of a window's tiles. */
export function roomForDetails({ geometry, window, samples }: Ingredients): Lanes[] {
  return Array.from({ length: samples }, () => geometry.bands).flatMap((bands) =>
    bands.map((band) => {
      const { width, height } = bandIn(band, window.tiled);
      return newLanes(width * height);
    }),
  );
}

// Codes the bands of one level of a pyramid: tokens and their counts first, then, with tables made from these, streams.
import type { Kernels } from '../kernels.ts';
import { blocksOf, type LevelGeometry, type Part, partOf, TILE_SIDE } from '../wavelet/geometry.ts';
import { laneAt, type Plane } from '../wavelet/planes.ts';
import type { Pyramid, PyramidLevel } from '../wavelet/pyramid.ts';
import { TOKENS } from './frequencies.ts';
import { prepareTables, type Tables } from './table-chooser.ts';
import { codedHead, emptyTile, type Lanes, rawHead, repeatsHead, type Steps } from './tile.ts';

const HISTOGRAM_LENGTH = 4096;
/** Tiles of up to so many coefficients are coded with one rANS state, and larger ones with four, which are faster. */
const SINGLE_LANE = 256;
/** But up to here only where they take no more than this share of the tile. */
const FEW_COEFFICIENTS = 4096;
const MOST_FOR_LANES = 0.05;
/** What four states take more than one. */
const MORE_BYTES = 24;
/** Bits that knowing its steps must save for every block. */
const WORTH_A_STEP = 16;
/** Offset of the second set of tables in events. */
const SECOND_SET = 32 * TOKENS;

/** Room in the kernels' memory for coding any level of a pyramid. */
export interface LevelWork {
  readonly events: number;
  readonly bits: number;
  readonly histogram: number;
  readonly tables: Tables;
  readonly stream: number;
  readonly streamEnd: number;
  /** Room to look for repeats; null in a frame where there are none to speak of. */
  readonly repeats: number | null;
  /** Prediction errors of level 0, a plane per sample. */
  readonly errors: readonly Plane[];
}

/** What was gathered of one tile; all numbers are places in memory but the last. */
interface GatheredTile {
  readonly corner: { readonly x: number; readonly y: number };
  readonly events: readonly [from: number, to: number];
  readonly bits: readonly [from: number, to: number];
  /** Bits of the largest zigzag value. */
  readonly magnitudeBits: number;
  readonly steps: Steps;
}

/** Bytes that the events of a band of this size can take: padded rows and a flag for every eight. */
function eventBytes(part: Part): number {
  const half = (count: number): number => Math.ceil(count / 8) * 9;
  return part.height * (half(Math.ceil(part.width / 2)) + half(part.width >> 1)) * 2;
}

function sumOver(
  geometry: LevelGeometry,
  corner: { x: number; y: number },
  measure: (part: Part) => number,
): number {
  return geometry.bands.reduce((sum, band) => sum + measure(partOf(band, corner)), 0);
}

/** Allocates what the largest level of the pyramid takes. @param drawn look for repeats too */
export function prepareLevel(kernels: Kernels, pyramid: Pyramid, drawn: boolean): LevelWork {
  const own = pyramid.samples[0] as readonly PyramidLevel[];
  let events = 0;
  let bits = 0;
  let stream = 0;
  for (const { geometry } of own) {
    const perTile = geometry.tiles.map(
      (tile) => sumOver(geometry, tile, eventBytes) * pyramid.samples.length,
    );
    events = Math.max(
      events,
      perTile.reduce((sum, bytes) => sum + bytes, 0),
    );
    const coefficients = geometry.bands.reduce((sum, band) => sum + band.width * band.height, 0);
    bits = Math.max(bits, coefficients * 2 * pyramid.samples.length + geometry.tiles.length * 8);
    stream = Math.max(stream, ...perTile);
  }
  const errors = pyramid.samples.map((levels) => {
    const { geometry, picture } = levels[0] as PyramidLevel;
    const at = kernels.allocate(picture.stride * (geometry.height + 1)) + 16;
    kernels.bytes(at - 16, picture.stride * (geometry.height + 1)).fill(0);
    return { at, stride: picture.stride };
  });
  // An event takes at most one word of four bytes; a raw tile takes less than its events.
  const streamBytes = stream * 2 + 64;
  const streamAt = kernels.allocate(streamBytes);
  return {
    events: kernels.allocate(events + 64),
    bits: kernels.allocate(bits + 64),
    histogram: kernels.allocate(HISTOGRAM_LENGTH * 8),
    tables: prepareTables(kernels, pyramid.samples.length === 3 ? 2 : 1),
    repeats: drawn ? kernels.allocate((HISTOGRAM_LENGTH + TILE_SIDE * TILE_SIDE) * 4) : null,
    stream: streamAt,
    streamEnd: streamAt + streamBytes,
    errors,
  };
}

/** All samples of a frame have the same geometry. */
function geometryAt(pyramid: Pyramid, level: number): LevelGeometry {
  return (pyramid.samples[0] as readonly PyramidLevel[])[level]?.geometry as LevelGeometry;
}

/** The planes that are coded at a level, by sample, then by band. */
function codedPlanes(pyramid: Pyramid, work: LevelWork, level: number): readonly (readonly Plane[])[] {
  if (level > 0) return pyramid.samples.map((own) => (own[level] as PyramidLevel).bands);
  return work.errors.map((plane) => [plane]);
}

type Planes = readonly (readonly Plane[])[];
type Corner = { readonly x: number; readonly y: number };

/** The parts of a tile with where they lie, sample by sample, band by band. */
function partsOf(geometry: LevelGeometry, planes: Planes, corner: Corner): { part: Part; plane: Plane }[] {
  return planes.flatMap((bands) =>
    geometry.bands.map((band, index) => ({ part: partOf(band, corner), plane: bands[index] as Plane })),
  );
}

/** The steps in which the blocks of a tile were quantised; null where knowing them would not be worth its bytes. */
function stepsOf({ run }: Kernels, geometry: LevelGeometry, planes: Planes, corner: Corner): Steps {
  let saved = 0;
  const steps = partsOf(geometry, planes, corner).flatMap(({ part, plane }) =>
    blocksOf(part).map(({ x, y, width, height }) => {
      const at = laneAt(plane, x, y);
      const code = run.findStep(at, plane.stride, width, height);
      if (code > 0) saved += (code % 16) * run.nonZeros(at, plane.stride, width, height);
      return code;
    }),
  );
  return saved > steps.length * WORTH_A_STEP ? Uint8Array.from(steps) : null;
}

/** Replaces the coefficients of a tile by their numbers of steps, or makes them whole again. */
function step(
  { run }: Kernels,
  geometry: LevelGeometry,
  planes: Planes,
  { corner, steps }: Pick<GatheredTile, 'corner' | 'steps'>,
  what: 'take' | 'undo',
): void {
  if (steps === null) return;
  let next = 0;
  for (const { part, plane } of partsOf(geometry, planes, corner)) {
    for (const { x, y, width, height } of blocksOf(part)) {
      const code = steps[next++] as number;
      if (code === 0) continue;
      const at = laneAt(plane, x, y);
      if (what === 'take') run.takeSteps(at, plane.stride, width, height, code);
      else run.undoSteps(at, plane.stride, width, height, code);
    }
  }
}

/** Turns a level's coefficients into events, raw bits and counts. */
export function gatherEvents(
  kernels: Kernels,
  pyramid: Pyramid,
  work: LevelWork,
  level: number,
): GatheredTile[] {
  const { run } = kernels;
  const geometry = geometryAt(pyramid, level);
  if (level === 0) {
    pyramid.samples.forEach((own, sample) => {
      const { picture } = own[0] as PyramidLevel;
      const errors = work.errors[sample] as Plane;
      run.predictionErrors(picture.at, errors.at, errors.stride, geometry.width, geometry.height);
    });
  }
  const planes = codedPlanes(pyramid, work, level);
  const parents = level > 1 ? codedPlanes(pyramid, work, level - 1) : null;
  const below = level > 1 ? geometryAt(pyramid, level - 1) : null;
  run.beginEvents(work.events, work.histogram);
  let bitsFrom = work.bits;
  const tiles = geometry.tiles.map((corner): GatheredTile => {
    const eventsFrom = run.eventsEnd() >>> 0;
    run.beginBits(bitsFrom);
    const steps = stepsOf(kernels, geometry, planes, corner);
    step(kernels, geometry, planes, { corner, steps }, 'take');
    planes.forEach((bands, sample) => {
      geometry.bands.forEach((band, index) => {
        const part = partOf(band, corner);
        if (part.width === 0 || part.height === 0) return;
        const plane = bands[index] as Plane;
        const parent = parents?.[sample]?.[index];
        const parentRows = (below?.bands[index]?.height ?? 0) - part.y / 2;
        const sibling = (kind: number): number => laneAt(bands[kind - 1] as Plane, part.x, part.y);
        run.encodeBand(
          ...[laneAt(plane, part.x, part.y), plane.stride, part.width, part.height, band.kind],
          ...[
            parent === undefined ? 0 : laneAt(parent, part.x / 2, part.y / 2),
            parent?.stride ?? 0,
            parentRows,
          ],
          ...[band.kind > 1 ? sibling(1) : 0, band.kind > 2 ? sibling(2) : 0, sample > 0 ? SECOND_SET : 0],
        );
      });
    });
    step(kernels, geometry, planes, { corner, steps }, 'undo');
    const bits = [bitsFrom, run.endBits() >>> 0] as const;
    bitsFrom = bits[1];
    const events = [eventsFrom, run.eventsEnd() >>> 0] as const;
    return { corner, events, bits, magnitudeBits: run.magnitudeBits(), steps };
  });
  run.sumCounts();
  return tiles;
}

/** The parts one after the other. */
export function joined(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function coefficientsOf(pyramid: Pyramid, geometry: LevelGeometry, tile: GatheredTile): number {
  return sumOver(geometry, tile.corner, (part) => part.width * part.height) * pyramid.samples.length;
}

/** How many bytes a tile takes when it is not coded. */
export function rawLength(pyramid: Pyramid, level: number, tile: GatheredTile): number {
  if (tile.magnitudeBits === 0) return emptyTile.length;
  const count = coefficientsOf(pyramid, geometryAt(pyramid, level), tile);
  return 2 + (tile.steps?.length ?? 0) + Math.ceil((count * tile.magnitudeBits) / 8);
}

/** The bytes of one tile: empty, coded, or raw or repeats where that is shorter. */
export function codeTile(
  kernels: Kernels,
  pyramid: Pyramid,
  work: LevelWork,
  level: number,
  tile: GatheredTile,
): Uint8Array {
  const { run } = kernels;
  if (tile.magnitudeBits === 0) return emptyTile;
  const codeWith = (count: Lanes): number =>
    run.encodeEvents(tile.events[0], tile.events[1], work.tables.models, count, work.streamEnd) >>> 0;
  const bitsLength = tile.bits[1] - tile.bits[0];
  const coefficients = coefficientsOf(pyramid, geometryAt(pyramid, level), tile);
  let lanes: Lanes = coefficients <= SINGLE_LANE ? 1 : 4;
  let start = codeWith(lanes);
  const most = (work.streamEnd - start + bitsLength) * MOST_FOR_LANES;
  if (lanes === 4 && coefficients <= FEW_COEFFICIENTS && MORE_BYTES > most) {
    lanes = 1;
    start = codeWith(lanes);
  }
  const streamLength = work.streamEnd - start;
  const head = codedHead(lanes, streamLength, tile.steps);
  const coded =
    head.length + streamLength + bitsLength <= rawLength(pyramid, level, tile)
      ? joined(head, kernels.bytes(start, streamLength), kernels.bytes(tile.bits[0], bitsLength))
      : rawTile(kernels, pyramid, work, level, tile);
  if (work.repeats === null) return coded;
  const repeats = repeatsTile(kernels, pyramid, work, work.repeats, level, tile, coded.length);
  return repeats !== null && repeats.length < coded.length ? repeats : coded;
}

/** Writes the bands of a tile, and returns what was written after a head; null when one was not written. */
function written(
  kernels: Kernels,
  pyramid: Pyramid,
  work: LevelWork,
  level: number,
  tile: GatheredTile,
  head: Uint8Array,
  write: (...band: [at: number, stride: number, width: number, height: number]) => boolean,
): Uint8Array | null {
  const { run } = kernels;
  const geometry = geometryAt(pyramid, level);
  const planes = codedPlanes(pyramid, work, level);
  step(kernels, geometry, planes, tile, 'take');
  run.beginBits(work.stream);
  const whole = partsOf(geometry, planes, tile.corner).every(({ part, plane }) =>
    write(laneAt(plane, part.x, part.y), plane.stride, part.width, part.height),
  );
  step(kernels, geometry, planes, tile, 'undo');
  const end = run.endBits() >>> 0;
  if (!whole) return null;
  return joined(head, kernels.bytes(work.stream, end - work.stream));
}

/** The bytes of one tile without coding. */
export function rawTile(
  kernels: Kernels,
  pyramid: Pyramid,
  work: LevelWork,
  level: number,
  tile: GatheredTile,
): Uint8Array {
  if (tile.magnitudeBits === 0) return emptyTile;
  const head = rawHead(tile.magnitudeBits, tile.steps);
  const tileBytes = written(kernels, pyramid, work, level, tile, head, (...band) => {
    kernels.run.packBand(...band, tile.magnitudeBits);
    return true;
  });
  return tileBytes as Uint8Array;
}

/** The bytes of one tile as values and copies of values; null when that would hardly be worth `most` bytes. */
function repeatsTile(
  kernels: Kernels,
  pyramid: Pyramid,
  work: LevelWork,
  room: number,
  level: number,
  tile: GatheredTile,
  most: number,
): Uint8Array | null {
  const head = repeatsHead(tile.magnitudeBits, tile.steps);
  const worth = most / coefficientsOf(pyramid, geometryAt(pyramid, level), tile);
  return written(kernels, pyramid, work, level, tile, head, (...band) => {
    return kernels.run.writeRepeats(...band, tile.magnitudeBits, room, worth) === 1;
  });
}

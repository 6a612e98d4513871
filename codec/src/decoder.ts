// Decodes a codestream level by level.
import { crc32c } from './crc32c.ts';
import { checkState, type DecoderState } from './decoder-state.ts';
import { decodeTile, placeTables, STREAM_SLACK, tileRanges } from './entropy/level-decoder.ts';
import { initialTables, readTables } from './entropy/tables.ts';
import { CodecError } from './errors.ts';
import { allocatePixels, type Pixels, pixelBytes, sampleRange } from './format.ts';
import type { Header, Segment } from './header.ts';
import type { Kernels } from './kernels.ts';
import { type LevelGeometry, levelGeometry, type Size } from './wavelet/geometry.ts';
import { allocatePlane, clearPlane, type Plane, strideOf } from './wavelet/planes.ts';

/** A level's bytes without header, checked against the header. */
function bodyOf(header: Header, level: number, segment: Uint8Array): Uint8Array {
  const { length, crc32c: expected } = header.segments[level] as Segment;
  if (segment.length !== length) {
    throw new CodecError('bad-segment', `level ${level} has ${length} bytes, not ${segment.length}`);
  }
  const body = level === 0 ? segment.subarray(header.headerLength) : segment;
  if (crc32c(body) !== expected) {
    throw new CodecError('bad-checksum', `the bytes of level ${level} do not match their checksum`);
  }
  return body;
}

/** Copies rows that lie together into a plane of the kernels' memory, by way of `scratch`. */
function spread(kernels: Kernels, rows: Int16Array, size: Size, plane: Plane, scratch: number): void {
  new Int16Array(kernels.run.memory.buffer, scratch, rows.length).set(rows);
  kernels.run.spreadRows(scratch, size.width * 2, size.height, plane.at, plane.stride);
}

/** A copy of a plane's rows together, by way of `scratch`, which may be the plane itself. */
function gather(kernels: Kernels, plane: Plane, size: Size, scratch: number): Int16Array<ArrayBuffer> {
  kernels.run.compactRows(plane.at, plane.stride, size.width * 2, size.height, scratch);
  return kernels.lanes(scratch, size.width * size.height);
}

/** The planes that a level is decoded in, in the kernels' memory. */
interface Workspace {
  readonly stream: number;
  readonly bands: readonly (readonly Plane[])[];
  readonly parents: readonly (readonly Plane[])[];
  /** The level below, then the level itself, of one sample at a time; the latter is the way in and out of memory. */
  readonly low: Plane;
  readonly full: Plane;
  /** Working space of the inverse transform. */
  readonly row: number;
}

function layOut(
  kernels: Kernels,
  geometry: LevelGeometry,
  parentGeometry: LevelGeometry | null,
  samples: number,
  body: Uint8Array,
): Workspace {
  const stride = strideOf(geometry.low.width);
  const each = Array.from({ length: samples }, (_, sample) => sample);
  const stream = kernels.allocate(body.length + STREAM_SLACK);
  const bands = each.map(() => geometry.bands.map(() => allocatePlane(kernels, geometry.low, stride)));
  const parents = each.flatMap(() =>
    parentGeometry === null
      ? []
      : [parentGeometry.bands.map(() => allocatePlane(kernels, parentGeometry.low))],
  );
  const low = allocatePlane(kernels, geometry.low, stride);
  const full = allocatePlane(kernels, geometry);
  const row = kernels.allocate(stride + 128) + 64;
  kernels.bytes(stream, body.length).set(body);
  kernels.bytes(stream + body.length, STREAM_SLACK).fill(0);
  for (const plane of bands.flat()) clearPlane(kernels, plane, geometry.low.height);
  return { stream, bands, parents, low, full, row };
}

/** The pictures of level 0 from its decoded prediction errors. */
function firstPictures(
  kernels: Kernels,
  geometry: LevelGeometry,
  bands: Workspace['bands'],
): Int16Array<ArrayBuffer>[] {
  return bands.flat().map((plane) => {
    kernels.run.undoPrediction(plane.at, plane.stride, geometry.width, geometry.height);
    return gather(kernels, plane, geometry, plane.at);
  });
}

/** The pictures of a level from those of the level below and the decoded bands, which are used up. */
function nextPictures(
  kernels: Kernels,
  geometry: LevelGeometry,
  workspace: Workspace,
  below: readonly Int16Array[],
  filter: number,
): Int16Array<ArrayBuffer>[] {
  const { low, full, row } = workspace;
  return workspace.bands.map((bands, sample) => {
    const [hl, lh, hh] = bands as [Plane, Plane, Plane];
    spread(kernels, below[sample] as Int16Array, geometry.low, low, full.at);
    kernels.run.inverse(
      ...[low.at, hl.at, lh.at, hh.at, low.stride, full.at, full.stride],
      ...[geometry.width, geometry.height, row, filter],
    );
    return gather(kernels, full, geometry, full.at);
  });
}

/**
 * Decodes one more level.
 * @param state the state at the level below, or null to begin with level 0; it is not changed
 * @param segment the bytes of the level (for level 0 with the header)
 * @throws CodecError
 */
export function decodeLevel(
  kernels: Kernels,
  header: Header,
  state: DecoderState | null,
  segment: Uint8Array,
): DecoderState {
  const level = state === null ? 0 : state.level + 1;
  if (state !== null) checkState(header, state);
  if (level > header.levels) {
    throw new CodecError('bad-state', `the frame has no level ${level}; it is already at full size`);
  }
  const body = bodyOf(header, level, segment);
  const { format, levels } = header;
  const before = state?.tables ?? initialTables(format.samples === 3 ? 2 : 1);
  const { tables: read, length: tablesLength } = readTables(body, before);
  // Never the same array as in the given state: either may be transferred to another thread.
  const tables = read === before ? read.slice() : read;
  const ranges = tileRanges(header, level, tablesLength, body.length);
  const geometry = levelGeometry(format, levels, level);
  const parentGeometry = level > 1 ? levelGeometry(format, levels, level - 1) : null;
  kernels.begin();
  try {
    const workspace = layOut(kernels, geometry, parentGeometry, format.samples, body);
    const { stream, bands, parents, full } = workspace;
    const decoded = { geometry, bands, parents, parentGeometry, tables: placeTables(kernels, tables) };
    parents.flat().forEach((plane, at) => {
      const size = parentGeometry?.bands[at % 3] as Size;
      spread(kernels, state?.details[at] as Int16Array, size, plane, full.at);
    });
    geometry.tiles.forEach((corner, index) => {
      const { from, to } = ranges[index] as { from: number; to: number };
      decodeTile(kernels, decoded, corner, stream + from, stream + to);
    });
    if (state === null)
      return { level, planes: firstPictures(kernels, geometry, bands), details: [], tables };
    const kept = level === levels ? [] : bands.flat();
    const details = kept.map((plane, at) => gather(kernels, plane, geometry.bands[at % 3] as Size, full.at));
    const planes = nextPictures(kernels, geometry, workspace, state.planes, header.filter);
    return { level, planes, details, tables };
  } finally {
    kernels.end();
  }
}

/** The pixels of a state's level: inverse colour transform and offset, clamped to the range of the format. */
export function levelPixels(kernels: Kernels, header: Header, state: DecoderState): Pixels {
  checkState(header, state);
  const { format, offset, colour } = header;
  const { width, height } = levelGeometry(format, header.levels, state.level);
  const pixels = allocatePixels(format, width, height);
  const { min, max } = sampleRange(format);
  const planeBytes = width * height * 2;
  kernels.begin();
  try {
    const planes = kernels.allocate(planeBytes * format.samples);
    const samples = kernels.allocate(pixels.byteLength);
    state.planes.forEach((plane, sample) => {
      new Int16Array(kernels.run.memory.buffer, planes + sample * planeBytes, plane.length).set(plane);
    });
    kernels.run.planesToSamples(
      ...[planes, planeBytes, width * height, format.samples, samples],
      ...[Number(pixels.BYTES_PER_ELEMENT === 2), Number(format.signed), offset, colour, min, max],
    );
    pixelBytes(pixels).set(kernels.bytes(samples, pixels.byteLength));
    return pixels;
  } finally {
    kernels.end();
  }
}

// Decodes a codestream level by level.
import { checksum } from './checksum.ts';
import { checkState, type DecoderState } from './decoder-state.ts';
import { decodeTile, placeTables, STREAM_SLACK, tileRanges } from './entropy/level-decoder.ts';
import { initialTables, readTables } from './entropy/tables.ts';
import { CodecError } from './errors.ts';
import type { Pixels } from './format.ts';
import type { Header, Segment } from './header.ts';
import type { Kernels } from './kernels.ts';
import { planeCount } from './palette.ts';
import { emptyPixels, PixelWriter } from './pixel-writer.ts';
import {
  type Ingredients,
  type Lanes,
  newLanes,
  type RowSink,
  roomForDetails,
  synthesise,
  unload,
} from './synthesis.ts';
import { type LevelGeometry, levelGeometry, type Size } from './wavelet/geometry.ts';
import { allocatePlane, clearPlane } from './wavelet/planes.ts';
import { wholeWindow } from './windows.ts';

/** A level's bytes without header, checked against the header. */
export function checkBody(kernels: Kernels, header: Header, level: number, body: Uint8Array): Uint8Array {
  if (checksum(kernels, body) !== (header.segments[level] as Segment).crc32c) {
    throw new CodecError('bad-checksum', `the bytes of level ${level} do not match their checksum`);
  }
  return body;
}

/** A checked level, taken apart. */
export interface Opened {
  readonly geometry: LevelGeometry;
  readonly tables: Uint16Array;
  /** The bytes of a tile by its number. */
  tile(number: number): Uint8Array;
}

/** Takes the checked bytes of a level (without header) apart. @param before the tables of the level below */
export function openBody(header: Header, level: number, body: Uint8Array, before: Uint16Array): Opened {
  const { tables, length } = readTables(body, before);
  const ranges = tileRanges(header, level, length, body.length);
  return {
    geometry: levelGeometry(header.format, header.levels, level),
    // Never the same array as before: the state that it came with may be transferred to another thread.
    tables: tables === before ? tables.slice() : tables,
    tile: (number) => {
      const { from, to } = ranges[number] as { from: number; to: number };
      return body.subarray(from, to);
    },
  };
}

/** The pictures of level 0, from its tiles of prediction errors. */
export function firstLevel(kernels: Kernels, header: Header, opened: Opened): Lanes[] {
  const { geometry, tables, tile } = opened;
  kernels.begin();
  const bands = Array.from({ length: planeCount(header) }, () => [allocatePlane(kernels, geometry)]);
  const decoded = {
    geometry,
    bands,
    parents: [],
    parentGeometry: null,
    tables: placeTables(kernels, tables),
  };
  const bytes = geometry.tiles.map((_, number) => tile(number));
  const stream = kernels.allocate(Math.max(...bytes.map(({ length }) => length)) + STREAM_SLACK);
  for (const plane of bands.flat()) clearPlane(kernels, plane, geometry.height);
  geometry.tiles.forEach((corner, number) => {
    const own = bytes[number] as Uint8Array;
    kernels.bytes(stream, own.length).set(own);
    kernels.bytes(stream + own.length, STREAM_SLACK).fill(0);
    decodeTile(kernels, decoded, corner, stream, stream + own.length);
  });
  return bands.flat().map((plane) => {
    kernels.run.undoPrediction(plane.at, plane.stride, geometry.width, geometry.height);
    const lanes = newLanes(geometry.width * geometry.height);
    unload(kernels, plane, geometry, plane.at, lanes, 0);
    return lanes;
  });
}

/** What the whole of the next level is made from. */
function ingredients(header: Header, state: DecoderState, opened: Opened): Ingredients {
  const { format, levels, filter } = header;
  const window = wholeWindow(opened.geometry);
  const parentGeometry = state.level > 0 ? levelGeometry(format, levels, state.level) : null;
  return {
    ...opened,
    parentGeometry,
    window,
    samples: planeCount(header),
    filter,
    below: { part: window.below, lanes: state.planes },
    parents: parentGeometry && { part: window.below, lanes: state.details },
  };
}

/** Checks a segment against the state that it is to be added to, and takes it apart. */
function openNext(kernels: Kernels, header: Header, state: DecoderState | null, segment: Uint8Array): Opened {
  const level = state === null ? 0 : state.level + 1;
  if (state !== null) checkState(header, state);
  if (level > header.levels) {
    throw new CodecError('bad-state', `the frame has no level ${level}; it is already at full size`);
  }
  const { length } = header.segments[level] as Segment;
  if (segment.length !== length) {
    throw new CodecError('bad-segment', `level ${level} has ${length} bytes, not ${segment.length}`);
  }
  const own = level === 0 ? segment.subarray(header.headerLength) : segment;
  const body = checkBody(kernels, header, level, own);
  return openBody(header, level, body, state?.tables ?? initialTables(planeCount(header) === 3 ? 2 : 1));
}

/** All of a level above level 0: planes and details, or at level L the pixels. */
function nextLevel(kernels: Kernels, header: Header, state: DecoderState, opened: Opened): DecoderState {
  const { geometry, tables } = opened;
  const { level, width, height } = geometry;
  const made = ingredients(header, state, opened);
  if (level === header.levels) {
    const pixels = emptyPixels(header, geometry);
    const writer = new PixelWriter(kernels, header, pixels);
    synthesise(kernels, made, (rows, y, count) => writer.write(rows, width, count, y * width));
    return { level, planes: [], details: [], pixels, tables };
  }
  const details = roomForDetails(made);
  const planes = state.planes.map(() => newLanes(width * height));
  const sink: RowSink = (rows, y, count) => {
    rows.forEach((plane, sample) => {
      unload(kernels, plane, { width, height: count }, plane.at, planes[sample] as Lanes, y * width);
    });
  };
  synthesise(kernels, made, sink, details);
  return { level, planes, details, pixels: null, tables };
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
  const opened = openNext(kernels, header, state, segment);
  try {
    if (state !== null) return nextLevel(kernels, header, state, opened);
    const planes = firstLevel(kernels, header, opened);
    const { tables } = opened;
    if (header.levels > 0) return { level: 0, planes, details: [], pixels: null, tables };
    const pixels = pixelsOf(kernels, header, opened.geometry, planes);
    return { level: 0, planes: [], details: [], pixels, tables };
  } finally {
    kernels.end();
  }
}

/**
 * Decodes a whole codestream to the pixels of the frame.
 * @throws CodecError
 */
export function decodeFrame(kernels: Kernels, header: Header, codestream: Uint8Array): Pixels {
  let state: DecoderState | null = null;
  for (const { offset, length } of header.segments) {
    state = decodeLevel(kernels, header, state, codestream.subarray(offset, offset + length));
  }
  if (!state?.pixels) throw new CodecError('bad-header', 'a codestream without levels');
  return state.pixels;
}

/** Samples that are turned to pixels at once. */
const AT_ONCE = 2 ** 19;

/** The pixels of a level, or of a part of it, from its planes. Begins the kernels' memory anew. */
export function pixelsOf(kernels: Kernels, header: Header, size: Size, lanes: readonly Lanes[]): Pixels {
  const { width, height } = size;
  const pixels = emptyPixels(header, size);
  const writer = new PixelWriter(kernels, header, pixels);
  const rowsAtOnce = Math.max(1, Math.min(height, Math.floor(AT_ONCE / width)));
  kernels.begin();
  const planes = lanes.map(() => ({ at: kernels.allocate(rowsAtOnce * width * 2), stride: width * 2 }));
  for (let y = 0; y < height; y += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, height - y);
    lanes.forEach((plane, sample) => {
      const { at } = planes[sample] as { at: number };
      const from = plane.subarray(y * width, (y + rows) * width);
      new Int16Array(kernels.run.memory.buffer, at, from.length).set(from);
    });
    writer.write(planes, width, rows, y * width);
  }
  return pixels;
}

/**
 * The pixels of a state's level: inverse colour transform and offset, clamped to the range of the format. At level L
 * they are the state's own and not a copy.
 */
export function levelPixels(kernels: Kernels, header: Header, state: DecoderState): Pixels {
  checkState(header, state);
  if (state.pixels) return state.pixels;
  try {
    return pixelsOf(kernels, header, levelGeometry(header.format, header.levels, state.level), state.planes);
  } finally {
    kernels.end();
  }
}

// Decodes a codestream level by level.
import { checksum } from './checksum.ts';
import { checkState, type DecoderState } from './decoder-state.ts';
import { tileRanges } from './entropy/level-decoder.ts';
import { readTables } from './entropy/table-reader.ts';
import { CodecError } from './errors.ts';
import { wrongChecksum } from './faults.ts';
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
import { topWholeLevel, type WholeLevels, wholeLevelsAt } from './whole-levels.ts';
import { wholeWindow } from './windows.ts';

/** A checked level, taken apart. */
export interface Opened {
  readonly geometry: LevelGeometry;
  readonly tables: Uint16Array;
  /** The bytes of a tile by its number. */
  tile(number: number): Uint8Array;
}

/**
 * Checks the bytes of a level (without header) and takes them apart.
 * @param before the tables of the level below
 */
export function openBody(
  kernels: Kernels,
  header: Header,
  level: number,
  body: Uint8Array,
  before: Uint16Array,
): Opened {
  if (checksum(kernels, body) !== (header.segments[level] as Segment).crc32c) throw wrongChecksum(level);
  const { tables, length } = readTables(kernels, body, before);
  const ranges = tileRanges(header, level, length, body.length);
  return {
    geometry: levelGeometry(header.format, header.levels, level),
    tables,
    tile: (number) => {
      const { from, to } = ranges[number] as { from: number; to: number };
      return body.subarray(from, to);
    },
  };
}

/** Level 0 from its bytes without header, in the kernels' memory. */
export function firstLevel(kernels: Kernels, header: Header, body: Uint8Array): WholeLevels {
  const levels = wholeLevelsAt(kernels, header, null);
  levels.make(0, body);
  return levels;
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

function checkLength(header: Header, level: number, segment: Uint8Array): void {
  const { length } = header.segments[level] as Segment;
  if (segment.length !== length) {
    throw new CodecError('bad-segment', `level ${level} has ${length} bytes, not ${segment.length}`);
  }
}

/** The bytes of the level after the state's, without header. Checks that there is one, and as many as it has. */
function nextBody(header: Header, state: DecoderState | null, segment: Uint8Array): Uint8Array {
  const level = state === null ? 0 : state.level + 1;
  if (state !== null) checkState(header, state);
  if (level > header.levels) {
    throw new CodecError('bad-state', `the frame has no level ${level}; it is already at full size`);
  }
  checkLength(header, level, segment);
  return level === 0 ? segment.subarray(header.headerLength) : segment;
}

/** A level that is made as a whole. */
function wholeLevel(
  kernels: Kernels,
  header: Header,
  state: DecoderState | null,
  body: Uint8Array,
): DecoderState {
  const level = state === null ? 0 : state.level + 1;
  const levels = wholeLevelsAt(kernels, header, state);
  levels.make(level, body);
  if (level < header.levels) return levels.state(level);
  return { level, planes: [], details: [], pixels: levels.pixels(level), tables: levels.tables() };
}

/** A level above level 0 that is made a row of tiles at a time: planes and details, or at level L the pixels. */
function tiledLevel(kernels: Kernels, header: Header, state: DecoderState, body: Uint8Array): DecoderState {
  const opened = openBody(kernels, header, state.level + 1, body, state.tables);
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
  const body = nextBody(header, state, segment);
  try {
    if (state === null || state.level < topWholeLevel(header))
      return wholeLevel(kernels, header, state, body);
    return tiledLevel(kernels, header, state, body);
  } finally {
    kernels.end();
  }
}

/**
 * Decodes a whole codestream to the pixels of the frame.
 * @throws CodecError
 */
export function decodeFrame(kernels: Kernels, header: Header, codestream: Uint8Array): Pixels {
  const segment = (level: number): Uint8Array => {
    const { offset, length } = header.segments[level] as Segment;
    return codestream.subarray(offset, offset + length);
  };
  const top = topWholeLevel(header);
  let state: DecoderState;
  try {
    const levels = firstLevel(kernels, header, nextBody(header, null, segment(0)));
    for (let level = 1; level <= top; level++) {
      const bytes = segment(level);
      checkLength(header, level, bytes);
      levels.make(level, bytes);
    }
    if (top === header.levels) return levels.pixels(top);
    state = levels.state(top);
  } finally {
    kernels.end();
  }
  for (let level = top + 1; level <= header.levels; level++) {
    state = decodeLevel(kernels, header, state, segment(level));
  }
  return state.pixels as Pixels;
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
    if (state.level <= topWholeLevel(header))
      return wholeLevelsAt(kernels, header, state).pixels(state.level);
    return pixelsOf(kernels, header, levelGeometry(header.format, header.levels, state.level), state.planes);
  } finally {
    kernels.end();
  }
}

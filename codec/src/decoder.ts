// Decodes a codestream level by level.
import { crc32c } from './crc32c.ts';
import type { DecoderState } from './decoder-state.ts';
import { checkState } from './decoder-state.ts';
import { TOKENS, TOTAL } from './entropy/frequencies.ts';
import { initialTables, readTables, SET_LENGTH } from './entropy/tables.ts';
import { readTileHead } from './entropy/tile.ts';
import { CodecError } from './errors.ts';
import { allocatePixels, type Pixels, pixelBytes, sampleRange } from './format.ts';
import type { Header, Segment } from './header.ts';
import type { Kernels } from './kernels.ts';
import { type LevelGeometry, levelGeometry, partOf } from './wavelet/geometry.ts';
import { allocatePlane, clearPlane, laneAt, type Plane, strideOf } from './wavelet/planes.ts';

/** Bytes of one set of decode tables in the kernels' memory, 32 contexts of 1024 slots. */
const TABLE_BYTES = 4096;
const SET_BYTES = 32 * TABLE_BYTES;
const PADDING_CONTEXT = 29;
/** What the kernels may read after the end of a stream. */
const STREAM_SLACK = 4096;

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

/** Puts the decode tables into the kernels' memory. */
function placeTables(kernels: Kernels, tables: Uint16Array): number {
  const sets = tables.length / SET_LENGTH;
  const at = kernels.allocate(sets * SET_BYTES);
  const frequencies = kernels.allocate((tables.length + TOKENS) * 2);
  const view = new Uint16Array(kernels.run.memory.buffer, frequencies, tables.length + TOKENS);
  view.set(tables);
  view.fill(0, tables.length);
  view[tables.length] = TOTAL;
  for (let set = 0; set < sets; set++) {
    const base = at + set * SET_BYTES;
    for (let context = 0; context * TOKENS < SET_LENGTH; context++) {
      const from = frequencies + (set * SET_LENGTH + context * TOKENS) * 2;
      kernels.run.fillDecodeTable(from, base + context * TABLE_BYTES);
    }
    kernels.run.fillDecodeTable(frequencies + tables.length * 2, base + PADDING_CONTEXT * TABLE_BYTES);
  }
  return at;
}

/** Copies rows that lie together into a plane of the kernels' memory, by way of `scratch`. */
function spread(
  kernels: Kernels,
  rows: Int16Array,
  width: number,
  height: number,
  plane: Plane,
  scratch: number,
): void {
  if (rows.length === 0) return;
  new Int16Array(kernels.run.memory.buffer, scratch, rows.length).set(rows);
  kernels.run.spreadRows(scratch, width * 2, height, plane.at, plane.stride);
}

/** A plane's rows together, as a copy, by way of `scratch`. */
function gather(
  kernels: Kernels,
  plane: Plane,
  width: number,
  height: number,
  scratch: number,
): Int16Array<ArrayBuffer> {
  kernels.run.compactRows(plane.at, plane.stride, width * 2, height, scratch);
  return kernels.lanes(scratch, width * height);
}

/** The planes of one level in the kernels' memory, by sample then by band (LL for level 0; else HL, LH, HH). */
interface LevelPlanes {
  readonly bands: readonly (readonly Plane[])[];
  /** The same bands one level below, where there is one with bands. */
  readonly parents: readonly (readonly Plane[])[];
  readonly parentGeometry: LevelGeometry | null;
  readonly tables: number;
}

/** Decodes all bands of one tile from `bytes` at `at`, which end at `end`. */
function decodeTile(
  kernels: Kernels,
  geometry: LevelGeometry,
  planes: LevelPlanes,
  tile: { readonly x: number; readonly y: number },
  at: number,
  end: number,
): void {
  const refuse: () => never = () => {
    throw new CodecError('bad-segment', `tile ${tile.x}, ${tile.y} of level ${geometry.level} is malformed`);
  };
  const head = readTileHead(kernels.bytes(at, end - at));
  if (head === null) refuse();
  if (head.kind === 'empty') return;
  const start = at + head.length;
  if (head.kind === 'raw') kernels.run.openBits(start, end);
  else if (kernels.run.openStream(start, head.lanes, start + head.streamLength, end) === 0) refuse();
  planes.bands.forEach((bands, sample) => {
    geometry.bands.forEach((band, index) => {
      const part = partOf(band, tile);
      if (part.width === 0 || part.height === 0) return;
      const plane = bands[index] as Plane;
      const to = laneAt(plane, part.x, part.y);
      if (head.kind === 'raw') {
        const done = kernels.run.unpackBand(to, plane.stride, part.width, part.height, head.bits);
        if (done === 0) refuse();
        return;
      }
      const parent = planes.parents[sample]?.[index];
      const parentBand = planes.parentGeometry?.bands[index];
      const parentRows = parentBand === undefined ? 0 : parentBand.height - part.y / 2;
      const sibling = (kind: number): number => {
        const other = bands[kind - 1];
        return other === undefined ? 0 : laneAt(other, part.x, part.y);
      };
      kernels.run.decodeBand(
        ...[to, plane.stride, part.width, part.height, band.kind],
        ...[
          parent === undefined ? 0 : laneAt(parent, part.x / 2, part.y / 2),
          parent?.stride ?? 0,
          parentRows,
        ],
        ...[band.kind > 1 ? sibling(1) : 0, band.kind > 2 ? sibling(2) : 0],
        planes.tables + (sample > 0 ? SET_BYTES : 0),
      );
    });
  });
  const closed = head.kind === 'raw' ? kernels.run.closeBits() : kernels.run.closeStream();
  if (closed === 0) refuse();
}

/** Where each tile of a level lies in its body. */
function tileRanges(
  header: Header,
  geometry: LevelGeometry,
  tablesLength: number,
  bodyLength: number,
): { from: number; to: number }[] {
  const places = header.tiles[geometry.level] ?? [];
  if (places.length === 0) return [{ from: tablesLength, to: bodyLength }];
  const offset =
    (header.segments[geometry.level] as Segment).offset + (geometry.level === 0 ? header.headerLength : 0);
  if ((places[0]?.offset ?? 0) - offset !== tablesLength) {
    throw new CodecError('bad-segment', `the tiles of level ${geometry.level} do not begin after its tables`);
  }
  return places.map((place) => ({ from: place.offset - offset, to: place.offset - offset + place.length }));
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
  if (level > header.levels) {
    throw new CodecError('bad-state', `the frame has no level ${level}; it is already at full size`);
  }
  if (state !== null) checkState(header, state);
  const body = bodyOf(header, level, segment);
  const { samples } = header.format;
  const previous = state?.tables ?? initialTables(samples === 3 ? 2 : 1);
  const { tables, length: tablesLength } = readTables(body, previous);
  const geometry = levelGeometry(header.format, header.levels, level);
  const ranges = tileRanges(header, geometry, tablesLength, body.length);
  kernels.begin();
  try {
    const stride = strideOf(geometry.low.width);
    const each = Array.from({ length: samples }, (_, sample) => sample);
    const parentGeometry = level > 1 ? levelGeometry(header.format, header.levels, level - 1) : null;
    const stream = kernels.allocate(body.length + STREAM_SLACK);
    const bands = each.map(() => geometry.bands.map(() => allocatePlane(kernels, geometry.low, stride)));
    const low = level === 0 ? null : allocatePlane(kernels, geometry.low, stride);
    const full = level === 0 ? null : allocatePlane(kernels, geometry);
    const parents =
      parentGeometry === null
        ? []
        : each.map(() => parentGeometry.bands.map(() => allocatePlane(kernels, parentGeometry.low)));
    const scratch = kernels.allocate((geometry.width * geometry.height + 1) * 2);
    const row = kernels.allocate(stride + 128) + 64;
    const planes = { bands, parents, parentGeometry, tables: placeTables(kernels, tables) };

    kernels.bytes(stream, body.length).set(body);
    kernels.bytes(stream + body.length, STREAM_SLACK).fill(0);
    for (const plane of bands.flat()) clearPlane(kernels, plane, geometry.low.height);
    parents.forEach((own, sample) => {
      own.forEach((plane, index) => {
        const band = parentGeometry?.bands[index];
        const rows = state?.details[sample * 3 + index];
        if (band !== undefined && rows !== undefined) {
          spread(kernels, rows, band.width, band.height, plane, scratch);
        }
      });
    });
    geometry.tiles.forEach((tile, index) => {
      const range = ranges[index] as { from: number; to: number };
      decodeTile(kernels, geometry, planes, tile, stream + range.from, stream + range.to);
    });

    if (low === null || full === null || state === null) {
      const made = bands.map(([plane]) => {
        const { at, stride: rowBytes } = plane as Plane;
        kernels.run.undoPrediction(at, rowBytes, geometry.width, geometry.height);
        return gather(kernels, plane as Plane, geometry.width, geometry.height, scratch);
      });
      return { level, planes: made, details: [], tables };
    }
    const details =
      level === header.levels || level === 0
        ? []
        : bands.flatMap((own) =>
            geometry.bands.map(({ width, height }, index) =>
              gather(kernels, own[index] as Plane, width, height, scratch),
            ),
          );
    const made = bands.map(([hl, lh, hh], sample) => {
      spread(
        kernels,
        state.planes[sample] as Int16Array,
        geometry.low.width,
        geometry.low.height,
        low,
        scratch,
      );
      kernels.run.inverse(
        ...[low.at, (hl as Plane).at, (lh as Plane).at, (hh as Plane).at, stride, full.at, full.stride],
        ...[geometry.width, geometry.height, row, header.filter],
      );
      return gather(kernels, full, geometry.width, geometry.height, scratch);
    });
    return { level, planes: made, details, tables };
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
      ...[Number(pixels.BYTES_PER_ELEMENT === 2), offset, colour, min, max],
    );
    pixelBytes(pixels).set(kernels.bytes(samples, pixels.byteLength));
    return pixels;
  } finally {
    kernels.end();
  }
}

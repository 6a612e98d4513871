// The header of a codestream: what the frame is and where each level and tile lies. FORMAT.md section 2.
import { crc32c } from './crc32c.ts';
import { CodecError } from './errors.ts';
import { checkFormat, type FrameFormat } from './format.ts';
import { levelCount } from './levels.ts';
import { MOST_ENTRIES, type Palette, readPalette, writePalette } from './palette.ts';
import { tileCount } from './wavelet/geometry.ts';

/** The bytes that one level adds, in the codestream. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
  /** CRC-32C of the segment; for level 0 only of the bytes after the header, which has a checksum of its own. */
  readonly crc32c: number;
}

/** One tile's bytes, in the codestream. */
export interface TilePlace {
  readonly offset: number;
  readonly length: number;
  readonly crc32c: number;
}

/** 0 LeGall 5/3, 1 9/7-M, 2 subsampling. */
export type Filter = 0 | 1 | 2;

/** What the encoder did to the frame before it coded it. */
export interface Transform {
  readonly filter: Filter;
  /** 0 none, 1 RCT. */
  readonly colour: 0 | 1;
  /** Taken from every sample, or number of a palette's entry, first. */
  readonly offset: number;
  /** When there is one, what is coded are the numbers of its entries, as if they were the samples of a grey frame. */
  readonly palette: Palette | null;
}

export interface Header extends Transform {
  readonly version: 1;
  readonly format: FrameFormat;
  /** L, the full-size level. */
  readonly levels: number;
  /** SHA-256 of the frame's pixel bytes, 32 bytes. */
  readonly digest: Uint8Array;
  /** Bytes of the whole codestream. */
  readonly length: number;
  /** Bytes of the header itself. */
  readonly headerLength: number;
  /** `segments[r]` is what level r adds; the first holds the header and level 0. */
  readonly segments: readonly Segment[];
  /** Per level the places of its tiles where it has more than one, else nothing. */
  readonly tiles: readonly (readonly TilePlace[])[];
}

const MAGIC = 0x43575453; // "STWC"
const VERSION = 1;
const FIXED_BYTES = 48;
const ENTRY_BYTES = 8;
const CRC_BYTES = 4;
/** Entries and bytes of the palette, before its bytes. */
const PALETTE_HEAD = 4;
const PALETTE_FLAG = 32;
/** Bytes of the header that any frame has. */
export const SMALLEST_HEADER = FIXED_BYTES + ENTRY_BYTES + CRC_BYTES;

/** Length and CRC-32C of something coded. */
interface Entry {
  readonly length: number;
  readonly crc32c: number;
}

/** Counts of tiles by level; 0 where a level is one tile, which then needs no entry. */
function tileEntries(format: FrameFormat, levels: number): number[] {
  return Array.from({ length: levels + 1 }, (_, level) => {
    const count = tileCount(format, levels, level);
    return count > 1 ? count : 0;
  });
}

function headerLengthOf(levels: number, tiles: readonly number[]): number {
  const entries = levels + 1 + tiles.reduce((sum, count) => sum + count, 0);
  return FIXED_BYTES + entries * ENTRY_BYTES + CRC_BYTES;
}

/**
 * Writes a header.
 * @param bodies per level length and CRC-32C of its bytes (for level 0 without the header)
 * @param tiles per level the same of its tiles, in order; empty for a level of one tile
 */
export function writeHeader(
  format: FrameFormat,
  transform: Transform,
  digest: Uint8Array,
  bodies: readonly Entry[],
  tiles: readonly (readonly Entry[])[],
): Uint8Array<ArrayBuffer> {
  const levels = bodies.length - 1;
  const palette = transform.palette && writePalette(transform.palette, format);
  const more = palette === null ? 0 : PALETTE_HEAD + palette.length;
  const bytes = new Uint8Array(headerLengthOf(levels, tileEntries(format, levels)) + more);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, VERSION);
  const flags = Number(format.signed) | (Number(format.samples === 3) << 1) | (transform.filter << 2);
  view.setUint8(5, flags | (transform.colour << 4) | (palette === null ? 0 : PALETTE_FLAG));
  view.setUint8(6, format.bits);
  view.setUint8(7, levels);
  view.setUint16(8, format.width, true);
  view.setUint16(10, format.height, true);
  view.setInt32(12, transform.offset, true);
  bytes.set(digest, 16);
  let at = FIXED_BYTES;
  for (const entry of [...bodies, ...tiles.flat()]) {
    view.setUint32(at, entry.length, true);
    view.setUint32(at + 4, entry.crc32c, true);
    at += ENTRY_BYTES;
  }
  if (palette !== null) {
    view.setUint16(at, (transform.palette as Palette).length / format.samples, true);
    view.setUint16(at + 2, palette.length, true);
    bytes.set(palette, at + PALETTE_HEAD);
    at += more;
  }
  view.setUint32(at, crc32c(bytes.subarray(0, at)), true);
  return bytes;
}

function refuse(what: string): never {
  throw new CodecError('bad-header', what);
}

function readFormat(view: DataView): { format: FrameFormat; transform: Omit<Transform, 'palette'> } {
  const flags = view.getUint8(5);
  const filter = (flags >>> 2) & 3;
  const colour = (flags >>> 4) & 1;
  if (flags >>> 6 !== 0 || filter === 3) refuse(`a codestream with unknown flags (${flags})`);
  const format: FrameFormat = {
    width: view.getUint16(8, true),
    height: view.getUint16(10, true),
    samples: flags & 2 ? 3 : 1,
    bits: view.getUint8(6),
    signed: (flags & 1) === 1,
  };
  if (colour === 1 && format.samples !== 3) refuse('a codestream of one sample with a colour transform');
  try {
    checkFormat(format);
  } catch (cause) {
    throw new CodecError('bad-header', 'a codestream of an impossible frame', { cause });
  }
  const offset = view.getInt32(12, true);
  if (offset < -32_768 || offset > 65_535) refuse(`a codestream with an impossible offset (${offset})`);
  return { format, transform: { filter: filter as Filter, colour: colour as 0 | 1, offset } };
}

/**
 * Reads the header at the start of a codestream. What follows need not be there yet.
 * @throws CodecError 'bad-header' when it is none or damaged, 'unsupported' when it is of a later version
 */
export function readHeader(bytes: Uint8Array): Header {
  if (bytes.length < SMALLEST_HEADER) refuse(`a codestream is longer than ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) refuse('this is not a Strata codestream');
  const version = view.getUint8(4);
  if (version !== VERSION) {
    throw new CodecError('unsupported', `a codestream of version ${version}; this reads version ${VERSION}`);
  }
  const { format, transform } = readFormat(view);
  const levels = view.getUint8(7);
  if (levels !== levelCount(format.width, format.height))
    refuse(`a frame of this size has not ${levels} levels`);
  const tileCounts = tileEntries(format, levels);
  const plainLength = headerLengthOf(levels, tileCounts);
  if (bytes.length < plainLength) refuse(`a header of ${plainLength} bytes is cut short at ${bytes.length}`);
  const paletteAt = plainLength - CRC_BYTES;
  const hasPalette = (view.getUint8(5) & PALETTE_FLAG) !== 0;
  const headerLength = hasPalette
    ? plainLength + PALETTE_HEAD + view.getUint16(paletteAt + 2, true)
    : plainLength;
  if (bytes.length < headerLength)
    refuse(`a header of ${headerLength} bytes is cut short at ${bytes.length}`);
  if (view.getUint32(headerLength - 4, true) !== crc32c(bytes.subarray(0, headerLength - 4))) {
    refuse('the header of a codestream does not match its checksum');
  }
  if (hasPalette && transform.colour === 1) refuse('a codestream of a palette with a colour transform');
  const palette = hasPalette
    ? readPalette(
        bytes.subarray(paletteAt + PALETTE_HEAD, headerLength - CRC_BYTES),
        view.getUint16(paletteAt, true),
        format,
      )
    : null;
  if (palette !== null && (transform.offset < 0 || transform.offset >= MOST_ENTRIES)) {
    refuse(`a codestream of a palette with an impossible offset (${transform.offset})`);
  }
  let at = FIXED_BYTES;
  const entry = (offset: number): Segment => {
    const read = { offset, length: view.getUint32(at, true), crc32c: view.getUint32(at + 4, true) };
    at += ENTRY_BYTES;
    return read;
  };
  let end = headerLength;
  const bodies = Array.from({ length: levels + 1 }, () => {
    const body = entry(end);
    end += body.length;
    return body;
  });
  const tiles = tileCounts.map((count, level) => {
    const places = Array.from({ length: count }, () => entry(0));
    const body = bodies[level] as Segment;
    const tables = places.reduce((left, place) => left - place.length, body.length);
    if (tables < 0) refuse(`the tiles of level ${level} are longer than the level`);
    let offset = body.offset + tables;
    return places.map((place) => {
      const placed = { ...place, offset };
      offset += place.length;
      return placed;
    });
  });
  const segments = bodies.map((body, level) =>
    level === 0 ? { ...body, offset: 0, length: headerLength + body.length } : body,
  );
  const digest = bytes.slice(16, 48);
  return {
    version: 1,
    format,
    ...transform,
    palette,
    levels,
    digest,
    length: end,
    headerLength,
    segments,
    tiles,
  };
}

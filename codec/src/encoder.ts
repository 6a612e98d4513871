// Encodes a frame to a codestream.
import {
  codeTile,
  gatherEvents,
  joined,
  type LevelWork,
  prepareLevel,
  rawLength,
  rawTile,
} from './entropy/level-encoder.ts';
import { chooseTables, keepTables } from './entropy/table-chooser.ts';
import { isCoded } from './entropy/tile.ts';
import { CodecError } from './errors.ts';
import {
  checkFormat,
  type FrameFormat,
  type Pixels,
  pixelBytes,
  sampleCount,
  sampleRange,
} from './format.ts';
import { type Filter, type Transform, writeHeader } from './header.ts';
import type { Kernels } from './kernels.ts';
import { levelCount } from './levels.ts';
import { type Palette, writePalette } from './palette.ts';
import { findPalette, type Samples } from './palette-finder.ts';
import { estimate, prepareSketch } from './wavelet/estimate.ts';
import { decompose, loadSamples, type Pyramid, preparePyramid } from './wavelet/pyramid.ts';

const DIGEST_BYTES = 32;
const LEGALL = 0;
const NINE_SEVEN_M = 1;
const SUBSAMPLING = 2;
/** Samples that spread further than this are not sent through a colour transform: its differences might not fit. */
const COLOUR_SPREAD = 16_383;
/** Three planes say three times where something is, which estimates leave out. */
const THREE_PLANES = 1.5;

export interface EncodeOptions {
  /** SHA-256 of the frame's pixel bytes; kept in the header. */
  readonly digest: Uint8Array;
  /** The samples are labels (a mask, palette indices): levels then hold labels of the frame and no mixtures. */
  readonly categorical?: true;
}

function checkPixels(pixels: Pixels, format: FrameFormat, digest: Uint8Array): void {
  checkFormat(format);
  const refuse = (what: string): never => {
    throw new CodecError('bad-format', what);
  };
  const expected = sampleCount(format);
  if (pixels.length !== expected) refuse(`the frame has ${expected} samples, not ${pixels.length}`);
  const narrow = format.bits <= 8;
  const [Signed, Unsigned] = narrow ? [Int8Array, Uint8Array] : [Int16Array, Uint16Array];
  const right = format.signed ? pixels instanceof Signed : pixels instanceof Unsigned;
  if (!right) refuse(`samples of ${format.bits} bits do not come in this kind of array`);
  if (digest.length !== DIGEST_BYTES) refuse(`a digest has ${DIGEST_BYTES} bytes, not ${digest.length}`);
}

/** Smallest and largest sample; refuses those outside the format. */
function rangeOf(
  kernels: Kernels,
  at: number,
  pixels: Pixels,
  format: FrameFormat,
): { low: number; high: number } {
  const wide = Number(pixels.BYTES_PER_ELEMENT === 2);
  const packed = kernels.run.sampleRange(at, pixels.length, wide, Number(format.signed));
  const low = Math.floor(packed / 2 ** 20);
  const high = packed - low * 2 ** 20 - 65_536;
  const { min, max } = sampleRange(format);
  if (low < min || high > max) {
    throw new CodecError(
      'bad-format',
      `samples from ${low} to ${high} do not fit into ${format.bits} bits (${min} to ${max})`,
    );
  }
  return { low, high };
}

/** What may be coded: the frame's samples, or the numbers of its palette's entries. */
interface Material {
  readonly format: FrameFormat;
  readonly samples: Samples;
  readonly palette: Palette | null;
  readonly offset: number;
  readonly spread: number;
}

function materialOf(
  format: FrameFormat,
  samples: Samples,
  palette: Palette | null,
  low: number,
  high: number,
): Material {
  // The middle of what occurs becomes zero: so the filters have the most room before they leave 16 bits.
  return { format, samples, palette, offset: low + ((high - low + 1) >> 1), spread: high - low };
}

/** The way to code something, and how many bits that may take. */
interface Plan {
  readonly material: Material;
  readonly filter: Filter;
  readonly colour: 0 | 1;
  readonly bits: number;
}

/** Chooses filter and colour transform. */
function plan(kernels: Kernels, material: Material, levels: number, categorical: boolean): Plan {
  const { format, offset, spread, palette, samples } = material;
  const head = palette === null ? 0 : writePalette(palette, format).length * 8;
  const coded = palette === null ? format : numbersFormat(format);
  if (levels === 0) {
    const bits = head + Math.log2(spread + 1) * sampleCount(coded);
    return { material, filter: categorical ? SUBSAMPLING : LEGALL, colour: 0, bits };
  }
  const sketch = prepareSketch(kernels, coded, samples);
  const guess = (filter: Filter, colour: 0 | 1): Plan => {
    const share = coded.samples === 3 ? THREE_PLANES : 1;
    const bits = head + share * estimate(kernels, sketch, offset, filter, colour);
    return { material, filter, colour, bits };
  };
  const smaller = (one: Plan, other: Plan): Plan => (other.bits < one.bits ? other : one);
  if (categorical) return guess(SUBSAMPLING, 0);
  let best = guess(LEGALL, 0);
  if (coded.samples === 3 && spread <= COLOUR_SPREAD) best = smaller(best, guess(LEGALL, 1));
  return smaller(best, guess(NINE_SEVEN_M, best.colour));
}

/** Numbers of a palette's entries are coded as grey samples of 16 bits. */
const numbersFormat = (format: FrameFormat): FrameFormat => ({
  ...format,
  samples: 1,
  bits: 16,
  signed: false,
});

/** Carries a plan out, or one that does the same without leaving 16 bits. @returns what the header says of it */
function transformed(pyramid: Pyramid, { material, filter, colour }: Plan): Transform {
  const { offset, palette } = material;
  const attempt = (filter: Filter, colour: 0 | 1): 'sound' | 'wrapped' => {
    loadSamples(pyramid, offset, colour);
    return decompose(pyramid, filter);
  };
  if (attempt(filter, colour) === 'sound' || filter === SUBSAMPLING)
    return { filter, colour, offset, palette };
  if (filter !== LEGALL && attempt(LEGALL, colour) === 'sound') {
    return { filter: LEGALL, colour, offset, palette };
  }
  attempt(SUBSAMPLING, 0);
  return { filter: SUBSAMPLING, colour: 0, offset, palette };
}

/** One level's bytes without header: its tables, then its tiles. */
function encodeLevel(
  kernels: Kernels,
  pyramid: Pyramid,
  work: LevelWork,
  level: number,
): { body: Uint8Array; tiles: Uint8Array[] } {
  const gathered = gatherEvents(kernels, pyramid, work, level);
  const head = chooseTables(kernels, work.tables, work.histogram);
  const tiles = gathered.map((tile) => codeTile(kernels, pyramid, work, level, tile));
  if (tiles.some(isCoded)) {
    const length = tiles.reduce((sum, tile) => sum + tile.length, head.length);
    // Each tile is at its best alone, but tables are paid for once: noise may do better without them altogether.
    if (gathered.reduce((sum, tile) => sum + rawLength(pyramid, level, tile), 1) >= length) {
      return { body: joined(head, ...tiles), tiles };
    }
  }
  keepTables(kernels, work.tables);
  const raw = gathered.map((tile) => rawTile(kernels, pyramid, work, level, tile));
  return { body: joined(Uint8Array.of(0), ...raw), tiles: raw };
}

/**
 * Encodes one frame.
 * @param pixels as the format says (see Pixels)
 * @returns one codestream
 * @throws CodecError 'bad-format' when pixels and format do not fit together
 */
export function encode(
  kernels: Kernels,
  pixels: Pixels,
  format: FrameFormat,
  options: EncodeOptions,
): Uint8Array {
  checkPixels(pixels, format, options.digest);
  kernels.begin();
  try {
    const samples = kernels.allocate(pixels.byteLength);
    kernels.bytes(samples, pixels.byteLength).set(pixelBytes(pixels));
    const { low, high } = rangeOf(kernels, samples, pixels, format);
    const levels = levelCount(format.width, format.height);
    const source = { at: samples, wide: pixels.BYTES_PER_ELEMENT === 2 };
    const categorical = options.categorical === true;
    let best = plan(kernels, materialOf(format, source, null, low, high), levels, categorical);
    const found = findPalette(kernels, source, format, low, high);
    if (found !== null) {
      const { palette, numbers } = found;
      const last = palette.length / format.samples - 1;
      const material = materialOf(format, { at: numbers, wide: true }, palette, 0, last);
      const other = plan(kernels, material, levels, categorical);
      if (other.bits < best.bits) best = other;
    }
    const coded = best.material.palette === null ? format : numbersFormat(format);
    const { at, wide } = best.material.samples;
    const pyramid = preparePyramid(kernels, coded, levels, at, wide);
    const transform = transformed(pyramid, best);
    const work = prepareLevel(kernels, pyramid);
    const made = Array.from({ length: levels + 1 }, (_, level) => encodeLevel(kernels, pyramid, work, level));
    const entry = (bytes: Uint8Array): { length: number; crc32c: number } => ({
      length: bytes.length,
      crc32c: kernels.crc32c(bytes),
    });
    const bodies = made.map(({ body }) => entry(body));
    const tiles = made.map((level) => (level.tiles.length > 1 ? level.tiles.map(entry) : []));
    const header = writeHeader(format, transform, options.digest, bodies, tiles);
    return joined(header, ...made.map(({ body }) => body));
  } finally {
    kernels.end();
  }
}

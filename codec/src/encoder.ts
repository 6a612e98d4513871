// Encodes a frame to a codestream.
import {
  codeTile,
  fillModels,
  gatherEvents,
  joined,
  type LevelWork,
  prepareLevel,
  rawLength,
  rawTile,
} from './entropy/level-encoder.ts';
import { chooseTables, initialTables } from './entropy/tables.ts';
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
import { estimate, prepareSketch } from './wavelet/estimate.ts';
import { decompose, loadSamples, type Pyramid, preparePyramid } from './wavelet/pyramid.ts';

const DIGEST_BYTES = 32;
const LEGALL = 0;
const NINE_SEVEN_M = 1;
const SUBSAMPLING = 2;
/** Samples that spread further than this are not sent through a colour transform: its differences might not fit. */
const COLOUR_SPREAD = 16_383;

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

/** Chooses the transform that suits the frame, and leaves the frame's pyramid in memory. */
function transformed(
  pyramid: Pyramid,
  spread: number,
  offset: number,
  { categorical }: Pick<EncodeOptions, 'categorical'>,
): Transform {
  const apply = (filter: Filter, colour: 0 | 1): 'sound' | 'wrapped' => {
    loadSamples(pyramid, offset, colour);
    return decompose(pyramid, filter);
  };
  if (categorical === true || pyramid.levels === 0) {
    const filter = categorical === true ? SUBSAMPLING : LEGALL;
    apply(filter, 0);
    return { filter, colour: 0, offset };
  }
  const sketch = prepareSketch(pyramid);
  const guess = (filter: Filter, colour: 0 | 1): number => estimate(pyramid, sketch, offset, filter, colour);
  const colourful = pyramid.format.samples === 3 && spread <= COLOUR_SPREAD;
  const colour = colourful && guess(LEGALL, 1) < guess(LEGALL, 0) ? 1 : 0;
  const filter = guess(NINE_SEVEN_M, colour) < guess(LEGALL, colour) ? NINE_SEVEN_M : LEGALL;
  if (apply(filter, colour) === 'sound') return { filter, colour, offset };
  if (filter !== LEGALL && apply(LEGALL, colour) === 'sound') return { filter: LEGALL, colour, offset };
  apply(SUBSAMPLING, 0);
  return { filter: SUBSAMPLING, colour: 0, offset };
}

/** One level's bytes without header: its tables, then its tiles. */
function encodeLevel(
  kernels: Kernels,
  pyramid: Pyramid,
  work: LevelWork,
  level: number,
  previous: Uint16Array,
): { body: Uint8Array; tiles: Uint8Array[]; tables: Uint16Array } {
  const { tiles: gathered, histogram } = gatherEvents(kernels, pyramid, work, level);
  const { tables, bytes } = chooseTables(histogram, previous);
  fillModels(kernels, work, tables);
  const tiles = gathered.map((tile) => codeTile(kernels, pyramid, work, level, tile));
  const coded = tiles.some(isCoded);
  const head = coded ? bytes : Uint8Array.of(0);
  const length = tiles.reduce((sum, tile) => sum + tile.length, head.length);
  // Each tile is at its best alone, but tables are paid for once: noise may do better without them altogether.
  if (coded && gathered.reduce((sum, tile) => sum + rawLength(pyramid, level, tile), 1) < length) {
    const raw = gathered.map((tile) => rawTile(kernels, pyramid, work, level, tile));
    return { body: joined(Uint8Array.of(0), ...raw), tiles: raw, tables: previous };
  }
  return { body: joined(head, ...tiles), tiles, tables: coded ? tables : previous };
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
    // The middle of what occurs becomes zero: so the filters have the most room before they leave 16 bits.
    const offset = low + ((high - low + 1) >> 1);
    const levels = levelCount(format.width, format.height);
    const pyramid = preparePyramid(kernels, format, levels, samples, pixels.BYTES_PER_ELEMENT === 2);
    const transform = transformed(pyramid, high - low, offset, options);
    const work = prepareLevel(kernels, pyramid);
    let tables = initialTables(format.samples === 3 ? 2 : 1);
    const coded = Array.from({ length: levels + 1 }, (_, level) => {
      const made = encodeLevel(kernels, pyramid, work, level, tables);
      tables = made.tables;
      return made;
    });
    const entry = (bytes: Uint8Array): { length: number; crc32c: number } => ({
      length: bytes.length,
      crc32c: kernels.crc32c(bytes),
    });
    const bodies = coded.map(({ body }) => entry(body));
    const tiles = coded.map((level) => (level.tiles.length > 1 ? level.tiles.map(entry) : []));
    const header = writeHeader(format, transform, options.digest, bodies, tiles);
    return joined(header, ...coded.map(({ body }) => body));
  } finally {
    kernels.end();
  }
}

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
import { checkFormat, type FrameFormat, type Pixels, pixelBytes, sampleCount } from './format.ts';
import { type Filter, type Transform, writeHeader } from './header.ts';
import type { Kernels } from './kernels.ts';
import { levelCount } from './levels.ts';
import { codedFormat, LEGALL, type Plan, plansOf, SUBSAMPLING } from './plans.ts';
import { decompose, loadSamples, type Pyramid, preparePyramid } from './wavelet/pyramid.ts';

const DIGEST_BYTES = 32;
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
  let tiles = gathered.map((tile) => codeTile(kernels, pyramid, work, level, tile));
  if (tiles.some(isCoded)) {
    const length = tiles.reduce((sum, tile) => sum + tile.length, head.length);
    // Each tile is at its best alone, but tables are paid for once: noise may do better without them altogether.
    if (gathered.reduce((sum, tile) => sum + rawLength(pyramid, level, tile), 1) >= length) {
      return { body: joined(head, ...tiles), tiles };
    }
    tiles = gathered.map((tile) => rawTile(kernels, pyramid, work, level, tile));
  }
  keepTables(kernels, work.tables);
  return { body: joined(Uint8Array.of(0), ...tiles), tiles };
}

/** Codes a frame by a plan. */
function encodeBy(kernels: Kernels, plan: Plan, levels: number, digest: Uint8Array): Uint8Array {
  const { format, samples } = plan.material;
  const pyramid = preparePyramid(kernels, codedFormat(plan.material), levels, samples.at, samples.wide);
  const transform = transformed(pyramid, plan);
  const work = prepareLevel(kernels, pyramid, transform.filter === SUBSAMPLING);
  const made = Array.from({ length: levels + 1 }, (_, level) => encodeLevel(kernels, pyramid, work, level));
  const entry = (bytes: Uint8Array): { length: number; crc32c: number } => ({
    length: bytes.length,
    crc32c: kernels.crc32c(bytes),
  });
  const bodies = made.map(({ body }) => entry(body));
  const tiles = made.map((level) => (level.tiles.length > 1 ? level.tiles.map(entry) : []));
  const header = writeHeader(format, transform, digest, bodies, tiles);
  return joined(header, ...made.map(({ body }) => body));
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
    const levels = levelCount(format.width, format.height);
    const plans = plansOf(kernels, samples, pixels, format, levels, options.categorical === true);
    const top = kernels.top;
    return plans
      .map((plan) => {
        kernels.release(top);
        return encodeBy(kernels, plan, levels, options.digest);
      })
      .reduce((one, other) => (other.length < one.length ? other : one));
  } finally {
    kernels.end();
  }
}

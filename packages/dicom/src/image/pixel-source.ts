// What an object has in the way of pixels, from its headers: native, encapsulated, of more than 16 bits, none, or not shown.
import type { ExpectedFrame } from '../decoders/decoder.ts';
import type { Element } from '../element-walk.ts';
import { readFragments } from '../encapsulated/fragments.ts';
import { DicomError } from '../errors.ts';
import { MAX_FRAMES } from '../limits.ts';
import { isCategorical, type PixelLayout, readPixelLayout } from '../pixel-layout.ts';
import { Tag } from '../tags.ts';
import { type Family, syntaxLabel, type TransferSyntax } from '../transfer-syntax.ts';
import { code, integer, type Values } from '../values.ts';

/** Compressed, or native in fragments. */
export interface EncapsulatedPixels {
  readonly element: Element;
  readonly family: Family;
  readonly syntax: TransferSyntax;
  readonly expected: ExpectedFrame;
  readonly frames: number;
  readonly planar: boolean;
  readonly categorical: boolean;
  /** The file ends without the delimiter that ends its fragments: whatever cannot be decoded may be missing. */
  readonly unended: boolean;
}

/** Samples that the codec does not take: 32-bit integers, floats and doubles. */
export interface WidePixels {
  readonly element: Element;
  readonly kind: 'integer' | 'float' | 'double';
  readonly expected: ExpectedFrame;
  readonly frames: number;
  readonly planar: boolean;
}

export type PixelSource =
  /** No pixel data, which an image lacks: then the reason tells. */
  | { readonly kind: 'none'; readonly reason: string | null }
  | { readonly kind: 'native'; readonly layout: PixelLayout }
  | ({ readonly kind: 'encapsulated' } & { readonly pixels: EncapsulatedPixels })
  | ({ readonly kind: 'wide' } & { readonly pixels: WidePixels })
  /** There is pixel data that nothing here reads: the file is kept as it is, and the reason is told. */
  | { readonly kind: 'unread'; readonly reason: string };

/** @throws DicomError 'truncated' when native pixels are cut short: what is missing should be sent again */
export function readPixelSource(values: Values, syntax: TransferSyntax): PixelSource {
  try {
    return read(values, syntax);
  } catch (error) {
    if (!(error instanceof DicomError) || error.code === 'truncated') throw error;
    return { kind: 'unread', reason: error.message.replace(/^refused: /, '') };
  }
}

function read(values: Values, syntax: TransferSyntax): PixelSource {
  const { elements } = values.set;
  const float = elements.get(Tag.FloatPixelData);
  if (float) return { kind: 'wide', pixels: readWide(values, float, 'float', 32) };
  const double = elements.get(Tag.DoubleFloatPixelData);
  if (double) return { kind: 'wide', pixels: readWide(values, double, 'double', 64) };
  const element = elements.get(Tag.PixelData);
  if (!element) return { kind: 'none', reason: missing(values) };
  if (syntax.pixels === 'encapsulated') return readEncapsulated(values, element, syntax);
  if (element.lengthIs === 'defined' && integer(values, Tag.BitsAllocated) === 32) {
    return { kind: 'wide', pixels: readWide(values, element, 'integer', 32) };
  }
  const layout = readPixelLayout(values, syntax);
  return layout ? { kind: 'native', layout } : { kind: 'none', reason: null };
}

/** Only what is an image says how many bits its samples take. */
function missing(values: Values): string | null {
  const [width, height] = [integer(values, Tag.Columns), integer(values, Tag.Rows)];
  if (!width || !height || !integer(values, Tag.BitsAllocated)) return null;
  return `an image of ${width} x ${height} pixels came without its pixel data`;
}

function readEncapsulated(values: Values, element: Element, syntax: TransferSyntax): PixelSource {
  const { family } = syntax;
  const unended = element.lengthIs === 'undefined' && !endsWithDelimiter(values, element);
  if (family === null || family === 'video') {
    if (unended) {
      const place = { tag: element.tag, offset: element.valueStart + element.length };
      throw new DicomError('truncated', 'refused: the file ends inside its pixel data', place);
    }
    return {
      kind: 'unread',
      reason: `pixels in ${syntaxLabel(syntax)} are kept as they are, without frames`,
    };
  }
  if (element.lengthIs === 'defined') {
    const reason = `pixels that are not in fragments, but the transfer syntax is ${syntaxLabel(syntax)}`;
    return { kind: 'unread', reason };
  }
  const expected = readExpected(values, element);
  const frames = frameCount(values, element);
  if (readFragments(values.set, element).fragments.length === 0) {
    return { kind: 'unread', reason: 'there is not one fragment of pixels' };
  }
  const { width, height, samples, bitsStored, signed } = expected;
  const format = { width, height, samples: samples === 3 ? 3 : 1, bits: bitsStored, signed } as const;
  return {
    kind: 'encapsulated',
    pixels: {
      ...{ element, family, syntax, expected, frames },
      planar: integer(values, Tag.PlanarConfiguration) === 1,
      categorical: isCategorical(values, format),
      unended,
    },
  };
}

function endsWithDelimiter({ set }: Values, { valueStart, length }: Element): boolean {
  const at = valueStart + length - 8;
  if (length < 8) return false;
  // Fragments are little endian also in what claims to be big endian, and their delimiter may be either.
  return [true, false].some(
    (little) => set.view.getUint16(at, little) === 0xfffe && set.view.getUint16(at + 2, little) === 0xe0dd,
  );
}

function readWide(values: Values, element: Element, kind: WidePixels['kind'], bits: 32 | 64): WidePixels {
  const expected = { ...readExpected(values, element, bits), bitsAllocated: bits };
  const frames = frameCount(values, element);
  const { width, height, samples } = expected;
  const needed = width * height * samples * frames * (bits / 8);
  if (needed > element.length) {
    throw new DicomError(
      'truncated',
      `refused: truncated pixel data: ${width} x ${height} x ${frames} frames needs ${needed} bytes, has ${element.length}`,
      { tag: element.tag, offset: element.start },
    );
  }
  return { element, kind, expected, frames, planar: integer(values, Tag.PlanarConfiguration) === 1 };
}

function frameCount(values: Values, element: Element): number {
  const frames = Math.max(1, integer(values, Tag.NumberOfFrames) ?? 1);
  if (frames <= MAX_FRAMES) return frames;
  throw unread(`${frames} frames are above the limit of ${MAX_FRAMES}`, element);
}

function readExpected(values: Values, element: Element, bitsOtherwise?: number): ExpectedFrame {
  const positive = (tag: number, otherwise?: number): number => {
    const value = values.set.elements.has(tag) ? integer(values, tag) : (otherwise ?? null);
    if (value !== null && value > 0) return value;
    throw new DicomError('malformed', 'pixel data without a usable value', {
      tag,
      offset: values.set.elements.get(tag)?.start ?? element.start,
    });
  };
  const bitsAllocated = positive(Tag.BitsAllocated, bitsOtherwise);
  const expected: ExpectedFrame = {
    width: positive(Tag.Columns),
    height: positive(Tag.Rows),
    samples: positive(Tag.SamplesPerPixel, 1),
    bitsAllocated,
    bitsStored: bitsAllocated === 1 ? 1 : positive(Tag.BitsStored, bitsAllocated),
    signed: bitsAllocated > 1 && integer(values, Tag.PixelRepresentation) === 1,
    photometric: code(values, Tag.PhotometricInterpretation),
  };
  const { samples, bitsStored } = expected;
  if (samples !== 1 && samples !== 3) throw unread(`pixels of ${samples} samples are not read`, element);
  if (![1, 8, 16, 32, 64].includes(bitsAllocated) || bitsStored > bitsAllocated) {
    throw unread(`samples of ${bitsStored} bits in ${bitsAllocated} are not read`, element);
  }
  if (bitsAllocated === 1 && samples === 3) throw unread('colour of single bits is not read', element);
  return expected;
}

function unread(message: string, element: Element): DicomError {
  return new DicomError('unsupported-pixels', message, { tag: element.tag, offset: element.start });
}

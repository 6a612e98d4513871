// Where an object's pixels lie and what they are, from headers that are checked against the bytes that are there.
import { type FrameFormat, MAX_SAMPLES_PER_FRAME, MAX_SIDE, sampleCount } from '@strata/codec/format';
import type { Element } from './element-walk.ts';
import { DicomError, type DicomErrorCode } from './errors.ts';
import { MAX_FRAMES } from './limits.ts';
import { frameBits, type PixelPacking, packedLength } from './pixel-packing.ts';
import { Tag } from './tags.ts';
import { syntaxLabel, type TransferSyntax } from './transfer-syntax.ts';
import { code, integer, uid, type Values } from './values.ts';

/** The pixel data of a file: every frame that it names is there in full. */
export interface PixelLayout extends PixelPacking {
  /** Values are names of things, not amounts, and must not be averaged: palette indices, segments, single bits. */
  readonly categorical: boolean;
  /** Of the frames as they are read: YBR_FULL where the file has chroma for every second pixel. */
  readonly photometric: string;
  /** The value of the pixel data, padding included. */
  readonly value: Uint8Array;
  /** Offset of the value in the file, or null when the data set is deflated. */
  readonly offset: number | null;
}

const segmentations = new Set(['1.2.840.10008.5.1.4.1.1.66.4', '1.2.840.10008.5.1.4.1.1.66.7']);
const subsampled = new Set(['YBR_FULL_422', 'YBR_PARTIAL_422']);
const quartered = new Set(['YBR_PARTIAL_420']);

/**
 * Finds the native pixels of an object; fragments and floating point pixels are looked for before (`image/pixel-source.ts`).
 * @returns null when the object has none
 * @throws DicomError 'unsupported-transfer-syntax', 'unsupported-pixels', 'malformed', 'truncated', 'too-large'
 */
export function readPixelLayout(values: Values, syntax: TransferSyntax): PixelLayout | null {
  const { elements } = values.set;
  const element = elements.get(Tag.PixelData);
  if (!element) return null;
  checkNative(element, syntax);
  const packing = readPacking(values, element);
  checkSize(packing, element);
  return {
    ...packing,
    categorical: isCategorical(values, packing.format),
    photometric: packing.arrangement === 'subsampled' ? fullChroma(values) : photometric(values),
    value: values.set.bytes.subarray(element.valueStart, element.valueStart + element.length),
    offset: syntax.pixels === 'deflated' ? null : element.valueStart,
  };
}

function refusal(code: DicomErrorCode, message: string, element: Element): DicomError {
  return new DicomError(code, message, { tag: element.tag, offset: element.start });
}

function checkNative(element: Element, syntax: TransferSyntax): void {
  if (syntax.pixels === 'unknown') {
    throw refusal(
      'unsupported-transfer-syntax',
      `refused: pixels in an unknown transfer syntax (${syntax.uid}) cannot be read`,
      element,
    );
  }
  if (element.lengthIs === 'undefined') {
    throw refusal(
      'malformed',
      `refused: fragments of compressed pixels, but the transfer syntax is ${syntaxLabel(syntax)}`,
      element,
    );
  }
}

function photometric(values: Values): string {
  return code(values, Tag.PhotometricInterpretation);
}

function fullChroma(values: Values): string {
  return photometric(values).replace(/_422$/, '');
}

function readPacking(values: Values, element: Element): PixelPacking {
  const samples = positive(values, element, Tag.SamplesPerPixel, 1);
  const bitsAllocated = positive(values, element, Tag.BitsAllocated);
  if (samples !== 1 && samples !== 3) {
    throw refusal('unsupported-pixels', `refused: pixels of ${samples} samples are not read`, element);
  }
  if (bitsAllocated !== 1 && bitsAllocated !== 8 && bitsAllocated !== 16) {
    throw refusal('unsupported-pixels', `refused: samples of ${bitsAllocated} bits are not read`, element);
  }
  if (bitsAllocated === 1 && samples === 3) {
    throw refusal('unsupported-pixels', 'refused: colour of single bits is not read', element);
  }
  const stored = bitsAllocated === 1 ? 1 : positive(values, element, Tag.BitsStored, bitsAllocated);
  if (stored > bitsAllocated) {
    throw refusal('malformed', `refused: ${stored} bits stored in ${bitsAllocated} allocated`, element);
  }
  const format: FrameFormat = {
    width: positive(values, element, Tag.Columns),
    height: positive(values, element, Tag.Rows),
    samples,
    bits: stored,
    signed: stored > 1 && integer(values, Tag.PixelRepresentation) === 1,
  };
  const frames = Math.max(1, integer(values, Tag.NumberOfFrames) ?? 1);
  const highBit = integer(values, Tag.HighBit) ?? stored - 1;
  // A high bit that cannot be is ignored in favour of the only place that today's standard allows.
  const shift = highBit >= stored - 1 && highBit < bitsAllocated ? highBit - stored + 1 : 0;
  const swapped =
    values.set.encoding.endian === 'big' &&
    (bitsAllocated === 16 || element.vr === 'OW' || element.vr === 'UN');
  const packing: PixelPacking = {
    format,
    frames,
    bitsAllocated,
    shift,
    arrangement: samples === 3 && integer(values, Tag.PlanarConfiguration) === 1 ? 'planar' : 'interleaved',
    order: swapped ? 'swapped' : 'straight',
  };
  return samples === 3 ? withChroma(packing, photometric(values), element) : packing;
}

/** Chroma of half the width, unless there are bytes for all of it: some writers leave the name after expanding. */
function withChroma(packing: PixelPacking, photometric: string, element: Element): PixelPacking {
  if (!subsampled.has(photometric) && !quartered.has(photometric)) return packing;
  if (element.length >= packedLength(packing)) return packing;
  if (quartered.has(photometric) || packing.bitsAllocated !== 8 || packing.format.width % 2 !== 0) {
    const { width, height } = packing.format;
    throw refusal(
      'unsupported-pixels',
      `refused: ${photometric} of ${width} x ${height} pixels and ${packing.bitsAllocated} bits is not read`,
      element,
    );
  }
  return { ...packing, arrangement: 'subsampled' };
}

function positive(values: Values, element: Element, tag: number, otherwise?: number): number {
  const value = values.set.elements.has(tag) ? integer(values, tag) : (otherwise ?? null);
  if (value !== null && value > 0) return value;
  const offset = values.set.elements.get(tag)?.start ?? element.start;
  throw new DicomError('malformed', 'refused: pixel data without a usable value', { tag, offset });
}

function checkSize(packing: PixelPacking, element: Element): void {
  const { format, frames } = packing;
  const needed = packedLength(packing);
  if (needed > element.length) {
    throw refusal(
      'truncated',
      `refused: truncated pixel data: ${format.width} x ${format.height} x ${frames} frames needs ${needed} bytes, has ${element.length}`,
      element,
    );
  }
  const samples = sampleCount(format);
  if (format.width > MAX_SIDE || format.height > MAX_SIDE || samples > MAX_SAMPLES_PER_FRAME) {
    throw refusal(
      'too-large',
      `refused: a frame of ${format.width} x ${format.height} is above the limit of ${MAX_SAMPLES_PER_FRAME} samples`,
      element,
    );
  }
  if (frames > MAX_FRAMES || frameBits(packing) * frames > Number.MAX_SAFE_INTEGER) {
    throw refusal('too-large', `refused: ${frames} frames are above the limit of ${MAX_FRAMES}`, element);
  }
}

/** Whether values name things and must not be averaged. */
export function isCategorical(values: Values, format: FrameFormat): boolean {
  return (
    format.bits === 1 ||
    photometric(values) === 'PALETTE COLOR' ||
    segmentations.has(uid(values, Tag.SOPClassUID))
  );
}

// A stored object as a file in another transfer syntax: same data set, same pixels, same SOP Instance UID.
import type { FrameFormat, Pixels } from '@strata/codec/format';
import { canEncode, encodeLossless, type LosslessCodec, loadEncoder } from '../encoders/lossless-encoder.ts';
import { DicomError } from '../errors.ts';
import { wideElement } from '../image/wide-values.ts';
import { packFrame, packFrames } from '../pack-frames.ts';
import type { DicomFile } from '../part10.ts';
import { type PixelPacking, packedLength } from '../pixel-packing.ts';
import { Tag } from '../tags.ts';
import { EXPLICIT_LITTLE_UID, IMPLICIT_LITTLE_UID, syntaxLabel, transferSyntax } from '../transfer-syntax.ts';
import { encapsulatedElement } from './encapsulated-element.ts';
import { codeString, fileWith, nativeFile } from './native-file.ts';
import { type ShownImage, shownElements, shownPacking } from './shown-image.ts';
import { hasBitsBeside, straightValue } from './straight-value.ts';

const encoders: Readonly<Record<string, LosslessCodec | undefined>> = {
  '1.2.840.10008.1.2.4.90': 'jpeg-2000',
  '1.2.840.10008.1.2.4.201': 'htj2k',
  '1.2.840.10008.1.2.4.202': 'htj2k',
};

/** The transfer syntaxes that objects are written in: both native little endian ones, JPEG 2000 and HTJ2K without loss. */
export const EXPORT_SYNTAXES: readonly string[] = [
  EXPLICIT_LITTLE_UID,
  IMPLICIT_LITTLE_UID,
  ...Object.keys(encoders),
];

/** Has the encoder of a transfer syntax ready, if it takes one: to be called before the functions below. */
export async function prepareTranscoding(transferSyntaxUid: string): Promise<void> {
  const encoder = encoders[transferSyntaxUid];
  if (encoder) await loadEncoder(encoder);
}

/**
 * The file of an object in a transfer syntax.
 * @param image the frames that were coded; null for an object without, whose pixels, if any, are taken from the file
 * @throws DicomError 'unsupported-transfer-syntax' when the object cannot be written in it, DecodeError from the encoder
 */
export function transcode(file: DicomFile, image: ShownImage | null, transferSyntaxUid: string): Uint8Array {
  const encoder = encoders[transferSyntaxUid];
  if (!EXPORT_SYNTAXES.includes(transferSyntaxUid)) throw unsupported(transferSyntaxUid, NOT_WRITTEN);
  if (file.source.kind === 'none') {
    if (encoder) throw unsupported(transferSyntaxUid, 'the object has no pixels');
    return fileWith(file, transferSyntaxUid, []);
  }
  if (encoder) return compressed(file, image, transferSyntaxUid, encoder);
  if (file.source.kind === 'wide') {
    const target = transferSyntaxUid === IMPLICIT_LITTLE_UID ? 'implicit' : 'explicit';
    return fileWith(file, transferSyntaxUid, wideElement(file, file.source.pixels, target));
  }
  return native(file, image, transferSyntaxUid);
}

function native(file: DicomFile, image: ShownImage | null, transferSyntaxUid: string): Uint8Array {
  if (file.pixels) {
    const { bitsAllocated } = file.pixels;
    return nativeFile(file, straightValue(file.pixels), bitsAllocated, undefined, transferSyntaxUid);
  }
  if (!image) throw unsupported(transferSyntaxUid, 'its pixels were not decoded');
  const packing = shownPacking(file, image);
  const pixels = new Uint8Array(packedLength(packing));
  packFrames(framesOf(image), packing, 'sign', pixels);
  const changes = shownElements(file, image, packing);
  return nativeFile(file, pixels, packing.bitsAllocated, changes, transferSyntaxUid);
}

function compressed(
  file: DicomFile,
  image: ShownImage | null,
  transferSyntaxUid: string,
  encoder: LosslessCodec,
): Uint8Array {
  if (!image || file.source.kind === 'wide') {
    throw unsupported(transferSyntaxUid, 'its pixels are not of 2 to 16 bits');
  }
  if (file.pixels && hasBitsBeside(file.pixels)) throw unsupported(transferSyntaxUid, BITS_BESIDE);
  const { format } = image.frames;
  const bitstreams: Uint8Array[] = [];
  for (const pixels of framesOf(image)) {
    bitstreams.push(encode(pixels, format, image.photometric, transferSyntaxUid, encoder));
  }
  const packing = { ...shownPacking(file, image), shift: 0 };
  const changes = new Map(shownElements(file, image, packing));
  if (usesTransform(format, image.photometric)) {
    changes.set(Tag.PhotometricInterpretation, codeString('YBR_RCT'));
  }
  return fileWith(file, transferSyntaxUid, encapsulatedElement(bitstreams), changes);
}

function encode(
  pixels: Pixels,
  format: FrameFormat,
  photometric: string,
  transferSyntaxUid: string,
  encoder: LosslessCodec,
): Uint8Array {
  // The encoders transform all colour.
  const colour = format.samples === 1 || usesTransform(format, photometric);
  if (!canEncode(format) || !colour) {
    const kind = `${photometric} of ${format.bits}${format.signed ? ' signed' : ''} bits`;
    throw unsupported(transferSyntaxUid, `the encoder does not take ${kind}`);
  }
  return encodeLossless(encoder, pixels, format);
}

/** The reversible colour transform is for red, green and blue. */
function usesTransform({ samples }: FrameFormat, photometric: string): boolean {
  return samples === 3 && photometric === 'RGB';
}

/**
 * One frame in a transfer syntax: raw bytes in a native one, a bitstream in the others.
 * @param packing how the raw bytes lie
 * @throws as `transcode`
 */
export function transcodeFrame(
  pixels: Pixels,
  packing: PixelPacking,
  photometric: string,
  transferSyntaxUid: string,
): Uint8Array {
  const encoder = encoders[transferSyntaxUid];
  if (encoder) return encode(pixels, packing.format, photometric, transferSyntaxUid, encoder);
  if (!EXPORT_SYNTAXES.includes(transferSyntaxUid)) throw unsupported(transferSyntaxUid, NOT_WRITTEN);
  return packFrame(pixels, packing, 'sign');
}

const NOT_WRITTEN = 'it is not one of those that are written here';
const BITS_BESIDE = 'bits beside its samples, an overlay perhaps, would be lost';

function* framesOf({ frames }: ShownImage): Generator<Pixels> {
  for (let index = 0; index < frames.count; index++) yield frames.frame(index);
}

function unsupported(transferSyntaxUid: string, why: string): DicomError {
  const label = syntaxLabel(transferSyntax(transferSyntaxUid));
  return new DicomError('unsupported-transfer-syntax', `it cannot be written in ${label}: ${why}`);
}

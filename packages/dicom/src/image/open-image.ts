// What becomes of a file's pixels: which frames are coded, and whether the file is kept with its pixels apart or whole.
import type { InstanceAttributes } from '../attributes.ts';
import { type DataSet, firstItem } from '../data-set.ts';
import { type DecodedFrame, DecodeError } from '../decoders/decoder.ts';
import { loadDecoder } from '../decoders/select.ts';
import { canonical, EncapsulatedFrames, formatOf } from '../encapsulated/encapsulated-frames.ts';
import { nativeFrameBits, writeNative } from '../encapsulated/native-bytes.ts';
import { DicomError } from '../errors.ts';
import { MAX_DECODED } from '../limits.ts';
import { type DicomFile, readPart10 } from '../part10.ts';
import type { Presentation } from '../presentation.ts';
import { Tag } from '../tags.ts';
import { transferSyntax } from '../transfer-syntax.ts';
import { number, valuesOf } from '../values.ts';
import { codeString, nativeFile } from '../writing/native-file.ts';
import { type ImageFrames, nativeFrames } from './frames.ts';
import type { EncapsulatedPixels, WidePixels } from './pixel-source.ts';
import { renderWide } from './rendition.ts';

/** An image ready to be coded. */
export interface OpenImage {
  /** What is kept: the file that came, or the same object with native pixels. */
  readonly file: DicomFile;
  /** Pixels apart, to be made from the frames again, or the file in one piece. */
  readonly keep: 'apart' | 'whole';
  /** The transfer syntax in which the object came, when what is kept is another file than the one that came. */
  readonly convertedFrom: string | null;
  readonly attributes: InstanceAttributes;
  readonly frames: ImageFrames | null;
}

/**
 * Opens the pixels of a file. What was compressed without loss becomes native, so that its bitstream need not be kept
 * beside the coded frames; where the least is in doubt, and where there was loss, the file is kept whole. What cannot be
 * decoded is kept whole without frames, and the reason told.
 * @throws DicomError 'truncated' when the file ends inside its fragments and not all frames are there
 */
export async function openImage(file: DicomFile): Promise<OpenImage> {
  const { source } = file;
  switch (source.kind) {
    case 'native':
      return { ...asItIs(file), keep: 'apart', frames: nativeFrames(file) };
    case 'none':
      return source.reason === null ? asItIs(file) : unshown(file, source.reason);
    case 'unread':
      return unshown(file, source.reason);
    case 'wide':
      return openOr(file, async () => openWide(file, source.pixels));
    case 'encapsulated':
      if (source.pixels.unended) return openUnended(file, source.pixels);
      return openOr(file, () => openEncapsulated(file, source.pixels));
  }
}

/** The same without a look at its pixels: for a file at which a decoder crashed or hung. */
export function openUndecoded(file: DicomFile, reason: string): OpenImage {
  return unshown(file, reason);
}

function asItIs(file: DicomFile): OpenImage {
  return { file, keep: 'whole', convertedFrom: null, attributes: file.attributes, frames: null };
}

function unshown(file: DicomFile, reason: string): OpenImage {
  const { instance } = file.attributes;
  const lossy = instance.presentation.lossy ?? lossyBySyntax(file, null);
  const presentation = { ...instance.presentation, lossy, unshown: reason };
  return {
    ...asItIs(file),
    attributes: { ...file.attributes, instance: { ...instance, frames: 0, presentation } },
  };
}

async function openOr(file: DicomFile, open: () => Promise<OpenImage>): Promise<OpenImage> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof DecodeError || error instanceof DicomError) return unshown(file, error.message);
    throw error;
  }
}

/** All frames must decode: what lacks its end may lack more, and is then refused so that it is sent again. */
async function openUnended(file: DicomFile, pixels: EncapsulatedPixels): Promise<OpenImage> {
  try {
    const image = await openEncapsulated(file, pixels);
    for (let index = 0; index < (image.frames?.count ?? 0); index++) image.frames?.frame(index);
    return image;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const { tag, valueStart, length } = pixels.element;
    const place = { tag, offset: valueStart + length, cause };
    throw new DicomError('truncated', `the file ends inside its pixel data: ${reason}`, place);
  }
}

function withPresentation(file: DicomFile, changes: Partial<Presentation>): InstanceAttributes {
  const { instance } = file.attributes;
  const presentation = { ...instance.presentation, ...changes };
  return { ...file.attributes, instance: { ...instance, presentation } };
}

function openWide(file: DicomFile, pixels: WidePixels): OpenImage {
  const { frames, rendition, slope, intercept } = renderWide(file, pixels);
  // What the kept values stand for: the dose in gray, where it is a dose (PS3.3 C.8.8.3).
  const dose = number(valuesOf(file.dataSet), Tag.DoseGridScaling);
  const own = file.attributes.instance.presentation.rescale ?? {
    slope: dose ?? 1,
    intercept: 0,
    type: dose === null ? 'US' : 'GY',
  };
  const rescale = {
    slope: own.slope * slope,
    intercept: own.slope * intercept + own.intercept,
    type: own.type,
  };
  const attributes = withPresentation(file, {
    ...{ rendition, rescale, pixelPadding: null, perFrame: null },
    ...modalityLutOf(file, rendition.step === null ? intercept : null),
  });
  return { ...asItIs(file), attributes, frames };
}

/** The modality LUT for values that were moved by `least`; none where they were scaled. */
function modalityLutOf(
  { attributes }: DicomFile,
  least: number | null,
): Pick<Presentation, 'modalityLut' | 'notApplied'> {
  const { modalityLut, notApplied } = attributes.instance.presentation;
  if (modalityLut && least !== null) {
    return { modalityLut: { ...modalityLut, first: modalityLut.first - least }, notApplied };
  }
  const reason = 'modality LUT not applied: the pixels have more than 16 bits';
  return { modalityLut: null, notApplied: modalityLut ? [...notApplied, reason] : notApplied };
}

async function openEncapsulated(file: DicomFile, pixels: EncapsulatedPixels): Promise<OpenImage> {
  const encapsulated = new EncapsulatedFrames(file.dataSet, pixels, await loadDecoder(pixels.family));
  const first = encapsulated.decoded(0);
  const converted = toNative(file, encapsulated, first);
  if (converted) return { ...(await openImage(converted)), convertedFrom: file.transferSyntaxUid };
  const format = formatOf(encapsulated, first);
  const photometric = first.colour === 'rgb' ? 'RGB' : pixels.expected.photometric;
  const lossy = file.attributes.instance.presentation.lossy ?? lossyBySyntax(file, first);
  return {
    ...asItIs(file),
    attributes: withPresentation(file, { photometric, lossy }),
    frames: {
      format,
      count: pixels.frames,
      categorical: pixels.categorical,
      frame: (index) => canonical(index === 0 ? first : encapsulated.decoded(index), format),
    },
  };
}

/** The object with native pixels, or null where the bitstreams are worth keeping. */
function toNative(file: DicomFile, frames: EncapsulatedFrames, first: DecodedFrame): DicomFile | null {
  const { pixels } = frames;
  const { family, syntax, expected } = pixels;
  const bytes = Math.ceil((nativeFrameBits(pixels) * pixels.frames) / 8);
  const certain = syntax.loss === 'never' && family !== 'jpeg-xl' && frames.doubt === null;
  if (!certain || first.coding === 'lossy' || bytes > MAX_DECODED || hasEncapsulatedIcon(file.dataSet)) {
    return null;
  }
  // Words are put back as they were; of what has a precision of its own, all values must be inside the stored bits.
  const words = family === 'rle' || family === 'plain' || family === 'deflated';
  if (!words && formatOf(frames, first).bits !== expected.bitsStored) return null;
  const out = new Uint8Array(bytes);
  for (let index = 0; index < pixels.frames; index++) {
    const frame = index === 0 ? first : frames.decoded(index);
    if (frame.coding === 'lossy' || frame.colour !== first.colour) return null;
    writeNative(frame, pixels, index, out);
  }
  const isRgb = first.colour === 'rgb' && expected.photometric !== 'RGB';
  const changes = isRgb ? new Map([[Tag.PhotometricInterpretation, codeString('RGB')]]) : undefined;
  return readPart10(nativeFile(file, out, expected.bitsAllocated, changes));
}

/** An icon in fragments may only stand in an encapsulated transfer syntax. */
function hasEncapsulatedIcon(set: DataSet): boolean {
  const icon = firstItem(set, Tag.IconImageSequence);
  return icon?.elements.get(Tag.PixelData)?.lengthIs === 'undefined';
}

/** Loss that the data set does not own up to. */
function lossyBySyntax(file: DicomFile, frame: DecodedFrame | null): Presentation['lossy'] {
  const { loss, family } = transferSyntax(file.transferSyntaxUid);
  const lossy = loss === 'always' || (loss === 'open' && frame?.coding === 'lossy');
  return lossy ? { ratio: null, method: methods[family ?? ''] ?? '' } : null;
}

/** PS3.3 C.7.6.1.1.5.1. */
const methods: Record<string, string | undefined> = {
  jpeg: 'ISO_10918_1',
  'jpeg-ls': 'ISO_14495_1',
  'jpeg-2000': 'ISO_15444_1',
  'jpeg-xl': 'ISO_18181_1',
};

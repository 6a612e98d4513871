// A file of compressed pixels as one in explicit little endian, so that parts of them can be blanked.
import { pixelBytes } from '@strata/codec/format';
import { DicomError } from '../errors.ts';
import type { ImageFrames } from '../image/frames.ts';
import { openImage } from '../image/open-image.ts';
import { MAX_DECODED } from '../limits.ts';
import type { DicomFile } from '../part10.ts';
import { Tag } from '../tags.ts';
import { code, valuesOf } from '../values.ts';
import { type Changes, codeString, nativeFile } from '../writing/native-file.ts';

/**
 * Decodes every frame. What was compressed without loss comes to the same samples in the same words; of lossy pixels, what
 * they decode to, in words of 8 or 16 bits.
 * @throws DicomError 'unsupported-pixels' or 'too-large', or the decoder's error
 */
export async function decompress(file: DicomFile): Promise<Uint8Array> {
  const image = await openImage(file);
  if (image.convertedFrom !== null) return image.file.bytes;
  if (file.source.kind !== 'encapsulated' || !image.frames) {
    const { unshown } = image.attributes.instance.presentation;
    throw new DicomError('unsupported-pixels', unshown ?? 'there are no pixels that can be decoded');
  }
  return nativeFile(file, joined(image.frames), wordBits(image.frames), changesFor(file, image));
}

function wordBits({ format }: ImageFrames): 8 | 16 {
  return format.bits <= 8 ? 8 : 16;
}

function joined(frames: ImageFrames): Uint8Array {
  const { width, height, samples } = frames.format;
  const frameLength = width * height * samples * (wordBits(frames) / 8);
  if (frameLength * frames.count > MAX_DECODED) {
    throw new DicomError('too-large', `the decoded pixels are more than ${MAX_DECODED} bytes`);
  }
  const out = new Uint8Array(frameLength * frames.count);
  for (let index = 0; index < frames.count; index++) {
    out.set(pixelBytes(frames.frame(index)), frameLength * index);
  }
  return out;
}

function changesFor(file: DicomFile, image: Awaited<ReturnType<typeof openImage>>): Changes {
  const { frames, attributes } = image;
  if (!frames) return new Map();
  const { bits, samples, signed } = frames.format;
  const word = (value: number) => ({ vr: 'US', value: Uint8Array.of(value & 0xff, value >> 8) });
  // A decoder gives colour for every pixel.
  const photometric = (
    attributes.instance.presentation.photometric ||
    code(valuesOf(file.dataSet), Tag.PhotometricInterpretation)
  ).replace(/^YBR_(FULL_422|PARTIAL_42[02])$/, 'YBR_FULL');
  return new Map([
    [Tag.SamplesPerPixel, word(samples)],
    [Tag.PhotometricInterpretation, codeString(photometric)],
    ...(samples > 1 ? ([[Tag.PlanarConfiguration, word(0)]] as const) : []),
    [Tag.BitsAllocated, word(wordBits(frames))],
    [Tag.BitsStored, word(bits)],
    [Tag.HighBit, word(bits - 1)],
    [Tag.PixelRepresentation, word(signed ? 1 : 0)],
  ]);
}

// The values of pixels of more than 16 bits: integers, floats and doubles, as they lie in a file of any byte order.
import type { DicomFile } from '../part10.ts';
import { Tag } from '../tags.ts';
import { elementIn, type Parts, type Target } from '../writing/explicit-little.ts';
import type { WidePixels } from './pixel-source.ts';

type WideArray = Uint32Array | Int32Array | Float32Array | Float64Array;

/** The values of a frame in the order of the file. */
export function wideValues(file: DicomFile, pixels: WidePixels, index: number): WideArray {
  const { buffer } = wideFrame(file, pixels, index);
  if (pixels.kind === 'float') return new Float32Array(buffer);
  if (pixels.kind === 'double') return new Float64Array(buffer);
  return pixels.expected.signed ? new Int32Array(buffer) : new Uint32Array(buffer);
}

/** The bytes of a frame, little endian; a copy. */
export function wideFrame(
  { dataSet }: DicomFile,
  pixels: WidePixels,
  index: number,
): Uint8Array<ArrayBuffer> {
  const { element, expected } = pixels;
  const { width, height, samples, bitsAllocated } = expected;
  const length = width * height * samples * (bitsAllocated / 8);
  const start = element.valueStart + length * index;
  const bytes = new Uint8Array(dataSet.bytes.subarray(start, start + length));
  if (dataSet.encoding.endian === 'big') {
    if (bitsAllocated === 32) Buffer.from(bytes.buffer).swap32();
    else Buffer.from(bytes.buffer).swap64();
  }
  return bytes;
}

/** The element of all frames. */
export function wideElement(file: DicomFile, pixels: WidePixels, target: Target): Parts {
  const frames = Array.from({ length: pixels.frames }, (_, index) => wideFrame(file, pixels, index));
  const [tag, vr] = elements[pixels.kind];
  return elementIn(target, tag, vr, frames);
}

const elements = {
  integer: [Tag.PixelData, 'OW'],
  float: [Tag.FloatPixelData, 'OF'],
  double: [Tag.DoubleFloatPixelData, 'OD'],
} as const;

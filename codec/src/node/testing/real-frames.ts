// Reads frames of native little-endian DICOM files for tests: just enough of Part 10 to find the pixels.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { allocatePixels, type FrameFormat, type Pixels, pixelBytes } from '../../format.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');
/** The folder of real images: STRATA_TEST_DATA, or ../shared/data beside the checkout. */
export const dataFolder: string = process.env.STRATA_TEST_DATA ?? path.resolve(repository, '../shared/data');

const LONG_LENGTHS = new Set(['OB', 'OW', 'OF', 'SQ', 'UN', 'UT', 'OD', 'OL', 'UC', 'UR']);

/** The top-level elements of an explicit VR little endian file, by tag. */
function elementsOf(file: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  let at = 132;
  while (at + 8 <= file.length) {
    const tag = file.readUInt16LE(at) * 0x10000 + file.readUInt16LE(at + 2);
    const long = LONG_LENGTHS.has(file.toString('latin1', at + 4, at + 6));
    const length = long ? file.readUInt32LE(at + 8) : file.readUInt16LE(at + 6);
    if (length === 0xffffffff) break;
    const start = at + (long ? 12 : 8);
    found.set(tag, file.subarray(start, start + length));
    at = start + length;
  }
  return found;
}

/** The first frame of an explicit VR little endian file below the data folder. */
export function realFrame(name: string): { format: FrameFormat; pixels: Pixels } {
  const file = path.join(dataFolder, name);
  if (!existsSync(file))
    throw new Error(`${file} is missing; set STRATA_TEST_DATA to the folder of test images`);
  const elements = elementsOf(readFileSync(file));
  const word = (tag: number): number => {
    const value = elements.get(tag);
    if (value === undefined) throw new Error(`${name} has no element ${tag.toString(16)}`);
    return value.readUInt16LE(0);
  };
  const allocated = word(0x00280100);
  const format: FrameFormat = {
    width: word(0x00280011),
    height: word(0x00280010),
    samples: word(0x00280002) === 3 ? 3 : 1,
    bits: allocated,
    signed: word(0x00280103) === 1,
  };
  const pixels = allocatePixels(format);
  const stored = elements.get(0x7fe00010);
  if (stored === undefined) throw new Error(`${name} has no pixels`);
  pixelBytes(pixels).set(stored.subarray(0, pixels.byteLength));
  return { format, pixels };
}

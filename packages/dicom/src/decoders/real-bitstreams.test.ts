// Bitstreams of test images that are no whole objects: another decoder, or another coding of the same picture, is the measure.
import { expect, it } from 'vitest';
import { readDataSet, readFileMeta } from '../data-set.ts';
import { readFragments } from '../encapsulated/fragments.ts';
import { Tag } from '../tags.ts';
import { testFile } from '../testing/data.ts';
import { EXPLICIT_LITTLE, type Family } from '../transfer-syntax.ts';
import { integer, valuesOf } from '../values.ts';
import type { DecodedFrame, ExpectedFrame } from './decoder.ts';
import { readJ2kHeader } from './j2k-codestream.ts';
import { decodeJpeg2000, jpeg2000Library } from './jpeg-2000.ts';
import { loadDecoder } from './select.ts';

function bitstreamIn(name: string): { bitstream: Uint8Array; expected: ExpectedFrame } {
  const file = testFile(name);
  const start = String.fromCharCode(...file.subarray(128, 132)) === 'DICM' ? 132 : 0;
  const set = readDataSet(file, readFileMeta(file, start).end, EXPLICIT_LITTLE);
  const element = set.elements.get(Tag.PixelData);
  if (!element) throw new Error(`${name} has no pixels`);
  const number = (tag: number) => integer(valuesOf(set), tag) ?? 0;
  const bitstream = Buffer.concat(readFragments(set, element).fragments.map(({ bytes }) => bytes));
  const expected = {
    ...{ width: number(Tag.Columns), height: number(Tag.Rows), samples: number(Tag.SamplesPerPixel) },
    ...{ bitsAllocated: number(Tag.BitsAllocated), bitsStored: number(Tag.BitsStored) },
    ...{ signed: false, photometric: 'RGB' },
  };
  return { bitstream: new Uint8Array(bitstream), expected };
}

async function decoded(name: string, family: Family): Promise<DecodedFrame> {
  const { bitstream, expected } = bitstreamIn(name);
  return (await loadDecoder(family)).decode(bitstream, expected);
}

it.each([
  ['odd/pydicom-data/HTJ2KLossless_08_RGB.dcm', 'lossless', 0],
  ['odd/pydicom-data/HTJ2K_08_RGB.dcm', 'lossy', 1],
] as const)('HTJ2K by OpenJPH is what OpenJPEG makes of it: %s', async (name, coding, most) => {
  const frame = await decoded(name, 'jpeg-2000');
  await jpeg2000Library.load();
  const { bitstream, expected } = bitstreamIn(name);
  const other = decodeJpeg2000(bitstream, readJ2kHeader(bitstream), expected);
  expect(frame.coding).toBe(coding);
  let worst = 0;
  for (const [at, value] of frame.words.entries()) {
    worst = Math.max(worst, Math.abs(value - (other.words[at] ?? 0)));
  }
  expect(worst).toBeLessThanOrEqual(most);
});

it('JPEG-LS gives the same picture whichever way its components are interleaved', async () => {
  const [first, ...others] = await Promise.all(
    [0, 1, 2].map((way) => decoded(`odd/pydicom-data/JLSL_RGB_ILV${way}.dcm`, 'jpeg-ls')),
  );
  for (const other of others) expect(other.words).toEqual(first?.words);
});

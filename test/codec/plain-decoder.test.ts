// A decoder written from FORMAT.md alone gives the pixels of every real image, at every level, as the kernels do.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadCodec } from '@strata/codec/codec';
import { readHeader } from '@strata/codec/header';
import { decodePlainly, readAppendix } from '@strata/codec/testing/plain-decoder';
import { expect, it } from 'vitest';
import { ImageReader } from '../bench/codec/images.ts';
import { allDataFiles, dataFolder } from '../support/data.ts';

/** The plain decoder takes a second for about a million samples: larger images only when STRATA_TEST_ALL_IMAGES is set. */
const wantsAll = process.env.STRATA_TEST_ALL_IMAGES === '1';
const LARGEST = 2 ** 18;
/** And of series with many slices that are alike, each of so many. */
const EACH = 10;

it('agrees on every real image at every level', { timeout: wantsAll ? 3_600_000 : 180_000 }, async () => {
  const formatPage = path.resolve(import.meta.dirname, '../../codec/FORMAT.md');
  const appendix = readAppendix(readFileSync(formatPage, 'utf8'));
  const codec = await loadCodec();
  const digest = new Uint8Array(32);
  const reader = new ImageReader(dataFolder);
  let agreed = 0;
  for (const [place, file] of allDataFiles().entries()) {
    if (!wantsAll && file.includes('/series/') && place % EACH !== 0) continue;
    const image = await reader.read(file);
    if (!('pixels' in image)) continue;
    const { format, pixels, categorical, name } = image;
    if (!wantsAll && pixels.length > LARGEST) continue;
    const codestream = codec.encode(pixels, format, { digest, ...(categorical && { categorical }) });
    const header = readHeader(codestream);
    const plain = decodePlainly(codestream, appendix);
    expect([name, plain.length]).toEqual([name, header.segments.length]);
    expect([name, isSame(plain.at(-1), pixels)]).toEqual([name, true]);
    let state = null;
    for (const [level, { offset, length }] of header.segments.entries()) {
      state = codec.decodeLevel(header, state, codestream.subarray(offset, offset + length));
      const same = isSame(plain[level], codec.levelPixels(header, state));
      expect([name, level, same]).toEqual([name, level, true]);
    }
    agreed++;
  }
  expect(agreed).toBeGreaterThan(wantsAll ? 300 : 60);
});

function isSame(plain: readonly number[] | undefined, pixels: ArrayLike<number>): boolean {
  return plain?.length === pixels.length && plain.every((value, at) => value === pixels[at]);
}

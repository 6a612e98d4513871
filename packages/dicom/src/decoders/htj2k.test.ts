import { expect, it } from 'vitest';
import type { ExpectedFrame } from './decoder.ts';
import { loadDecoder } from './select.ts';

const side = 16;
const expected: ExpectedFrame = {
  ...{ width: side, height: side, samples: 3, bitsAllocated: 8, bitsStored: 8, signed: false },
  photometric: 'YBR_FULL',
};

/** 16 x 16 pixels of (3 x, 4 y, x y), reversible, without the multiple component transform; by OpenJPH 0.31. */
const untransformed = [
  '/0//UQAvQAAAAAAQAAAAEAAAAAAAAAAAAAAAEAAAABAAAAAAAAAAAAADBwEBBwEBBwEB/1AACAACAAAAAv9SAAwAAgABAAIEBEAB',
  '/1wACiBIUFBQSEhI/2QAFwABT3BlbkpQSCBWZXIgMC4zMS4wLv+QAAoAAAAAAMcAAf+TwC1w/3/n5+dzNvv/Hz8/n7PZAPWXAAAx',
  'uADALXD/b/9f/2//d2/zd/Pb/DYA9ZcAADG4AMAtYP9//1//X3/m/39386/VdAQXAAAxtwDAE4Ak+aCnQnUAoAqAEAD+wcnstQDA',
  'FRAFRAE4IAj+gi8yVQBACP7Aiey1AADogEhT5QDAKkAAAOfp6enidwCgFSBWVf3Xv3XstwDAKqAVcAlALBfT59PR0j/XACwX0/2H',
  'J7zpzlgA/v6ARAD/2Q==',
].join('');

it('HTJ2K colour without a colour transform keeps its components apart', async () => {
  const decoder = await loadDecoder('jpeg-2000');
  const frame = decoder.decode(new Uint8Array(Buffer.from(untransformed, 'base64')), expected);
  const pixels = Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [at % side, Math.floor(at / side)];
    return [3 * x, 4 * y, x * y];
  });
  expect([...frame.words]).toEqual(pixels.flat());
  expect(frame).toMatchObject({ colour: 'as stated', coding: 'lossless', precision: 8 });
});

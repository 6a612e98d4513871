import { describe, expect, it } from 'vitest';
import { CodecError } from './errors.ts';
import { allocatePixels, checkFormat, type FrameFormat, pixelBytes, sampleRange } from './format.ts';

const ct: FrameFormat = { width: 512, height: 512, samples: 1, bits: 12, signed: true };

describe('a frame format', () => {
  it('is taken from 1 x 1 to the limits', () => {
    checkFormat({ ...ct, width: 1, height: 1, bits: 1 });
    checkFormat({ ...ct, width: 65_535, height: 4096, bits: 16 });
  });

  it.each([
    [{ width: 0 }, 'width'],
    [{ height: 65_536 }, 'height'],
    [{ width: 1.5 }, 'width'],
    [{ samples: 4 as 3 }, 'samples'],
    [{ bits: 0 }, 'bits'],
    [{ bits: 17 }, 'bits'],
    [{ width: 65_535, height: 65_535 }, 'limit'],
  ])('is refused with the reason when it is %o', (change, reason) => {
    const check = (): void => checkFormat({ ...ct, ...change });
    expect(check).toThrow(CodecError);
    expect(check).toThrow(reason);
  });

  it('says which values samples can have', () => {
    expect(sampleRange(ct)).toEqual({ min: -2048, max: 2047 });
    expect(sampleRange({ ...ct, bits: 1, signed: false })).toEqual({ min: 0, max: 1 });
  });

  it('has 8-bit arrays up to eight bits and 16-bit ones above', () => {
    expect(allocatePixels({ ...ct, bits: 8, signed: false })).toBeInstanceOf(Uint8Array);
    expect(allocatePixels({ ...ct, bits: 9 }, 4, 5)).toEqual(new Int16Array(20));
  });
});

describe('the bytes of pixels', () => {
  it('are little endian, and only those of the view', () => {
    const samples = Int16Array.of(1, -2, 0x1234, 5);
    expect([...pixelBytes(samples.subarray(1, 3))]).toEqual([0xfe, 0xff, 0x34, 0x12]);
  });
});

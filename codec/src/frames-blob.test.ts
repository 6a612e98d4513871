import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Codec, loadCodec } from './codec.ts';
import { crc32c } from './crc32c.ts';
import { CodecError } from './errors.ts';
import { type FrameFormat, sampleCount } from './format.ts';
import { buildFramesBlob, FRAMES_BLOB_HEAD, framesBlobIndexLength, parseFrameIndex } from './frames-blob.ts';

let codec: Codec;
beforeAll(async () => {
  codec = await loadCodec();
});

function codestream(width: number, height: number, value: number): Uint8Array {
  const format: FrameFormat = { width, height, samples: 1, bits: 8, signed: false };
  const pixels = Uint8Array.from({ length: sampleCount(format) }, (_, at) => (value + at * at) & 255);
  return codec.encode(pixels, format, { digest: new Uint8Array(32).fill(value) });
}

const join = (parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

describe('a blob of frames', () => {
  it('says where every level of every frame lies, with its checksum', () => {
    const codestreams = [codestream(40, 30, 1), codestream(1, 1, 2), codestream(100, 64, 3)];
    const { parts, index } = buildFramesBlob(codestreams);
    const blob = join(parts);
    expect(framesBlobIndexLength(blob.subarray(0, FRAMES_BLOB_HEAD), blob.length)).toBe(index.length);
    const frames = parseFrameIndex(index);
    expect(frames.map((frame) => frame.segments.length)).toEqual([3, 1, 4]);
    frames.forEach((frame, at) => {
      expect(blob.subarray(frame.offset, frame.offset + frame.length)).toEqual(codestreams[at]);
      for (const segment of frame.segments) {
        expect(crc32c(blob.subarray(segment.offset, segment.offset + segment.length))).toBe(segment.crc32c);
      }
    });
    expect(frames.at(-1)?.segments.at(-1)).toMatchObject({ offset: expect.any(Number) });
    expect(blob.length).toBe(index.length + codestreams.reduce((sum, { length }) => sum + length, 0));
  });

  it('does not copy the codestreams', () => {
    const codestreams = [codestream(20, 20, 1)];
    expect(buildFramesBlob(codestreams).parts[1]).toBe(codestreams[0]);
  });

  it('needs at least one frame', () => {
    expect(() => buildFramesBlob([])).toThrow('1 to');
  });

  it('is refused when a byte of its index has changed, before anything is believed', () => {
    const { index } = buildFramesBlob([codestream(40, 30, 1), codestream(33, 31, 2)]);
    fc.assert(
      fc.property(fc.nat(index.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bad = index.slice();
        bad[at] = (bad[at] as number) ^ change;
        expect(() => parseFrameIndex(bad)).toThrow(CodecError);
      }),
    );
  });

  it('is refused when its index contradicts itself, even with a right checksum', () => {
    const { index } = buildFramesBlob([codestream(40, 30, 1), codestream(33, 31, 2)]);
    fc.assert(
      fc.property(fc.nat(index.length - 5), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bad = index.slice();
        bad[at] = (bad[at] as number) ^ change;
        new DataView(bad.buffer).setUint32(bad.length - 4, crc32c(bad.subarray(0, -4)), true);
        try {
          const total = parseFrameIndex(bad).reduce((sum, frame) => sum + frame.length, 0);
          expect(total).toBeLessThan(2 ** 33);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('cannot claim an index longer than the blob, or more frames than the limit', () => {
    const { index } = buildFramesBlob([codestream(40, 30, 1)]);
    expect(() => framesBlobIndexLength(index, index.length - 1)).toThrow('claims');
    new DataView(index.buffer).setUint32(8, 0xffffffff, true);
    expect(() => framesBlobIndexLength(index, 2 ** 40)).toThrow('4294967295 frames');
    expect(() => framesBlobIndexLength(index.subarray(0, 15), 100)).toThrow('16 bytes');
  });

  it('of a later version is refused as such', () => {
    const { index } = buildFramesBlob([codestream(40, 30, 1)]);
    new DataView(index.buffer).setUint32(4, 2, true);
    expect(() => framesBlobIndexLength(index, index.length)).toThrow('version 2');
  });
});

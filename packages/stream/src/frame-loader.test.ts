import { createHash } from 'node:crypto';
import { loadCodec } from '@strata/codec/codec';
import type { FrameFormat } from '@strata/codec/format';
import { readHeader } from '@strata/codec/header';
import { levelSize } from '@strata/codec/levels';
import { beforeAll, expect, test } from 'vitest';
import { decodeFrame, FrameDecoder } from './frame-loader.ts';

const codec = await loadCodec();
const format: FrameFormat = { width: 100, height: 75, samples: 1, bits: 12, signed: false };
const pixels = Uint16Array.from({ length: 7500 }, (_, i) => (i * 37 + (i % 100) * 11) & 0xfff);
let right: { level: number; bytes: Uint8Array<ArrayBuffer> }[];
let wrongDigest: typeof right;

function segmentsOf(digest: Uint8Array): typeof right {
  const codestream = Uint8Array.from(codec.encode(pixels, format, { digest }));
  return readHeader(codestream).segments.map(({ offset, length }, level) => ({
    level,
    bytes: codestream.subarray(offset, offset + length),
  }));
}

beforeAll(() => {
  right = segmentsOf(createHash('sha256').update(new Uint8Array(pixels.buffer)).digest());
  wrongDigest = segmentsOf(new Uint8Array(32));
});

test('a frame can be taken at every level, and is the original at the last', async () => {
  const decoder = new FrameDecoder(codec);
  expect([decoder.level, decoder.lastLevel]).toEqual([-1, null]);
  for (const segment of right) {
    decoder.add(segment);
    const frame = await decoder.frame();
    const lastLevel = right.length - 1;
    expect(frame).toMatchObject({
      level: segment.level,
      lastLevel,
      format,
      width: levelSize(100, segment.level, lastLevel),
      height: levelSize(75, segment.level, lastLevel),
    });
    expect(frame.pixels.length).toBe(frame.width * frame.height);
  }
  expect((await decoder.frame()).pixels).toEqual(pixels);
});

test('pixels that are not the original ones are not handed out; lower levels do not need them', async () => {
  await expect(decodeFrame(codec, wrongDigest)).rejects.toMatchObject({ code: 'corrupt' });
  expect((await decodeFrame(codec, wrongDigest.slice(0, -1))).level).toBe(wrongDigest.length - 2);
});

test('segments out of order, missing or damaged are refused', async () => {
  const decoder = new FrameDecoder(codec);
  await expect(decoder.frame()).rejects.toMatchObject({ code: 'bad-request' });
  expect(() => decoder.add(right[1] as (typeof right)[number])).toThrow('Level 1 was added after level -1');
  const damaged = { level: 0, bytes: Uint8Array.from(right[0]?.bytes ?? []) };
  damaged.bytes[damaged.bytes.length - 1] = (damaged.bytes.at(-1) ?? 0) ^ 1;
  expect(() => decoder.add(damaged)).toThrow();
  for (const segment of right) decoder.add(segment);
  expect((await decoder.frame()).pixels).toEqual(pixels);
});

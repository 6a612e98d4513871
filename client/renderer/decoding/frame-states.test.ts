import { loadCodec } from '@strata/codec/codec';
import { pixelBytes } from '@strata/codec/format';
import { readHeader } from '@strata/codec/header';
import { beforeAll, describe, expect, it } from 'vitest';
import { FrameStates } from './frame-states.ts';

const format = { width: 64, height: 48, samples: 1, bits: 12, signed: false } as const;
const codec = await loadCodec();

/** A frame's segments; the digest is that of the pixels unless another is given. */
async function segmentsOf(seed: number, digest?: Uint8Array): Promise<Uint8Array<ArrayBuffer>[]> {
  const pixels = Uint16Array.from({ length: 64 * 48 }, (_, at) => (at * seed) % 4096);
  const own = new Uint8Array(await crypto.subtle.digest('SHA-256', pixelBytes(pixels)));
  const stream = codec.encode(pixels, format, { digest: digest ?? own });
  return readHeader(stream).segments.map(({ offset, length }) =>
    Uint8Array.from(stream.subarray(offset, offset + length)),
  );
}

describe('decoded frames in a worker', () => {
  let segments: Uint8Array<ArrayBuffer>[] = [];
  beforeAll(async () => {
    segments = await segmentsOf(7);
  });

  it('sharpen level by level up to the stored pixels', async () => {
    const states = new FrameStates(codec, 1e8);
    for (const [level, bytes] of segments.entries()) {
      await states.add('a', level, bytes);
      expect(states.get('a').level).toBe(level);
    }
    expect([...states.get('a').pixels.subarray(0, 4)]).toEqual([0, 7, 14, 21]);
  });

  it('take a level twice without harm, and refuse one whose lower levels are missing', async () => {
    const states = new FrameStates(codec, 1e8);
    await states.add('a', 0, segments[0] as Uint8Array<ArrayBuffer>);
    await states.add('a', 0, segments[0] as Uint8Array<ArrayBuffer>);
    await expect(states.add('a', 2, segments[2] as Uint8Array<ArrayBuffer>)).rejects.toMatchObject({
      code: 'no-state',
    });
    await expect(states.add('b', 1, segments[1] as Uint8Array<ArrayBuffer>)).rejects.toMatchObject({
      code: 'no-state',
    });
  });

  it('give way to newer ones when memory is full, and say so', async () => {
    const states = new FrameStates(codec, 64 * 48 * 6 + 100);
    const forgotten: string[] = [];
    for (const frame of ['a', 'b']) {
      for (const [level, bytes] of segments.entries())
        forgotten.push(...(await states.add(frame, level, bytes)));
    }
    expect(forgotten).toEqual(['a']);
    expect(() => states.get('a')).toThrow();
    expect(states.get('b').level).toBe(segments.length - 1);
  });

  it('are never shown at full level when the digest is another', async () => {
    const states = new FrameStates(codec, 1e8);
    const wrong = await segmentsOf(7, new Uint8Array(32));
    const last = wrong.length - 1;
    for (const [level, bytes] of wrong.slice(0, last).entries()) await states.add('a', level, bytes);
    await expect(states.add('a', last, wrong[last] as Uint8Array<ArrayBuffer>)).rejects.toMatchObject({
      code: 'corrupt',
    });
    expect(() => states.get('a')).toThrow();
  });
});

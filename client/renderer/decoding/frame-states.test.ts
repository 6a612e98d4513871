import { loadCodec } from '@strata/codec/codec';
import { pixelBytes } from '@strata/codec/format';
import { readHeader } from '@strata/codec/header';
import { beforeAll, describe, expect, it } from 'vitest';
import { FrameStates } from './frame-states.ts';
import type { CodedLevel } from './messages.ts';

const format = { width: 64, height: 48, samples: 1, bits: 12, signed: false } as const;
const codec = await loadCodec();

/** A frame's levels; the digest is that of the pixels unless another is given. */
async function levelsOf(seed: number, digest?: Uint8Array): Promise<CodedLevel[]> {
  const pixels = Uint16Array.from({ length: 64 * 48 }, (_, at) => (at * seed) % 4096);
  const own = new Uint8Array(await crypto.subtle.digest('SHA-256', pixelBytes(pixels)));
  const stream = codec.encode(pixels, format, { digest: digest ?? own });
  return readHeader(stream).segments.map(({ offset, length }, level) => ({
    level,
    bytes: Uint8Array.from(stream.subarray(offset, offset + length)),
  }));
}

describe('decoded frames in a worker', () => {
  let levels: readonly CodedLevel[] = [];
  beforeAll(async () => {
    levels = await levelsOf(7);
  });
  const level = (at: number) => levels.slice(at, at + 1);

  it('sharpen level by level up to the stored pixels', async () => {
    const states = new FrameStates(codec, 1e8);
    for (const coded of levels) {
      states.add('a', [coded]);
      expect((await states.get('a')).level).toBe(coded.level);
    }
    expect([...(await states.get('a')).pixels.subarray(0, 4)]).toEqual([0, 7, 14, 21]);
  });

  it('take several levels at once, one twice without harm, and refuse one whose lower levels are missing', async () => {
    const states = new FrameStates(codec, 1e8);
    states.add('a', levels.slice(0, 2));
    states.add('a', levels.slice(1, 3));
    expect(states.level('a')).toBe(2);
    states.add('c', level(0));
    expect(() => states.add('c', level(2))).toThrow(expect.objectContaining({ code: 'no-state' }));
    expect(() => states.add('b', level(1))).toThrow(expect.objectContaining({ code: 'no-state' }));
    expect([states.level('a'), states.level('b')]).toEqual([2, -1]);
  });

  it('give way to newer ones when memory is full, and say so', async () => {
    const states = new FrameStates(codec, 64 * 48 * 4);
    const forgotten = ['a', 'b'].flatMap((frame) => states.add(frame, levels));
    expect(forgotten).toEqual(['a']);
    await expect(states.get('a')).rejects.toMatchObject({ code: 'no-state' });
    expect((await states.get('b')).level).toBe(levels.length - 1);
  });

  it('are never shown at full level when the digest is another', async () => {
    const states = new FrameStates(codec, 1e8);
    states.add('a', await levelsOf(7, new Uint8Array(32)));
    await expect(states.get('a')).rejects.toMatchObject({ code: 'corrupt' });
    await expect(states.get('a')).rejects.toMatchObject({ code: 'no-state' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Codec, type DecoderState, loadCodec } from '../codec.ts';
import type { FrameFormat, Pixels } from '../format.ts';
import { type Header, readHeader } from '../header.ts';
import { startCodecPool } from '../node/codec-workers.ts';
import { type Content, frameOf } from '../testing/contents.ts';
import type { CodecPool } from './codec-pool.ts';
import { stripesOf } from './stripes.ts';

const digest = new Uint8Array(32);
const small: FrameFormat = { width: 120, height: 90, samples: 1, bits: 12, signed: false };
const large: FrameFormat = { width: 700, height: 2300, samples: 3, bits: 8, signed: false };

let codec: Codec;
let pool: CodecPool;
beforeAll(async () => {
  codec = await loadCodec();
  pool = startCodecPool({ workers: 2 });
});
afterAll(() => pool.close());

const codestreamOf = (format: FrameFormat, content: Content, seed: number): Uint8Array =>
  codec.encode(frameOf(format, content, seed), format, { digest });

describe('a pool of codecs', () => {
  it('codes and decodes as one codec does, many frames at once', async () => {
    const seeds = Array.from({ length: 12 }, (_, at) => at);
    const frames = seeds.map((seed) => frameOf(small, 'smooth with noise', seed));
    const expected = frames.map((pixels) => codec.encode(pixels, small, { digest }));
    const coded = await Promise.all(frames.map((pixels) => pool.encode(pixels.slice(), small, { digest })));
    expect(coded).toEqual(expected);
    const back = await Promise.all(coded.map((codestream) => pool.decode(codestream)));
    expect(back).toEqual(frames);
    expect(coded).toEqual(expected);
  });

  it('takes pixels over that have a buffer of their own, and copies a part of a larger one', async () => {
    const own = frameOf(small, 'smooth', 1);
    await pool.encode(own, small, { digest });
    expect(own.length).toBe(0);
    const shared = new Uint16Array(20_000);
    await pool.encode(shared.subarray(0, 120 * 90), small, { digest });
    expect(shared.length).toBe(20_000);
  });

  it('goes level by level with a state that moves between threads', async () => {
    const codestream = codestreamOf(small, 'smooth with noise', 3);
    const header = readHeader(codestream);
    let state: DecoderState | null = null;
    let expected: DecoderState | null = null;
    for (const { offset, length } of header.segments) {
      const segment = codestream.subarray(offset, offset + length);
      expected = codec.decodeLevel(header, expected, segment);
      const made: { state: DecoderState; pixels: Pixels } = await pool.decodeLevel(
        codestream,
        state,
        segment,
      );
      state = made.state;
      expect(made.pixels).toEqual(codec.levelPixels(header, expected));
    }
    expect((state as DecoderState).level).toBe(header.levels);
  });

  it('decodes a region, and a large frame by all workers at once', async () => {
    const codestream = codestreamOf(large, 'smooth with noise', 1);
    const pixels = codec.decodeFrame(readHeader(codestream), codestream);
    expect(stripesOf(readHeader(codestream), 2)).toHaveLength(2);
    expect(await pool.decodeLarge(codestream)).toEqual(pixels);
    const region = { x: 0, y: 511, width: 700, height: 2 };
    const from = 511 * 700 * 3;
    expect(await pool.decodeRegion(codestream, 5, region)).toEqual(pixels.subarray(from, from + 2 * 700 * 3));
    expect(await pool.decodeLarge(codestreamOf(small, 'smooth', 1))).toEqual(frameOf(small, 'smooth', 1));
  });

  it('hands a series out in order, never far ahead of who takes it', async () => {
    const codestreams = Array.from({ length: 30 }, (_, seed) =>
      codestreamOf(small, 'smooth with noise', seed),
    );
    let given = 0;
    const giving = (function* () {
      for (const codestream of codestreams) {
        given++;
        yield codestream;
      }
    })();
    let taken = 0;
    for await (const pixels of pool.decodeSeries(giving, { aheadBytes: 3 * 120 * 90 * 2 })) {
      expect(pixels).toEqual(frameOf(small, 'smooth with noise', taken));
      taken++;
      expect(given - taken).toBeLessThanOrEqual(4);
    }
    expect(taken).toBe(30);
  });

  it('sends small frames together, and a series of any length comes back whole', async () => {
    const codestreams = Array.from({ length: 150 }, (_, seed) => codestreamOf(small, 'smooth', seed));
    let taken = 0;
    for await (const pixels of pool.decodeSeries(codestreams)) {
      expect(pixels).toEqual(frameOf(small, 'smooth', taken));
      taken++;
    }
    expect(taken).toBe(150);
  });

  it('stops a series when the loop is left or aborted, and reports a damaged frame in its turn', async () => {
    const good = codestreamOf(small, 'smooth', 1);
    const bad = good.slice();
    bad[bad.length - 2] = (bad[bad.length - 2] as number) ^ 1;
    const done: number[] = [];
    const all = async (): Promise<void> => {
      for await (const pixels of pool.decodeSeries([good, good, bad, good])) done.push(pixels.length);
    };
    await expect(all()).rejects.toMatchObject({ name: 'CodecError', code: 'bad-checksum' });
    expect(done).toEqual([10_800, 10_800]);
    const aborted = pool.decodeSeries([good, good], { signal: AbortSignal.abort() });
    await expect(aborted.next()).rejects.toMatchObject({ name: 'AbortError' });
    expect(await pool.decode(good)).toEqual(frameOf(small, 'smooth', 1));
  });

  it('reports what the codec refuses with its own code', async () => {
    await expect(pool.decode(new Uint8Array(100))).rejects.toMatchObject({ code: 'bad-header' });
    const wrong = frameOf(small, 'smooth', 1);
    await expect(pool.encode(wrong, { ...small, width: 7 }, { digest })).rejects.toMatchObject({
      code: 'bad-format',
    });
  });
});

describe('stripes of a large frame', () => {
  const header = (width: number, height: number): Header =>
    ({ format: { ...large, width, height }, levels: 5 }) as unknown as Header;

  it.each([
    [700, 2300, 2],
    [8000, 8000, 4],
    [300, 65_535, 7],
    [9000, 1025, 2],
  ])('of %i x %i pixels cover it without a gap', (width, height, most) => {
    const stripes = stripesOf(header(width, height), most);
    expect(stripes.length).toBeLessThanOrEqual(most);
    let y = 0;
    for (const stripe of stripes) {
      expect(stripe).toMatchObject({ x: 0, y, width });
      expect(stripe.height).toBeGreaterThan(0);
      y += stripe.height;
    }
    expect(y).toBe(height);
  });

  it('a small frame stays whole', () => {
    expect(stripesOf(header(512, 512), 8)).toEqual([{ x: 0, y: 0, width: 512, height: 512 }]);
  });
});

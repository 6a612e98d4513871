import { StreamError } from '@strata/stream/errors';
import type { Getting, LevelsRequest, OnSegment } from '@strata/stream/types';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../decoding/decode-pool.ts';
import { SeriesLoader } from './series-loader.ts';

const levels = 5;
const slices = (count: number) =>
  Array.from({ length: count }, (_, frame) => ({
    key: `b/${frame}`,
    ref: { blob: 'b', frame },
    levels,
    lengths: [100, 200, 400, 1000, 4000, 16_000],
  }));

interface Asked {
  readonly frames: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
  priority: number;
  /** Delivers every level and ends the request. */
  answer(): void;
  refuse(error: Error): void;
}

/** A source whose requests the test answers one by one. */
function heldSource() {
  const asked: Asked[] = [];
  const get = (
    request: LevelsRequest,
    onSegment: OnSegment,
    { signal }: { signal: AbortSignal },
  ): Getting => {
    const frames = 'frames' in request.target ? request.target.frames.map(({ frame }) => frame) : [];
    const { from = 0, to = levels } = request;
    const { promise, resolve, reject } = Promise.withResolvers<{
      levels: number;
      bytes: number;
      fromCache: number;
    }>();
    signal.addEventListener('abort', () => reject(signal.reason));
    const one: Asked = {
      frames,
      from,
      to,
      signal,
      priority: request.priority ?? 0,
      answer: () => {
        for (let level = from; level <= to; level++) {
          for (const frame of frames) {
            void onSegment({ blob: 'b', frame, level, crc32c: 0, bytes: new Uint8Array(1) });
          }
        }
        resolve({ levels: 0, bytes: 0, fromCache: 0 });
      },
      refuse: reject,
    };
    asked.push(one);
    return Object.assign(promise, {
      prioritise: (priority: number) => {
        one.priority = priority;
      },
    });
  };
  return { asked, get };
}

/** Lets everything that was settled take effect. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

function loaderOf(count: number, decoder = { add: async (): Promise<void> => {} }) {
  const source = heldSource();
  const changes: number[] = [];
  const onChange = (index: number) => void changes.push(index);
  const loader = new SeriesLoader({ slices: slices(count), source, decoder, onChange, kept: 40 });
  return { loader, asked: source.asked, changes };
}

const full = () => levels;

describe('loading a series', () => {
  it('asks for the visible slice alone and for the coarse levels of all others together', () => {
    const { loader, asked } = loaderOf(30);
    loader.want(3, full);
    expect(asked[0]).toMatchObject({ frames: [3], from: 0, to: levels, priority: 0 });
    const coarse = asked.slice(1).filter(({ to }) => to === 2);
    expect(coarse.flatMap(({ frames }) => frames).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, at) => at).filter((at) => at !== 3),
    );
    expect(coarse.length).toBeLessThan(4);
    loader.close();
    expect(asked.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('ends with every slice at the level needed, each level asked for once but those of the visible slice', async () => {
    const { loader, asked } = loaderOf(12);
    loader.want(0, full);
    for (let at = 0; at < asked.length; at++) {
      asked[at]?.answer();
      await settle();
    }
    expect(loader.states.map(({ received }) => received)).toEqual(Array(12).fill(levels));
    const times = asked.flatMap(({ frames, from, to }) => frames.map((frame) => `${frame} ${from}-${to}`));
    expect(new Set(times).size).toBe(times.length);
    expect(asked.filter(({ frames }) => frames.includes(7))).toMatchObject([
      { from: 0, to: 2 },
      { from: 3, to: 5 },
    ]);
  });

  it('turns to another slice at once and lets what it no longer wants most wait', async () => {
    const { loader, asked } = loaderOf(200);
    loader.want(0, full);
    loader.want(150, full);
    const now = asked.find(({ frames, to }) => frames.includes(150) && to === levels);
    expect(now?.priority).toBe(0);
    expect(asked[0]?.signal.aborted || (asked[0]?.priority ?? 0) > 0).toBe(true);
    loader.close();
  });

  it('stops refining when the screen needs less', async () => {
    const { loader, asked } = loaderOf(3);
    loader.want(0, full);
    expect(asked[0]).toMatchObject({ frames: [0], to: levels });
    loader.want(0, () => 2);
    expect(asked[0]?.signal.aborted).toBe(true);
    loader.close();
  });

  it('asks one by one when a request for many failed, so that one bad slice harms no other', async () => {
    const { loader, asked } = loaderOf(4);
    loader.want(0, full);
    for (let at = 0; at < asked.length; at++) {
      const one = asked[at];
      if (one?.frames.includes(2)) one.refuse(new StreamError('failed', 'blob b is missing'));
      else one?.answer();
      await settle();
    }
    expect(loader.states.map(({ failure }) => failure?.message ?? null)).toEqual([
      null,
      null,
      'blob b is missing',
      null,
    ]);
    expect(loader.states.map(({ received }) => received)).toEqual([levels, levels, -1, levels]);
  });

  it('tries again what failed for want of a server, and other failures only when asked to', async () => {
    const { loader, asked } = loaderOf(1);
    loader.want(0, full);
    asked[0]?.refuse(new StreamError('unreachable', 'no server answers'));
    await settle();
    expect(loader.states[0]?.failure?.passing).toBe(true);
    expect(asked).toHaveLength(1);
    loader.retry();
    await settle();
    asked[1]?.refuse(new StreamError('corrupt', 'wrong bytes'));
    await settle();
    loader.retry();
    await settle();
    expect(asked).toHaveLength(2);
    loader.retry(0);
    await settle();
    expect(asked).toHaveLength(3);
    loader.close();
  });

  it('takes a slice for failed when it cannot be decoded or when levels are missing', async () => {
    const broken = {
      add: async () => {
        throw new DecodeError('bad-segment', 'level 0 is damaged');
      },
    };
    const { loader, asked } = loaderOf(1, broken);
    loader.want(0, full);
    asked[0]?.answer();
    await settle();
    expect(loader.states[0]?.failure?.message).toBe('level 0 is damaged');
  });

  it('fills every slice that is the same frame: equal images are stored once', async () => {
    const source = heldSource();
    const same = [...slices(2), ...slices(1)];
    const decoder = { add: async (): Promise<void> => {} };
    const loader = new SeriesLoader({ slices: same, source, decoder, onChange: () => {}, kept: 40 });
    loader.want(1, full);
    for (let at = 0; at < source.asked.length; at++) {
      source.asked[at]?.answer();
      await settle();
    }
    expect(loader.states.map(({ received, failure }) => [received, failure])).toEqual(
      Array(3).fill([levels, null]),
    );
  });

  it('sends a frame’s levels to the decoder again when the decoder dropped them', async () => {
    const { loader, asked } = loaderOf(1);
    loader.want(0, full);
    asked[0]?.answer();
    await settle();
    expect(loader.states[0]?.decoded).toBe(levels);
    loader.forgotten('b/0');
    await settle();
    expect(asked[1]).toMatchObject({ frames: [0], from: 0, to: levels });
    loader.close();
  });
});

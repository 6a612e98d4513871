import { StreamError } from '@strata/stream/errors';
import type { GetResult, Getting, LevelsRequest, OnSegment } from '@strata/stream/types';
import { afterEach, describe, expect, it } from 'vitest';
import { DecodeError } from '../decoding/decode-pool.ts';
import type { CodedLevel, DisplayWish } from '../decoding/messages.ts';
import { ImageLoader, type ImageLoaderOptions } from './image-loader.ts';
import type { LoadingView } from './loading-view.ts';
import { memoryShares } from './memory-shares.ts';

const levels = 5;
const side = 64;
const lengths = [100, 200, 400, 1000, 4000, 16_000];
const slices = (count: number, blob = 'b') =>
  Array.from({ length: count }, (_, frame) => ({
    key: `${blob}/${frame}`,
    ref: { blob, frame },
    format: { width: side, height: side, samples: 1, bits: 12, signed: false } as const,
    levels,
    lengths,
  }));

interface Asked {
  readonly frames: readonly string[];
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
    const frames = 'frames' in request.target ? request.target.frames : [];
    const { from = 0, to = levels } = request;
    const { promise, resolve, reject } = Promise.withResolvers<GetResult>();
    signal.addEventListener('abort', () => reject(signal.reason));
    const one: Asked = {
      frames: frames.map(({ blob, frame }) => `${blob}/${frame}`),
      from,
      to,
      signal,
      priority: request.priority ?? 0,
      answer: () => {
        for (let level = from; level <= to && !signal.aborted; level++) {
          for (const ref of frames) void onSegment({ ...ref, level, crc32c: 0, bytes: new Uint8Array(1) });
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

/** A decoder that keeps count of levels instead of decoding; refuses a level whose lower ones it was not given. */
function countingDecoder() {
  const decoded = new Map<string, number>();
  const pixelsOf = (frame: string, wish: DisplayWish) => {
    const own = wish.size === 'full' ? side : Math.ceil(side / 2 ** (levels - (decoded.get(frame) ?? 0)));
    const statistics = { range: [0, 1], robust: [0, 1] } as const;
    const values = new Int16Array(own * own);
    return { values, components: 1, width: own, height: own, ...statistics } as const;
  };
  return {
    decoded,
    add: async (frame: string, coded: readonly CodedLevel[], wish: DisplayWish | null) => {
      for (const { level } of coded) {
        if ((decoded.get(frame) ?? -1) + 1 !== level) throw new DecodeError('no-state', 'levels are missing');
        decoded.set(frame, level);
      }
      const level = decoded.get(frame) ?? -1;
      return { type: 'added' as const, level, pixels: wish && pixelsOf(frame, wish), forgotten: [] };
    },
    show: async (frame: string, wish: DisplayWish) => {
      const level = decoded.get(frame);
      if (level === undefined) throw new DecodeError('no-state', 'not known');
      return { type: 'shown' as const, level, pixels: pixelsOf(frame, wish) };
    },
  };
}

/** Lets everything that was settled take effect. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 25));

const loaders: ImageLoader[] = [];
afterEach(() => {
  for (const loader of loaders.splice(0)) loader.close();
});

function loading(options: Partial<ImageLoaderOptions> = {}) {
  const source = heldSource();
  const loader = new ImageLoader({
    source,
    decoder: countingDecoder(),
    memory: memoryShares(2 ** 30),
    ...options,
  });
  loaders.push(loader);
  return { loader, asked: source.asked };
}

const open = (loader: ImageLoader, target: number, of = slices(30), rank: 0 | 1 = 0): LoadingView => {
  const view = loader.view({ onChange: () => {} });
  const renderingOf = (index: number) => ({
    key: of[index]?.key ?? '',
    recipe: { kind: 'colour', space: 'rgb' } as const,
  });
  view.open({ slices: of, renderingOf, target, scale: 1, rank });
  return view;
};

/** Answers whatever is asked for until nothing is asked any more. */
async function answerAll(asked: readonly Asked[]): Promise<void> {
  for (let at = 0; at < asked.length; at++) {
    if (!asked[at]?.signal.aborted) asked[at]?.answer();
    await settle();
  }
}

describe('loading a series', () => {
  it('asks for the visible slice alone and at once, and then for the coarse levels of all others together', async () => {
    const { loader, asked } = loading();
    open(loader, 3);
    expect(asked).toHaveLength(1);
    await settle();
    expect(asked[0]).toMatchObject({ frames: ['b/3'], from: 0, to: levels, priority: 0 });
    const coarse = asked.slice(1).filter(({ to }) => to === 2);
    expect(coarse.flatMap(({ frames }) => frames)).toHaveLength(29);
    expect(coarse.length).toBeLessThan(4);
    loader.close();
    expect(asked.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('ends with every slice at the level needed, each level asked for once but those of the visible slice', async () => {
    const { loader, asked } = loading();
    const view = open(loader, 0, slices(12));
    await answerAll(asked);
    expect(view.states.map((_, index) => view.held(index))).toEqual(Array(12).fill(levels));
    const times = asked.flatMap(({ frames, from, to }) => frames.map((frame) => `${frame} ${from}-${to}`));
    expect(new Set(times).size).toBe(times.length);
    expect(asked.filter(({ frames }) => frames.includes('b/7'))).toMatchObject([
      { from: 0, to: 2 },
      { from: 3, to: 5 },
    ]);
  });

  it('makes at first the level’s own pixels, then the same enlarged, each once', async () => {
    const made: string[] = [];
    const decoder = countingDecoder();
    const { loader, asked } = loading({
      decoder: {
        add: (frame, coded, wish) => {
          made.push(`level ${coded.at(-1)?.level} ${wish?.size}`);
          return decoder.add(frame, coded, wish);
        },
        show: (frame, wish) => {
          made.push(wish.size);
          return decoder.show(frame, wish);
        },
      },
    });
    const view = loader.view({ onChange: () => {} });
    const renderingOf = () => ({ key: 'b/0', recipe: { kind: 'colour', space: 'rgb' } as const });
    view.open({ slices: slices(1), renderingOf, target: 0, scale: 0.5, isFirst: true });
    await answerAll(asked);
    expect(made).toEqual(['level 4 own', 'full']);
    expect(view.pixelsAsIs(0)).toMatchObject({ level: 4, isOwn: false, pixels: { width: side } });
    view.look({ target: 0, scale: 1, isFirst: true });
    await answerAll(asked);
    expect(made).toEqual(['level 4 own', 'full', 'level 5 full']);
  });

  it('turns to another slice at once and lets what it no longer wants most wait', async () => {
    const { loader, asked } = loading();
    const view = open(loader, 0, slices(200));
    view.look({ target: 150, scale: 1 });
    const now = asked.find(({ frames, to }) => frames.includes('b/150') && to === levels);
    expect(now?.priority).toBe(0);
    await settle();
    expect(asked[0]?.signal.aborted || (asked[0]?.priority ?? 0) > 0).toBe(true);
  });

  it('stops refining when the screen needs less', async () => {
    const { loader, asked } = loading();
    const view = open(loader, 0, slices(3));
    expect(asked[0]).toMatchObject({ frames: ['b/0'], to: levels });
    view.look({ target: 0, scale: 1 / 8 });
    await settle();
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  it('calls off at once what another series no longer needs, and hands out nothing of it', async () => {
    const { loader, asked } = loading();
    const view = open(loader, 0);
    const before = asked.splice(0);
    const other = slices(5, 'other');
    view.open({
      slices: other,
      renderingOf: (index) => ({ key: `other/${index}`, recipe: { kind: 'colour', space: 'rgb' } }),
      target: 0,
      scale: 1,
    });
    expect(before.every(({ signal }) => signal.aborted)).toBe(true);
    await answerAll(asked);
    expect(view.states.map((_, index) => view.held(index))).toEqual(Array(5).fill(levels));
    expect(asked.flatMap(({ frames }) => frames).every((frame) => frame.startsWith('other'))).toBe(true);
  });

  it('asks one by one when a request for many failed, so that one bad slice harms no other', async () => {
    const { loader, asked } = loading();
    const view = open(loader, 0, slices(4));
    for (let at = 0; at < asked.length; at++) {
      const one = asked[at];
      if (one?.frames.includes('b/2')) one.refuse(new StreamError('failed', 'blob b is missing'));
      else one?.answer();
      await settle();
    }
    expect(view.states.map(({ failure }) => failure?.message ?? null)).toEqual([
      null,
      null,
      'blob b is missing',
      null,
    ]);
    expect(view.states.map((_, index) => view.held(index))).toEqual([levels, levels, -1, levels]);
  });

  it('tries again what failed for want of a server, and other failures only when asked to', async () => {
    const { loader, asked } = loading();
    const view = open(loader, 0, slices(1));
    asked[0]?.refuse(new StreamError('unreachable', 'no server answers'));
    await settle();
    expect(view.states[0]?.failure?.passing).toBe(true);
    expect(asked).toHaveLength(1);
    view.retry();
    await settle();
    asked[1]?.refuse(new StreamError('corrupt', 'wrong bytes'));
    await settle();
    view.retry();
    await settle();
    expect(asked).toHaveLength(2);
    view.retry(0);
    await settle();
    expect(asked).toHaveLength(3);
  });

  it('takes a slice for failed when it cannot be decoded', async () => {
    const broken = async () => {
      throw new DecodeError('bad-segment', 'level 0 is damaged');
    };
    const { loader, asked } = loading({ decoder: { add: broken, show: broken } });
    const view = open(loader, 0, slices(1));
    asked[0]?.answer();
    await settle();
    expect(view.states[0]?.failure?.message).toBe('level 0 is damaged');
  });

  it('fills every slice that is the same frame: equal images are stored once', async () => {
    const { loader, asked } = loading();
    const view = open(loader, 1, [...slices(2), ...slices(1)]);
    await answerAll(asked);
    expect(view.states.map(({ failure }, index) => [view.held(index), failure])).toEqual(
      Array(3).fill([levels, null]),
    );
  });

  it('keeps the pixels of a frame that the decoder dropped, and decodes it anew when it is rendered otherwise', async () => {
    const decoder = countingDecoder();
    const { loader, asked } = loading({ decoder });
    const view = loader.view({ onChange: () => {} });
    let lut = '';
    const renderingOf = () => ({ key: `b/0${lut}`, recipe: { kind: 'colour', space: 'rgb' } as const });
    view.open({ slices: slices(1), renderingOf, target: 0, scale: 1 });
    await answerAll(asked);
    decoder.decoded.clear();
    loader.forgotten('b/0');
    await settle();
    expect([view.held(0), asked.length]).toEqual([levels, 1]);
    lut = ' by another table';
    view.rerender();
    await settle();
    expect(asked[1]).toMatchObject({ frames: ['b/0'], from: 0, to: levels });
    asked[1]?.answer();
    await settle();
    expect(view.held(0)).toBe(levels);
  });
});

describe('loading for several viewports', () => {
  it('gets what the used one shows first, then what the others show, then what is near', async () => {
    const { loader, asked } = loading();
    open(loader, 3, slices(30, 'prior'), 1);
    open(loader, 5, slices(30));
    expect(asked.find(({ to, frames }) => to === levels && frames.includes('prior/3'))?.priority).toBe(1);
    expect(asked.find(({ to, frames }) => to === levels && frames.includes('b/5'))?.priority).toBe(0);
    expect(asked.filter(({ priority }) => priority < 2)).toHaveLength(2);
  });

  it('loads a frame once for both, and goes on for one when the other is closed', async () => {
    const { loader, asked } = loading();
    const one = open(loader, 0, slices(8));
    const two = open(loader, 0, slices(8));
    expect(asked.filter(({ frames, to }) => frames.includes('b/0') && to === levels)).toHaveLength(1);
    one.close();
    expect(asked.some(({ signal }) => signal.aborted)).toBe(false);
    await answerAll(asked);
    expect(two.states.map((_, index) => two.held(index))).toEqual(Array(8).fill(levels));
    expect(one.states).toEqual([]);
  });
});

describe('memory for a volume', () => {
  it('is taken from that of pixels, and given back once', async () => {
    const bytes = side * side * 3;
    const memory = { coded: 1e9, states: 1e9, volumes: 25 * bytes, pixels: 40 * bytes };
    const { loader, asked } = loading({ memory });
    open(loader, 0);
    await answerAll(asked);
    const before = loader.pixelBytes;
    const release = loader.reserve(25 * bytes);
    expect(loader.volumeRoom).toBe(0);
    expect(loader.pixelBytes).toBeLessThanOrEqual(Math.min(before, 15 * bytes));
    release();
    release();
    expect(loader.volumeRoom).toBe(25 * bytes);
  });
});

describe('a study larger than memory', () => {
  it('keeps sharp what is near, a coarse version of all, and never leaves a slice blank while it is scrolled', async () => {
    const bytes = side * side * 2;
    const memory = { coded: 1e9, states: 1e9, volumes: 0, pixels: 40 * bytes };
    const { loader, asked } = loading({ memory });
    const view = open(loader, 0, slices(200));
    await answerAll(asked);
    const held = () => view.states.map((_, index) => view.held(index));
    expect(held().filter((level) => level === levels).length).toBeGreaterThan(20);
    for (const target of [50, 120, 199]) {
      asked.splice(0);
      view.look({ target, scale: 1 });
      await settle();
      expect(view.pixels(target)?.level).toBeGreaterThanOrEqual(2);
      await answerAll(asked);
      expect(view.held(target)).toBe(levels);
      expect(Math.min(...held())).toBe(2);
      expect(loader.pixelBytes).toBeLessThanOrEqual(memory.pixels);
    }
  });
});

import type { WorkerEvents, WorkerPort } from '@strata/codec/pool/worker-pool';
import { beforeEach, describe, expect, it } from 'vitest';
import { rgbFromPalette, rgbFromSamples } from './colour-pixels.ts';
import { DecodePool } from './decode-pool.ts';
import { displayPixels } from './display-pixels.ts';
import { displayRecipe } from './display-recipe.ts';
import { enlarge } from './enlarge.ts';
import { greyStatistics, modalityValues } from './grey-pixels.ts';
import type { FromWorker, ToWorker } from './messages.ts';

const grey = (bits: number, signed: boolean) => ({ width: 4, height: 1, samples: 1, bits, signed }) as const;
const colour = { width: 1, height: 1, samples: 3, bits: 8, signed: false } as const;
const presentation = {
  photometric: 'MONOCHROME2',
  windows: [],
  voiFunction: '',
  rescale: null,
  pixelSpacing: null,
  pixelAspectRatio: null,
  imagePosition: null,
  imageOrientation: null,
  sliceLocation: null,
  pixelPadding: null,
  frameTime: null,
  burnedInLossy: '',
  palette: null,
};

describe('grey values', () => {
  it('are rescaled, in whole numbers where these hold every possible value', () => {
    const stored = new Uint16Array([0, 1024, 2048, 4095]);
    expect(modalityValues(stored, grey(12, false), 1, -1024)).toEqual(new Int16Array([-1024, 0, 1024, 3071]));
    expect(modalityValues(stored, grey(16, false), 1, 0)).toBeInstanceOf(Uint16Array);
    expect(modalityValues(stored, grey(16, false), 1, -1024)).toBeInstanceOf(Float32Array);
    expect(modalityValues(stored, grey(12, false), 0.5, 0)).toEqual(new Float32Array([0, 512, 1024, 2047.5]));
  });

  it('have statistics that leave padding out', () => {
    const values = [-2000, -2000, 0, 10, 20, 30];
    expect(greyStatistics(values, [-2000, -2000]).range).toEqual([0, 30]);
    expect(greyStatistics(values, null).range).toEqual([-2000, 30]);
    expect(greyStatistics([5, 5], [5, 5]).range).toEqual([0, 1]);
    const outlier = Float32Array.from({ length: 1000 }, (_, at) => (at === 500 ? 1e6 : at));
    expect(greyStatistics(outlier, null).robust[1]).toBeLessThan(1000);
  });
});

describe('colours', () => {
  it('pass through as RGB, from luminance and chrominance, and from a palette', () => {
    expect(rgbFromSamples(new Uint8Array([1, 2, 3]), colour, 'rgb')).toEqual(new Uint8Array([1, 2, 3]));
    expect(rgbFromSamples(new Uint8Array([76, 85, 255]), colour, 'ybr-full')).toEqual(
      new Uint8Array([254, 0, 0]),
    );
    expect(rgbFromSamples(new Uint8Array([235, 128, 128]), colour, 'ybr-partial')).toEqual(
      new Uint8Array([255, 255, 255]),
    );
    const palette = new Uint8Array([9, 9, 9, 200, 0, 0]);
    expect(rgbFromPalette(new Uint8Array([9, 10, 11, 99]), 10, palette)).toEqual(
      new Uint8Array([9, 9, 9, 9, 9, 9, 200, 0, 0, 200, 0, 0]),
    );
  });

  it('keep the highest 8 of 16 bits', () => {
    const deep = { ...colour, bits: 16 };
    expect(rgbFromSamples(new Uint16Array([0xffff, 0x8000, 0]), deep, 'rgb')).toEqual(
      new Uint8Array([255, 128, 0]),
    );
  });

  it('are recognised by the attributes; a broken palette leaves grey', () => {
    const palette = { first: 0, count: 2, rgb: btoa('\x00\x00\x00\xff\x00\x00') };
    expect(displayRecipe(grey(8, false), { ...presentation, palette }).kind).toBe('palette');
    expect(displayRecipe(grey(8, false), { ...presentation, palette: { ...palette, rgb: '#' } }).kind).toBe(
      'grey',
    );
    expect(displayRecipe(colour, { ...presentation, photometric: 'YBR_FULL_422' })).toEqual({
      kind: 'colour',
      space: 'ybr-full',
    });
  });
});

describe('a coarse level enlarged', () => {
  it('keeps its samples at their places in the frame and interpolates between them', () => {
    const level = { values: new Int16Array([0, 40, 80, 120]), width: 2, height: 2, components: 1 as const };
    const { values } = enlarge(level, 2, 4, 3);
    expect([...values]).toEqual([0, 20, 40, 40, 40, 60, 80, 80, 80, 100, 120, 120]);
  });

  it('keeps the colours of a pixel together', () => {
    const level = {
      values: new Uint8Array([0, 100, 200, 10, 110, 210]),
      width: 2,
      height: 1,
      components: 3 as const,
    };
    expect([...enlarge(level, 2, 3, 1).values]).toEqual([0, 100, 200, 5, 105, 205, 10, 110, 210]);
  });

  it('is as large as the frame whatever the frame’s size', () => {
    for (const [width, height] of [
      [17, 33],
      [100, 64],
      [1, 8],
    ] as const) {
      const format = { width, height, samples: 1, bits: 8, signed: false } as const;
      const small = new Uint8Array(Math.ceil(width / 4) * Math.ceil(height / 4)).fill(7);
      const recipe = displayRecipe(format, presentation);
      const shown = displayPixels(small, format, { level: 1, levels: 3 }, recipe, 'full');
      expect(shown.values).toHaveLength(width * height);
      expect(new Set(shown.values)).toEqual(new Set([7]));
    }
  });
});

/** A worker that answers when the test says so. */
class HeldWorker {
  readonly asked: ToWorker[] = [];
  #events: WorkerEvents<FromWorker> | null = null;

  readonly start = (events: WorkerEvents<FromWorker>): WorkerPort<ToWorker> => {
    this.#events = events;
    return { post: (message) => this.asked.push(message), end: () => undefined };
  };

  answer(): void {
    this.#events?.reply({ type: 'added', level: 0, pixels: null, forgotten: [] });
  }

  crash(): void {
    this.#events?.lost(new Error('out of memory'));
  }
}

describe('the pool of workers', () => {
  let worker = new HeldWorker();
  let pool = new DecodePool(worker.start, 1, () => {});
  beforeEach(() => {
    worker = new HeldWorker();
    pool = new DecodePool(worker.start, 1, () => {});
  });
  const add = (frame: string, level: number, priority: number) =>
    pool.add(frame, [{ level, bytes: new Uint8Array(1) }], null, priority);
  const order = () =>
    worker.asked.map((work) => `${work.frame}:${work.type === 'add' ? work.levels[0]?.level : ''}`);

  it('decodes the most wanted first, but never a level before the one under it', async () => {
    const begun = ['a', 'b', 'e'].map((frame) => add(frame, 0, 5));
    const jobs = [...begun, add('c', 0, 9), add('c', 1, 0), add('d', 0, 0)];
    for (const _ of jobs) {
      worker.answer();
      await new Promise((resolve) => setTimeout(resolve));
    }
    await Promise.all(jobs);
    // What the worker has already goes first.
    expect(order()).toEqual(['a:0', 'b:0', 'e:0', 'd:0', 'c:0', 'c:1']);
  });

  it('goes on with another worker when one is lost, and says so of what it was at', async () => {
    const jobs = ['a', 'b', 'c', 'd'].map((frame) => add(frame, 0, 0));
    worker.crash();
    await expect(jobs[0]).rejects.toMatchObject({ name: 'DecodeError', code: 'worker' });
    for (const behind of jobs.slice(1, 3)) {
      await expect(behind, 'only to be asked again').rejects.toMatchObject({ code: 'no-state' });
    }
    await new Promise((resolve) => setTimeout(resolve));
    worker.answer();
    await jobs[3];
    expect(order()).toEqual(['a:0', 'b:0', 'c:0', 'd:0']);
  });

  it('refuses all that waits when it is closed', async () => {
    const jobs = [add('a', 0, 0), add('b', 0, 0)];
    await pool.close();
    const results = await Promise.allSettled(jobs);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

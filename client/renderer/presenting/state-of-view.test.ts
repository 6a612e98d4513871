import type { StateDrawing } from '@strata/protocol/saved-presentations';
import { describe, expect, it } from 'vitest';
import type { Slice } from '../study/stack.ts';
import { upright } from '../viewport/turn.ts';
import { placeOfArea } from './presented.ts';
import { stateForImage } from './state-for-image.ts';
import { stateOfView, type View } from './state-of-view.ts';

const image = (instanceUid: string, slope = 1, width = 512): Slice =>
  ({
    ...{ instanceUid, frameNumber: 1, frames: 1 },
    format: { width, height: 512, samples: 1, bits: 12, signed: false },
    presentation: {
      photometric: 'MONOCHROME2',
      rescale: { slope, intercept: -1024, type: '' },
      palette: null,
    },
  }) as unknown as Slice;

const signal = <Value>(value: Value) => ({ peek: () => value }) as never;
const view = (more: Partial<View>): View => ({
  slice: image('1.2'),
  slices: [image('1.1'), image('1.2'), image('1.3', 2), image('1.4', 1, 256)],
  tones: {
    window: signal({ centre: 40.123456789, width: 400 }),
    inverted: signal(false),
    lutOf: () => null,
    kindOf: () => 'SIGMOID',
  },
  ...{ turn: upright, shutter: null, size: [800, 600] as const, drawings: [], texts: [] },
  // Fitted: 600 / 512 CSS pixels each, centred.
  place: [600 / 512, 0, 0, 600 / 512, 100, 0],
  ...more,
});

describe('what a viewport shows', () => {
  it('becomes a state for the images that can share it, the one in view first', () => {
    const state = stateOfView('  Lunge, größer! ', view({}));
    expect(state.images.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(['1.2', '1.1']);
    expect(state).toMatchObject({ label: 'LUNGE_GROSSER', description: 'Lunge, größer!' });
    expect(state.windows).toEqual([
      { images: [], window: { centre: 40.1234568, width: 400 }, voiFunction: 'SIGMOID', lut: null },
    ]);
  });

  it('is all of the image where nothing of it is cut off', () => {
    expect(stateOfView('a', view({})).areas).toEqual([
      { images: [], topLeft: [1, 1], bottomRight: [512, 512], mode: 'SCALE TO FIT', magnification: null },
    ]);
    // Turned by 90 degrees: the lower left corner of the image lies at the upper left of the screen.
    const [area] = stateOfView('a', view({ place: [0, 600 / 512, -600 / 512, 0, 700, 0] })).areas;
    expect(area).toMatchObject({ topLeft: [1, 512], bottomRight: [512, 1] });
  });

  it('enlarged, comes to lie where it was', () => {
    const place = [3, 0, 0, 3, -500, -300] as const;
    const state = stateOfView('a', view({ place }));
    const { area } = stateForImage(state, image('1.2'));
    if (!area) throw new Error('The state has no area.');
    const { centre, scale } = placeOfArea(area, [1, 1], upright, [800, 600]);
    expect(Math.abs(scale - 3)).toBeLessThan(0.03);
    expect(Math.abs(centre[0] - (400 + 500) / 3)).toBeLessThanOrEqual(1);
    expect(Math.abs(centre[1] - (300 + 300) / 3)).toBeLessThanOrEqual(1);
  });

  it('keeps drawings of the images that it is for, and their layer', () => {
    const drawing = (uid: string): StateDrawing => ({
      images: [{ sopInstanceUid: uid, frames: [] }],
      layer: 'MEASUREMENTS',
      kind: 'POLYLINE',
      units: 'PIXEL',
      points: [1, 2, 3, 4],
      filled: false,
    });
    const state = stateOfView('a', view({ drawings: [drawing('1.1'), drawing('1.4')] }));
    expect(state.drawings).toHaveLength(1);
    expect(state.layers).toMatchObject([{ name: 'MEASUREMENTS', order: 1 }]);
  });
});

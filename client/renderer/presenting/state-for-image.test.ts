import type { PresentationState } from '@strata/protocol/saved-presentations';
import { describe, expect, it } from 'vitest';
import type { Slice } from '../study/stack.ts';
import { fits, stateForImage } from './state-for-image.ts';

const image = (presentation: object, more: object = {}): Slice =>
  ({
    instanceUid: '1.1',
    frameNumber: 1,
    frames: 1,
    format: { width: 512, height: 256, samples: 1, bits: 12, signed: false },
    presentation: { photometric: 'MONOCHROME2', rescale: null, palette: null, ...presentation },
    ...more,
  }) as unknown as Slice;

const only = [{ sopInstanceUid: '1.1', frames: [] }];
const state = (more: Partial<PresentationState>): PresentationState => ({
  ...{ label: 'A', description: '', images: only, rescale: { slope: 1, intercept: -1024 } },
  ...{ modalityTable: false, windows: [], inverse: false, areas: [], rotation: 0, flipped: false },
  ...{ shutter: null, drawings: [], texts: [], layers: [] },
  ...more,
});
const window = (centre: number, width: number, images: PresentationState['images'] = []) => ({
  ...{ images, window: { centre, width }, voiFunction: '', lut: null },
});

describe('a presentation state', () => {
  it('is for the images and frames that it names', () => {
    expect(fits(state({}), image({}))).toBe(true);
    expect(fits(state({ images: [{ sopInstanceUid: '1.2', frames: [] }] }), image({}))).toBe(false);
    const third = state({ images: [{ sopInstanceUid: '1.1', frames: [3] }] });
    expect(fits(third, image({}, { frames: 9, frameNumber: 2 }))).toBe(false);
    expect(fits(third, image({}, { frames: 9, frameNumber: 3 }))).toBe(true);
  });

  it('has its windows in the values that the page has of the image', () => {
    const same = image({ rescale: { slope: 1, intercept: -1024, type: 'HU' } });
    const tones = (of: Slice) => stateForImage(state({ windows: [window(40, 400)] }), of).tones;
    expect(tones(same)).toMatchObject({ window: { centre: 40, width: 400 }, kind: 'LINEAR' });
    // The page takes stored values as they are.
    expect(tones(image({}))).toMatchObject({ window: { centre: 1064, width: 400 } });
    // As SUV, half as large: LINEAR shows 40 - 0.5 ± 199.5.
    const half = image({ rescale: { slope: 0.5, intercept: -512, type: 'g/ml' } });
    expect(tones(half)).toMatchObject({ window: { centre: 19.75, width: 199.5 }, kind: 'LINEAR_EXACT' });
  });

  it('without a window shows the whole range of values', () => {
    const found = stateForImage(state({}), image({ rescale: { slope: 1, intercept: -1024, type: 'HU' } }));
    expect(found.tones.window).toEqual({ centre: 1024, width: 4096 });
  });

  it('says which values are bright, whatever the image says of itself', () => {
    const inverted = (inverse: boolean, photometric: string) =>
      stateForImage(state({ inverse }), image({ photometric })).tones.inverted;
    expect([inverted(false, 'MONOCHROME1'), inverted(true, 'MONOCHROME1')]).toEqual([true, false]);
    expect([inverted(false, 'MONOCHROME2'), inverted(true, 'MONOCHROME2')]).toEqual([false, true]);
  });

  it('says what of it is not applied', () => {
    const windows = [window(40, 400, only), window(-600, 1500, [{ sopInstanceUid: '1.2', frames: [] }])];
    expect(stateForImage(state({ windows }), image({})).missed).toEqual(['other-windows']);
    expect(stateForImage(state({ modalityTable: true }), image({})).missed).toEqual(['modality-table']);
    const lut = { first: 0, count: 2, bits: 8, explanation: '', entries: 'AAD/AA==' };
    const table = [{ images: [], window: null, voiFunction: '', lut }];
    const other = stateForImage(state({ windows: table }), image({}));
    expect(other).toMatchObject({ tones: { lut: null }, missed: ['lut-of-other-values'] });
    const same = stateForImage(state({ windows: table, rescale: null }), image({}));
    expect(same).toMatchObject({ tones: { lut }, missed: [] });
  });

  it('leaves the colours of an image as they are', () => {
    const rgb = image(
      { photometric: 'RGB' },
      { format: { width: 9, height: 9, samples: 3, bits: 8, signed: false } },
    );
    const found = stateForImage(state({ windows: [window(40, 400)] }), rgb);
    expect(found).toMatchObject({ tones: { window: null, inverted: false }, missed: [] });
  });

  it('has its area as edges around the pixels named, however it is turned', () => {
    const area = {
      images: [],
      topLeft: [400, 10],
      bottomRight: [101, 60],
      mode: 'MAGNIFY',
      magnification: 2,
    };
    const found = stateForImage(state({ areas: [area as never] }), image({}));
    expect(found.area).toEqual({ left: 100, right: 400, top: 9, bottom: 60, magnification: 2 });
  });
});

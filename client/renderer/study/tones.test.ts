import type { Presentation } from '@strata/protocol/manifest';
import { describe, expect, it, vi } from 'vitest';
import { voiTop } from '../decoding/lookup-table.ts';
import { automaticWindow } from './slice-window.ts';
import { type Slice, stackOfSeries } from './stack.ts';
import { Tones } from './tones.ts';
import { offeredLuts, offeredWindows } from './window-commands.ts';

const plain: Presentation = {
  ...{ photometric: 'MONOCHROME2', windows: [], voiFunction: '', rescale: null, pixelSpacing: null },
  ...{ pixelAspectRatio: null, imagePosition: null, imageOrientation: null, sliceLocation: null },
  ...{ pixelPadding: null, frameTime: null, burnedInLossy: '', palette: null },
};

/** 0 below 101, the greatest value from 102 on. */
const lut = (explanation: string) => ({
  ...{ first: 100, count: 4, bits: 16, explanation },
  entries: btoa('\x00\x00\x00\x00\xff\xff\xff\xff'),
});

function opened(...presentations: Presentation[]) {
  return openedOf(2, ...presentations);
}

/** @param frames of each image; each shown by its own place in the list of LUTs but for the first */
function openedOf(frames: 1 | 2, ...presentations: Presentation[]) {
  return openedAs('MG', frames, ...presentations);
}

function openedAs(modality: string, frames: 1 | 2, ...presentations: Presentation[]) {
  const instances = presentations.map((presentation, at) => ({
    ...{ uid: `1.${at}`, sopClassUid: '1.2', number: at, frames, presentation, blobLength: 1, levels: 1 },
    format: { width: 8, height: 8, samples: 1, bits: 12, signed: false } as const,
    blob: `b${at}`,
    frameSegments: [
      { lengths: [1], crc32c: [0] },
      { lengths: [1], crc32c: [0], own: { voiLuts: [1] } },
    ].slice(0, frames),
  }));
  const head = { uid: '1', number: 1, modality, description: '', bodyPart: '', laterality: '' };
  const manifest = { ...head, date: '', time: '', instances };
  const stack = stackOfSeries(manifest);
  const onChange = vi.fn();
  const tones = new Tones(onChange);
  const study = {
    ...{ uid: '9', id: '', accessionNumber: '', date: '', time: '', description: '' },
    referringPhysician: '',
  };
  const patient = { id: '', issuer: '', name: '', birthDate: '', sex: '' };
  tones.open({ manifest, stack, study, patient }, undefined);
  return { tones, slices: stack.slices as [Slice, Slice, ...Slice[]], onChange };
}

describe('VOI LUTs', () => {
  it('are the first choice where the file has no window, a second one where it has', () => {
    const without = opened({ ...plain, voiLuts: [lut('Soft'), lut('Hard')] });
    expect(without.tones.lutOf(without.slices[0])?.explanation).toBe('Soft');
    expect(without.tones.of(without.slices[0])).toBe(null);
    const windows = [{ centre: 40, width: 400, explanation: '' }];
    const { tones, slices } = opened({ ...plain, windows, voiLuts: [lut('Soft'), lut('Hard')] });
    expect(tones.lutOf(slices[0])).toBe(null);
    tones.setLut(slices[0], 1);
    expect(tones.lutOf(slices[0])?.explanation).toBe('Hard');
    expect(tones.of(slices[0])?.greys.window).toEqual({ centre: voiTop / 2, width: voiTop });
    tones.setDefault();
    expect([tones.lutOf(slices[0]), tones.window.value]).toEqual([null, { centre: 40, width: 400 }]);
  });

  it('follow their explanation from image to image, else their place, and a frame has its own', () => {
    const [one, two] = [
      { ...plain, voiLuts: [lut('Soft'), lut('Hard')] },
      { ...plain, voiLuts: [lut('Hard'), lut('Soft'), lut('')] },
    ];
    const { tones, slices } = opened(one, two);
    tones.setLut(slices[0], 0);
    const names = slices.map((slice) => tones.lutOf(slice)?.explanation);
    // The second frame of each has only the second table of its instance.
    expect(names).toEqual(['Soft', 'Hard', 'Soft', 'Soft']);
    expect(offeredLuts(slices[0]).map(({ name, numbers }) => `${name} ${numbers}`)).toEqual([
      'Soft VOI LUT',
      'Hard VOI LUT',
    ]);
    const [, , third] = slices;
    expect(offeredLuts(third).at(-1)?.name).toBe('VOI LUT 3');
  });

  it('give way to the window over which they change when one drags', () => {
    const { tones, slices, onChange } = opened({ ...plain, voiLuts: [lut('Soft'), lut('Hard')] });
    tones.drag(slices[0], 0, 0);
    expect([tones.lutOf(slices[0]), tones.window.value]).toEqual([null, { centre: 102, width: 2 }]);
    expect(onChange).toHaveBeenCalled();
  });

  it('a suggested window does not take their place', () => {
    const { tones, slices } = opened({ ...plain, voiLuts: [lut('Soft'), lut('Hard')] });
    const values = new Int16Array(4);
    tones.shown({ values, components: 1, width: 2, height: 2, range: [0, 100], robust: [10, 89] });
    tones.suggest('1', { centre: 7, width: 9 });
    expect([tones.lutOf(slices[0])?.explanation, tones.window.value]).toEqual([
      'Soft',
      { centre: 7, width: 9 },
    ]);
  });
});

it('an image alone of which the window of its file shows nothing begins with the automatic one; who chooses the other gets it', () => {
  const windows = [{ centre: 2725, width: 5310, explanation: '' }];
  const values = Uint16Array.of(33_000, 47_000);
  const pixels = { values, components: 1, width: 2, height: 1 } as const;
  const bright = { ...pixels, range: [33_000, 47_000], robust: [33_000, 47_000] } as const;
  const alone = openedOf(1, { ...plain, windows });
  alone.tones.shown(bright);
  expect(alone.tones.window.value).toEqual(automaticWindow(bright));
  alone.tones.setDefault();
  alone.tones.shown(bright);
  expect(alone.tones.window.value).toEqual({ centre: 2725, width: 5310 });
  const series = openedAs('CT', 1, { ...plain, windows }, { ...plain, windows });
  series.tones.shown(bright);
  expect(series.tones.window.value).toEqual({ centre: 2725, width: 5310 });
});

it('PET is shown dark where it is hot, until it is inverted, and after a reset again', () => {
  const windows = [{ centre: 40, width: 80, explanation: '' }];
  const { tones, slices } = openedAs('PT', 1, { ...plain, windows });
  const shown = () => [tones.of(slices[0])?.greys.inverted, tones.isTurned.value];
  expect(shown()).toEqual([true, false]);
  tones.toggleInvert();
  expect(shown()).toEqual([false, true]);
  tones.reset();
  expect(shown()).toEqual([true, false]);
  const inverse = openedAs('PT', 1, { ...plain, windows, photometric: 'MONOCHROME1' });
  expect(inverse.tones.of(inverse.slices[0])?.greys.inverted).toBe(true);
  const [slice] = openedAs('PT', 1, plain).slices;
  expect(slice.isHotDark).toBe(true);
  expect(openedAs('CT', 1, plain).slices[0].isHotDark).toBeUndefined();
});

it('PET in SUV whose images have each a window of their own begins on the scale', () => {
  const image = (width: number) => ({
    ...plain,
    rescale: { slope: 1, intercept: 0, type: '' },
    windows: [{ centre: width / 2, width, explanation: '' }],
    suv: { bw: 0.001, lbm: null, bsa: null, problem: '' },
  });
  expect(openedAs('PT', 1, image(9000), image(4000)).tones.window.value).toEqual({ centre: 2.5, width: 5 });
  const alike = openedAs('PT', 1, image(9001), image(9001)).tones.window.value;
  expect(alike?.width).toBeCloseTo(9, 6);
});

it('of a series of projections the image that comes first speaks, of a stack the middle one', () => {
  const [first, other] = [
    { centre: 40, width: 80, explanation: '' },
    { centre: 480, width: 2500, explanation: '' },
  ].map((window) => ({ ...plain, windows: [window] }));
  if (!first || !other) throw new Error('no windows');
  expect(openedAs('MG', 1, first, other).tones.window.value?.centre).toBe(40);
  expect(openedAs('MR', 1, first, other).tones.window.value?.centre).toBe(480);
});

it('a window that an image has twice is offered once, and not at all beside no other', () => {
  const [brain, bone] = [
    { centre: 40, width: 80, explanation: '' },
    { centre: 480, width: 2500, explanation: 'Bone' },
  ];
  const offered = (...windows: (typeof brain)[]) =>
    offeredWindows(opened({ ...plain, windows }).slices[0]).map(({ numbers }) => numbers);
  expect(offered(brain, { ...brain })).toEqual([]);
  expect(offered(brain, bone, { ...brain })).toEqual(['40 / 80', '480 / 2500']);
});

it('the presentation LUT shape says what is bright; without it, the photometric interpretation', () => {
  const windows = [{ centre: 40, width: 400, explanation: '' }];
  const inverted = (photometric: string, presentationLutShape?: string) => {
    const shape = presentationLutShape === undefined ? {} : { presentationLutShape };
    const { tones, slices } = opened({ ...plain, windows, photometric, ...shape });
    return tones.of(slices[0])?.greys.inverted;
  };
  expect([inverted('MONOCHROME1'), inverted('MONOCHROME2')]).toEqual([true, false]);
  expect([inverted('MONOCHROME1', 'INVERSE'), inverted('MONOCHROME2', 'INVERSE')]).toEqual([true, true]);
  expect([inverted('MONOCHROME1', 'IDENTITY'), inverted('MONOCHROME2', 'IDENTITY')]).toEqual([false, false]);
});

import type { Presentation } from '@strata/protocol/manifest';
import { expect, it } from 'vitest';
import { stackOfSeries } from '../study/stack.ts';
import { PlaneTones } from './plane-tones.ts';

const plain: Presentation = {
  ...{ photometric: 'MONOCHROME2', windows: [], voiFunction: '', rescale: null, pixelSpacing: null },
  ...{ pixelAspectRatio: null, imagePosition: null, imageOrientation: null, sliceLocation: null },
  ...{ pixelPadding: null, frameTime: null, burnedInLossy: '', palette: null },
};

function tonesOf(modality: string, presentation: Partial<Presentation>) {
  const head = { uid: '1', number: 1, modality, description: '', bodyPart: '', laterality: '' };
  const image = {
    ...{ uid: '1.1', sopClassUid: '1.2', number: 1, frames: 1, blobLength: 1, levels: 1, blob: 'b' },
    format: { width: 8, height: 8, samples: 1, bits: 12, signed: false } as const,
    presentation: { ...plain, ...presentation },
    frameSegments: [{ lengths: [1], crc32c: [0] }],
  };
  const manifest = { ...head, date: '', time: '', instances: [image] };
  const about = { id: '', accessionNumber: '', date: '', time: '', description: '', referringPhysician: '' };
  const patient = { id: '', issuer: '', name: '', birthDate: '', sex: '' };
  const series = { manifest, stack: stackOfSeries(manifest), study: { uid: '9', ...about }, patient };
  const tones = new PlaneTones(() => {});
  tones.open(series, null);
  return { tones, series };
}

it('a volume whose file has no window gets one of its values, padding and extremes left out', () => {
  const { tones } = tonesOf('MR', { pixelPadding: [0, 0] });
  expect(tones.range).toBe(null);
  tones.fill(
    Int16Array.from({ length: 10_000 }, (_, at) => (at < 5000 ? 0 : at === 9999 ? 30_000 : 100 + (at % 50))),
  );
  expect(tones.range).toEqual({ lower: 100, upper: 149, inverted: false });
});

it('a window is kept for the next time that the volume is shown; images whose small values are bright stay so', () => {
  const { tones, series } = tonesOf('CT', { photometric: 'MONOCHROME1' });
  expect(tones.window.value).toMatchObject({ centre: 40, width: 400 });
  tones.setWindow({ centre: 50, width: 101 });
  tones.close();
  tones.open(series, null);
  expect(tones.range).toEqual({ lower: -0.5, upper: 99.5, inverted: true });
  tones.toggleInvert();
  expect(tones.range?.inverted).toBe(false);
  tones.setDefault();
  expect(tones.window.value).toMatchObject({ centre: 40, width: 400 });
});

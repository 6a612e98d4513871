import type { InstanceManifest, Presentation } from '@strata/protocol/manifest';
import { describe, expect, it } from 'vitest';
import { type StudySeries, seriesOf } from '../study/study-model.ts';
import { arranged, openingSeries } from './opening-series.ts';
import { usualProtocols } from './usual-protocols.ts';

const presentation: Presentation = {
  ...{ photometric: 'MONOCHROME2', windows: [], voiFunction: '', rescale: null, pixelSpacing: null },
  ...{ pixelAspectRatio: null, imagePosition: null, imageOrientation: null, sliceLocation: null },
  ...{ pixelPadding: null, frameTime: null, burnedInLossy: '', palette: null },
};

/** 'RCC', 'LMLO modified', 'RCC raw', 'RCC 30 frames'; '' says nothing. */
function image(said: string, at: number): InstanceManifest {
  const [, laterality = '', viewPosition = ''] = /^([RL])(\w+)/.exec(said) ?? [];
  const frames = Number(/(\d+) frames/.exec(said)?.[1] ?? 1);
  const view = laterality ? { laterality, viewPosition, viewModified: said.includes('modified') } : {};
  return {
    ...{ uid: `${at + 1}`, number: at + 1, frames, blob: 'b', blobLength: 9, levels: 1 },
    sopClassUid: `1.2.840.10008.5.1.4.1.1.1.2${said.includes('raw') ? '.1' : ''}`,
    format: { width: 4, height: 4, samples: 1, bits: 12, signed: false },
    presentation: { ...presentation, ...view },
    frameSegments: Array.from({ length: frames }, () => ({ lengths: [9], crc32c: [0] })),
  };
}

/** A mammography study with these images in each of its series. */
function study(...series: string[][]): StudySeries[] {
  const study = { uid: '9', id: '', accessionNumber: '', date: '', time: '', description: '' };
  const head = { number: 1, modality: 'MG', description: '', bodyPart: '', date: '', time: '' };
  return seriesOf({
    study: { ...study, referringPhysician: '' },
    patient: { id: '', issuer: '', name: '', birthDate: '', sex: '' },
    series: series.map((images, at) => ({
      ...{ ...head, uid: `${at + 1}`, laterality: '', instances: images.map(image) },
    })),
  });
}

/** '2 x 2: 1/4 ...': the layout, and of each viewport series and image, each from 1. */
function hung(current: StudySeries[], prior: StudySeries[] = [], name = 'Mammography'): string {
  const protocol = usualProtocols.find((one) => one.name === name);
  if (!protocol) throw new Error(name);
  const { layout, placed } = arranged(protocol, current, prior);
  const cells = placed.map((one) => {
    if (!one) return '-';
    const at = one.image === undefined ? '' : `/${one.image + 1}`;
    return `${prior.includes(one.series) ? 'prior ' : ''}${one.series.manifest.uid}${at}`;
  });
  return `${layout.rows} x ${layout.columns}: ${cells.join(' ')}`;
}

describe('a mammography study', () => {
  it('hangs the right breast on the left, CC above MLO, whether the views are of one series or of four', () => {
    expect(hung(study(['LMLO', 'RMLO', 'LCC', 'RCC']))).toBe('2 x 2: 1/4 1/3 1/2 1/1');
    expect(hung(study(['LMLO'], ['RMLO'], ['LCC'], ['RCC']))).toBe('2 x 2: 4/1 3/1 2/1 1/1');
    expect(openingSeries(study(['LMLO', 'RMLO', 'LCC', 'RCC'])).placed.map((one) => one?.image)).toEqual([
      3, 2, 1, 0,
    ]);
  });

  it('takes the plain view made for looking at, and a lateral one where there is no oblique', () => {
    const many = study(['RCC raw', 'RCC modified', 'RCC 3 frames', 'RCC', 'LCC', 'RML'], ['LMLO']);
    // Images 3 to 5 are the frames of the third.
    expect(hung(many)).toBe('2 x 2: 1/6 1/7 1/8 2/1');
  });

  it('leaves no row and no column empty', () => {
    expect(hung(study(['LCC', 'RCC']))).toBe('1 x 2: 1/2 1/1');
    expect(hung(study(['RMLO', 'RCC']))).toBe('1 x 2: 1/2 1/1');
    expect(hung(study(['LMLO']))).toBe('1 x 1: 1/1');
    expect(hung(study(['RMLO', 'RCC', 'LCC']))).toBe('2 x 2: 1/2 1/3 1/1 -');
  });

  it('shows the prior views where there is room', () => {
    const prior = study(['RMLO', 'LMLO', 'RCC', 'LCC']);
    expect(hung(study(['LCC', 'RCC']), prior)).toBe('2 x 2: 1/2 1/1 prior 1/3 prior 1/4');
    expect(hung(study(['RMLO', 'RCC']), prior)).toBe('2 x 2: 1/2 prior 1/3 1/1 prior 1/1');
    expect(hung(study(['LMLO']), prior)).toBe('1 x 2: 1/1 prior 1/2');
    expect(hung(study(['LMLO']), study(['RMLO']))).toBe('1 x 1: 1/1');
    const whole = study(['LMLO', 'RMLO', 'LCC', 'RCC']);
    expect(hung(whole, prior)).toBe('2 x 2: 1/4 1/3 1/2 1/1');
    expect(hung(whole, prior, 'Mammography, CC above the prior')).toBe('2 x 2: 1/4 1/3 prior 1/3 prior 1/4');
  });

  it('hangs what does not say what it is in the order of its series', () => {
    expect(hung(study([''], [''], ['']))).toBe('1 x 3: 1 2 3');
    expect(hung(study(['', '']))).toBe('1 x 1: 1');
    expect(hung(study(['RCC', 'LCC', 'RMLO'], ['']))).toBe('2 x 2: 1/1 1/2 1/3 2');
  });
});

import { expect, it } from 'vitest';
import { readSeriesLines } from './series-lines.ts';

it('series are listed by their numbers, with what is known of them', () => {
  const answer = [
    { '0020000E': { vr: 'UI', Value: ['1.2'] }, '00200011': { vr: 'IS', Value: [12] } },
    {
      '0020000E': { vr: 'UI', Value: ['1.1'] },
      '00200011': { vr: 'IS', Value: ['2'] },
      '00080060': { vr: 'CS', Value: ['CT'] },
      '0008103E': { vr: 'LO', Value: ['Head'] },
      '00201209': { vr: 'IS', Value: [58] },
    },
    { '0020000E': { vr: 'UI' } },
    null,
  ];
  expect(readSeriesLines(answer)).toEqual([
    { uid: '1.1', number: '2', modality: 'CT', description: 'Head', instances: 58 },
    { uid: '1.2', number: '12', modality: '', description: '', instances: 0 },
  ]);
  expect(readSeriesLines({})).toEqual([]);
});

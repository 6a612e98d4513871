// The protocols that everybody has until they make their own.
import { hangingTexts } from '../words/hanging.ts';
import type { Protocol } from './protocol.ts';

const current = { study: 'current' } as const;
const prior = { study: 'prior' } as const;

/** What stands in for a view that was not taken comes after it. */
const cc = 'CC, XCCL, XCCM, FB';
const mlo = 'MLO, ML, LM, LMO';
/** The right breast is hung on the left, as if the patient stood before the reader. */
const right = (view: string) => ({ ...current, laterality: 'R', view });
const left = (view: string) => ({ ...current, laterality: 'L', view });

export const usualProtocols: readonly Protocol[] = [
  {
    name: 'PET / CT',
    for: { modality: 'PT' },
    layout: { rows: 1, columns: 2 },
    viewports: [
      { study: 'current', modality: 'CT' },
      { study: 'current', modality: 'PT' },
    ],
    together: true,
  },
  { name: 'CT', for: { modality: 'CT' }, layout: { rows: 1, columns: 1 }, viewports: [current] },
  { name: 'MR', for: { modality: 'MR' }, layout: { rows: 2, columns: 2 }, viewports: [], together: true },
  {
    get name() {
      return hangingTexts.value.usual.radiograph;
    },
    for: { modality: 'DX' },
    layout: { rows: 1, columns: 2 },
    viewports: [current, prior],
  },
  {
    get name() {
      return hangingTexts.value.usual.computed;
    },
    for: { modality: 'CR' },
    layout: { rows: 1, columns: 2 },
    viewports: [current, prior],
  },
  {
    get name() {
      return hangingTexts.value.usual.mammography;
    },
    for: { modality: 'MG' },
    layout: { rows: 2, columns: 2 },
    viewports: [right(cc), left(cc), right(mlo), left(mlo)],
  },
  {
    get name() {
      return hangingTexts.value.usual.mammographyBeside('CC');
    },
    for: { modality: 'MG' },
    layout: { rows: 2, columns: 2 },
    viewports: [right(cc), left(cc), { ...right(cc), ...prior }, { ...left(cc), ...prior }],
  },
  {
    get name() {
      return hangingTexts.value.usual.mammographyBeside('MLO');
    },
    for: { modality: 'MG' },
    layout: { rows: 2, columns: 2 },
    viewports: [right(mlo), left(mlo), { ...right(mlo), ...prior }, { ...left(mlo), ...prior }],
  },
];

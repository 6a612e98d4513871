// The protocols that everybody has until they make their own.
import type { Protocol } from './protocol.ts';

const current = { study: 'current' } as const;
const prior = { study: 'prior' } as const;

export const usualProtocols: readonly Protocol[] = [
  { name: 'CT', for: { modality: 'CT' }, layout: { rows: 1, columns: 1 }, viewports: [current] },
  { name: 'MR', for: { modality: 'MR' }, layout: { rows: 2, columns: 2 }, viewports: [], together: true },
  {
    name: 'Radiograph beside the prior',
    for: { modality: 'DX' },
    layout: { rows: 1, columns: 2 },
    viewports: [current, prior],
  },
  {
    name: 'Radiograph (CR) beside the prior',
    for: { modality: 'CR' },
    layout: { rows: 1, columns: 2 },
    viewports: [current, prior],
  },
  { name: 'Mammography', for: { modality: 'MG' }, layout: { rows: 2, columns: 2 }, viewports: [] },
];

// What the values of an image are in, as people read it.
import type { Slice } from './stack.ts';

/** The terms of PS3.3 C.8.9.1.1.3 for PET; what is proportional to something is in no unit of it. */
const petUnits: Readonly<Record<string, string>> = {
  CNTS: 'counts',
  NONE: '',
  CM2: 'cm²',
  CM2ML: 'cm²/ml',
  PCNT: '%',
  CPS: 'counts/s',
  BQML: 'Bq/ml',
  MGMINML: 'mg/min/ml',
  UMOLMINML: 'µmol/min/ml',
  MLMING: 'ml/min/g',
  MLG: 'ml/g',
  '1CM': '1/cm',
  UMOLML: 'µmol/ml',
  PROPCNTS: 'prop. counts',
  PROPCPS: 'prop. counts/s',
  MLMINML: 'ml/min/ml',
  MLML: 'ml/ml',
  GML: 'g/ml',
  STDDEV: 'SD',
};

/** 'HU', 'Bq/ml', what the file says, or '' for stored values without a unit. */
export function valueUnit({ presentation }: Pick<Slice, 'presentation'>, modality: string): string {
  const { modalityLut, rescale, units } = presentation;
  const said = modalityLut?.type ?? rescale?.type ?? '';
  if (said !== '' && said !== 'US') return petUnits[said] ?? said;
  if (modality === 'PT' && rescale && units) return petUnits[units] ?? units;
  return modality === 'CT' && rescale ? 'HU' : '';
}

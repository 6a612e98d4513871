// What figures and their units are called in coded concepts (PS3.16 CID 7464, 7469, 7470, 7471; UCUM), both ways.
import { type Code, code, sameCode } from './codes.ts';

export const concepts = {
  report: code('126000', 'DCM', 'Imaging Measurement Report'),
  measurements: code('126010', 'DCM', 'Imaging Measurements'),
  group: code('125007', 'DCM', 'Measurement Group'),
  procedureReported: code('121058', 'DCM', 'Procedure reported'),
  imaging: code('363679005', 'SCT', 'Imaging procedure'),
  trackingIdentifier: code('112039', 'DCM', 'Tracking Identifier'),
  trackingUid: code('112040', 'DCM', 'Tracking Unique Identifier'),
  finding: code('121071', 'DCM', 'Finding'),
  findingSite: code('363698007', 'SCT', 'Finding Site'),
  comment: code('121106', 'DCM', 'Comment'),
  region: code('111030', 'DCM', 'Image Region'),
  sourceOfMeasurement: code('121112', 'DCM', 'Source of Measurement'),
  sourceImage: code('121324', 'DCM', 'Source Image'),
  derivation: code('121401', 'DCM', 'Derivation'),
  columnSpacing: code('111026', 'DCM', 'Horizontal Pixel Spacing'),
} as const;

/** Figures that have a concept of their own, by the names that viewers use. */
const named: readonly (readonly [string, Code])[] = [
  ['Length', code('410668003', 'SCT', 'Length')],
  ['Path length', code('121211', 'DCM', 'Path length')],
  ['Long', code('103339001', 'SCT', 'Long Axis')],
  ['Short', code('103340004', 'SCT', 'Short Axis')],
  ['Angle', code('1483009', 'SCT', 'Angle')],
  ['Cobb angle', code('285285000', 'SCT', 'Cobb angle')],
  ['Area', code('42798000', 'SCT', 'Area')],
  ['Perimeter', code('131191004', 'SCT', 'Perimeter')],
  ['Volume', code('118565006', 'SCT', 'Volume')],
  ['Diameter', code('81827009', 'SCT', 'Diameter')],
  ['Red', code('110834', 'DCM', 'RGB R Component')],
  ['Green', code('110835', 'DCM', 'RGB G Component')],
  ['Blue', code('110836', 'DCM', 'RGB B Component')],
];

/** Figures that are derived from the values of a region. */
const derived: readonly (readonly [string, Code])[] = [
  ['Mean', code('373098007', 'SCT', 'Mean')],
  ['SD', code('386136009', 'SCT', 'Standard Deviation')],
  ['Min', code('255605001', 'SCT', 'Minimum')],
  ['Max', code('56851009', 'SCT', 'Maximum')],
  ['Median', code('373099004', 'SCT', 'Median')],
];

/** What values are, by quantity or unit. */
const quantities: readonly (readonly [string, Code])[] = [
  ['HU', code('112031', 'DCM', 'Attenuation Coefficient')],
  ['SUVbw', code('126401', 'DCM', 'SUVbw')],
  ['SUVlbm', code('126402', 'DCM', 'SUVlbm')],
  ['SUVbsa', code('126403', 'DCM', 'SUVbsa')],
  ['SUVibw', code('126404', 'DCM', 'SUVibw')],
];
const signal = code('110852', 'DCM', 'MR signal intensity');
/** Values of which nothing is known but the pixels. */
const pixelValue = code('PIXELVALUE', '99STRATA', 'Pixel value');

const units: readonly (readonly [string, Code])[] = [
  ['mm', code('mm', 'UCUM', 'millimeter')],
  ['mm²', code('mm2', 'UCUM', 'square millimeter')],
  ['mm³', code('mm3', 'UCUM', 'cubic millimeter')],
  ['°', code('deg', 'UCUM', 'degree')],
  ['HU', code("[hnsf'U]", 'UCUM', 'Hounsfield unit')],
  ['px', code('{pixels}', 'UCUM', 'pixels')],
  ['px²', code('{square_pixels}', 'UCUM', 'square pixels')],
  ['Bq/ml', code('Bq/ml', 'UCUM', 'Becquerels/milliliter')],
  ['counts', code('{counts}', 'UCUM', 'Counts')],
  ['counts/s', code('{counts}/s', 'UCUM', 'Counts per second')],
  ['prop. counts', code('{propcounts}', 'UCUM', 'Proportional to counts')],
  ['prop. counts/s', code('{propcounts}/s', 'UCUM', 'Proportional to counts per second')],
  ['cm²', code('cm2', 'UCUM', 'square centimeter')],
  ['cm²/ml', code('cm2/ml', 'UCUM', 'Centimeter**2/milliliter')],
  ['mg/min/ml', code('mg/min/ml', 'UCUM', 'Milligrams/minute/milliliter')],
  ['µmol/min/ml', code('umol/min/ml', 'UCUM', 'Micromole/minute/milliliter')],
  ['ml/min/g', code('ml/min/g', 'UCUM', 'Milliliter/minute/gram')],
  ['ml/g', code('ml/g', 'UCUM', 'Milliliter/gram')],
  ['1/cm', code('/cm', 'UCUM', '/Centimeter')],
  ['µmol/ml', code('umol/ml', 'UCUM', 'Micromole/milliliter')],
  ['ml/min/ml', code('ml/min/ml', 'UCUM', 'Milliliter/minute/milliliter')],
  ['ml/ml', code('ml/ml', 'UCUM', 'Milliliter/milliliter')],
  ['g/ml', code('g/ml', 'UCUM', 'Grams/milliliter')],
  ['%', code('%', 'UCUM', 'percent')],
  ['', code('1', 'UCUM', 'no units')],
];
/** Units of SUV by what they are of: the unit alone does not say it. */
const suvUnits: Record<string, Code> = {
  SUVbw: code('g/ml{SUVbw}', 'UCUM', 'Standardized Uptake Value body weight'),
  SUVlbm: code('g/ml{SUVlbm}', 'UCUM', 'Standardized Uptake Value lean body mass'),
  SUVbsa: code('cm2/ml{SUVbsa}', 'UCUM', 'Standardized Uptake Value body surface area'),
  SUVibw: code('g/ml{SUVibw}', 'UCUM', 'Standardized Uptake Value ideal body weight'),
};

/** A figure as it is coded; `derivation` null where the concept says all. */
export interface CodedFigure {
  readonly concept: Code;
  readonly derivation: Code | null;
  readonly unit: Code;
}

export interface NamedFigure {
  readonly name: string;
  readonly unit: string;
  readonly quantity?: string;
}

const found = (list: readonly (readonly [string, Code])[], name: string) =>
  list.find(([each]) => each === name)?.[1];
const nameIn = (list: readonly (readonly [string, Code])[], concept: Code | null) =>
  list.find(([, each]) => sameCode(each, concept))?.[0];

/** The concepts of a figure. @param modality of the image that it is of */
export function codedFigure({ name, unit, quantity = '' }: NamedFigure, modality: string): CodedFigure {
  const coded = suvUnits[quantity] ?? found(units, unit) ?? annotated(unit);
  const own = found(named, name);
  if (own) return { concept: own, derivation: null, unit: coded };
  const known = found(quantities, quantity || unit);
  const concept = known ?? (modality === 'MR' && unit === '' ? signal : pixelValue);
  return { concept, derivation: found(derived, name) ?? null, unit: coded };
}

/** A unit that UCUM does not have: an annotation, which it lets one write (UCUM section 12). */
function annotated(unit: string): Code {
  const plain = unit.replace(/[^\x21-\x7e]|[{}]/g, '').slice(0, 14) || '?';
  return code(`{${plain}}`, 'UCUM', unit.slice(0, 64) || 'unknown');
}

/** What a coded figure is called. Concepts that are not known keep what they mean. */
export function namedFigure({
  concept,
  derivation,
  unit,
}: {
  readonly concept: Code;
  readonly derivation: Code | null;
  readonly unit: Code | null;
}): NamedFigure {
  const unitName = unit ? unitText(unit) : '';
  const statistic = nameIn(derived, derivation) ?? nameIn(derived, concept);
  const own = nameIn(named, concept);
  const ofWhat = nameIn(quantities, concept) ?? suvOf(unit);
  const quantity = ofWhat && ofWhat !== unitName ? { quantity: ofWhat } : {};
  if (own) return { name: statistic ? `${own} ${statistic}` : own, unit: unitName };
  const known = ofWhat !== undefined || sameCode(concept, pixelValue) || sameCode(concept, signal);
  if (known || nameIn(derived, concept)) return { name: statistic ?? 'Value', unit: unitName, ...quantity };
  const meaning = concept.meaning || concept.value;
  return { name: [meaning, statistic ?? derivation?.meaning].filter(Boolean).join(' '), unit: unitName };
}

function suvOf(unit: Code | null): string | undefined {
  return Object.entries(suvUnits).find(([, each]) => sameCode(each, unit))?.[0];
}

/** A unit as viewers write it. */
export function unitText(unit: Code): string {
  const known = nameIn(units, unit);
  if (known !== undefined) return known;
  const suv = /^(g|cm2)\/ml\{/.exec(unit.value)?.[1];
  if (suv) return suv === 'g' ? 'g/ml' : 'cm²/ml';
  const annotation = /^\{(.*)\}$/.exec(unit.value)?.[1];
  return annotation === undefined ? unit.value : unit.meaning || annotation;
}

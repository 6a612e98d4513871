// Measured numbers of reports as people read them: programs write all digits that they have.
import { decimal } from '../words/numbers.ts';

/** Decimals that say something, by unit (UCUM, or as it is written). */
const decimalsOf: Readonly<Record<string, number>> = {
  ...{ mm: 1, cm: 2, mm2: 0, 'mm²': 0, cm2: 2, 'cm²': 2, mm3: 0, 'mm³': 0, cm3: 1, 'cm³': 1, ml: 1 },
  ...{ HU: 0, "[hnsf'U]": 0, '%': 1, deg: 1, '°': 1, s: 2, ms: 0, 'cm/s': 1, 'm/s': 2, bpm: 0 },
};
const usualDecimals = 2;
/** However small a number is, so many of its digits are shown. */
const fewestDigits = 3;

/**
 * A number for reading: no more decimals than its unit has sense for, no fewer than three digits in all.
 * @param stored as a DICOM object has it; what is no plain number stays as it is
 */
export function roundedNumber(stored: string, unit: string): string {
  const plain = /^\s*[+-]?\d+(?:\.(\d+))?\s*$/.exec(stored);
  const value = Number(stored);
  const there = plain?.[1]?.length ?? 0;
  if (!plain || value === 0 || there === 0) return stored;
  const needed = fewestDigits - 1 - Math.floor(Math.log10(Math.abs(value)));
  const places = Math.max(decimalsOf[unit] ?? usualDecimals, Math.min(needed, 12));
  return decimal(value, 0, Math.min(there, places));
}

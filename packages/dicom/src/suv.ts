// By what the values of a PET image are multiplied to be standardized uptake values, or why they cannot be (PS3.3 C.8.9).
import { itemsOf } from './items.ts';
import { dateTimeAt, momentOf, secondsPerDay } from './moments.ts';
import { privateTag } from './private-tags.ts';
import { mappedSuv } from './suv-mapping.ts';
import { Tag } from './tags.ts';
import { code, number, texts, uid, type Values } from './values.ts';

/**
 * Factors from modality values to SUV by body weight (g/ml), lean body mass (g/ml) and body surface area (cm²/ml).
 * Null where the header does not allow one.
 */
export type Suv = {
  bw: number | null;
  /** By Janmahasatian's formula, unless the file's own values are by another. */
  lbm: number | null;
  bsa: number | null;
  /** Why there is none at all, for people; ''. */
  problem: string;
};

const petImages = new Set(['1.2.840.10008.5.1.4.1.1.128', '1.2.840.10008.5.1.4.1.1.128.1']);
const enhancedPet = '1.2.840.10008.5.1.4.1.1.130';

/** A reason that ends the search for a factor. */
class Missing extends Error {}

/**
 * Reads them; null for what is no PET image. Follows the vendor-neutral rules of the QIBA FDG-PET/CT profile (appendix on
 * SUV calculation): values in Bq/ml, decay, weight and dose; or counts with Philips' private factors; or SUV as they are. Of
 * enhanced PET images what they map themselves.
 */
export function readSuv(values: Values): Suv | null {
  const sopClass = uid(values, Tag.SOPClassUID);
  const none = (problem: string): Suv => ({ bw: null, lbm: null, bsa: null, problem });
  if (sopClass === enhancedPet) {
    const mapped = mappedSuv(values);
    const isMapped = Object.values(mapped).some((factor) => factor !== null);
    return isMapped
      ? { ...mapped, problem: '' }
      : none('the enhanced PET image does not map its values to it');
  }
  if (!petImages.has(sopClass)) return null;
  try {
    return factorsOf(values);
  } catch (error) {
    if (error instanceof Missing) return none(error.message);
    throw error;
  }
}

function factorsOf(values: Values): Suv {
  const units = code(values, Tag.Units);
  switch (units) {
    case 'BQML':
      mustBeCorrected(values);
      return ofActivity(values, 1);
    case 'CNTS':
      mustBeCorrected(values);
      return ofCounts(values);
    case 'GML':
      return ofFinished(values, code(values, Tag.SUVType) || 'BW');
    case 'CM2ML':
      return ofFinished(values, 'BSA');
    default:
      throw new Missing(units === '' ? 'the units are not said' : `values in ${units} are no activity`);
  }
}

function mustBeCorrected(values: Values): void {
  const corrections = texts(values, Tag.CorrectedImage);
  for (const [term, name] of [
    ['ATTN', 'attenuation'],
    ['DECY', 'decay'],
  ] as const) {
    if (!corrections.includes(term)) throw new Missing(`the image is not corrected for ${name}`);
  }
}

/** Values that become Bq/ml when multiplied by `perValue`. */
function ofActivity(values: Values, perValue: number): Suv {
  const dose = doseAtReference(values);
  const weight = weightOf(values);
  const { lean, surface } = bodyOf(values, weight);
  const factor = (size: number | null) => (size === null ? null : (size / dose) * perValue);
  return { bw: factor(weight * 1000), lbm: factor(lean && lean * 1000), bsa: factor(surface), problem: '' };
}

const philips = 'Philips PET Private Group';

/** Philips scales counts by private factors: to SUV, or to Bq/ml. */
function ofCounts(values: Values): Suv {
  const at = (element: number): number => {
    const tag = privateTag(values, 0x7053, philips, element);
    return (tag && number(values, tag)) || 0;
  };
  const [suv, activity] = [at(0x00), at(0x09)];
  if (suv > 0) return ofFinished(values, 'BW', suv);
  if (activity > 0) return ofActivity(values, activity);
  throw new Missing('values are counts without a factor to activity');
}

/** Values that are SUV of a type of PS3.3 C.8.9.1 when multiplied by `factor`. */
function ofFinished(values: Values, type: string, factor = 1): Suv {
  const only = { bw: null, lbm: null, bsa: null, problem: '' };
  if (type === 'BSA') return { ...only, bsa: factor };
  if (type.startsWith('LBM')) return { ...only, lbm: factor };
  if (type !== 'BW') throw new Missing(`the values are SUV of another type (${type})`);
  const weight = plausible(number(values, Tag.PatientWeight), 0.2, 700);
  const { lean, surface } = weight ? bodyOf(values, weight) : { lean: null, surface: null };
  const part = (size: number | null) => (size && weight ? (factor * size) / weight : null);
  return { bw: factor, lbm: part(lean), bsa: part(surface && surface / 1000), problem: '' };
}

/** The injected activity at the time that the image's values are corrected to, in Bq. */
function doseAtReference(values: Values): number {
  const sequence = values.set.elements.get(Tag.RadiopharmaceuticalInformationSequence);
  const items = sequence ? [...itemsOf(values.set, sequence)] : [];
  const [item] = items;
  if (!item) throw new Missing('the radiopharmaceutical is not said');
  if (items.length > 1) throw new Missing('several radiopharmaceuticals were given');
  const given = { set: item, decode: values.decode };
  const dose = number(given, Tag.RadionuclideTotalDose);
  if (!dose || dose <= 0) throw new Missing('the injected dose is missing');
  // Doses in MBq, which some devices write, cannot be told from broken ones.
  if (dose < 1e5) throw new Missing(`the injected dose of ${dose} is not in becquerel`);
  const correction = code(values, Tag.DecayCorrection);
  if (correction === 'ADMIN') return dose;
  if (correction !== 'START') throw new Missing('it is not said to which time decay is corrected');
  const halfLife = number(given, Tag.RadionuclideHalfLife);
  if (!halfLife || halfLife <= 0) throw new Missing('the half-life is missing');
  const elapsed = secondsFromInjection(values, given, scanStart(values, halfLife));
  if (elapsed < 0 || elapsed > 20 * halfLife)
    throw new Missing('the time of injection does not fit the scan');
  return dose * 2 ** (-elapsed / halfLife);
}

/**
 * When the scan began, to which START corrects: the series' time, unless the series was made later; then the time that GE
 * keeps, else reckoned back from the frame's. Seconds.
 */
function scanStart(values: Values, halfLife: number): number {
  const series = momentOf(values, Tag.SeriesDate, Tag.SeriesTime);
  const acquired = momentOf(values, Tag.AcquisitionDate, Tag.AcquisitionTime);
  if (series !== null && acquired !== null && series <= acquired) return series;
  const ge = privateTag(values, 0x0009, 'GEMS_PETD_01', 0x0d);
  const kept = ge && dateTimeAt(values, ge, values);
  if (kept) return kept;
  // The reference time is that of the mean count rate within the frame.
  const reference = number(values, Tag.FrameReferenceTime);
  const duration = number(values, Tag.ActualFrameDuration);
  if (acquired === null || !reference || reference <= 0 || !duration || duration <= 0) {
    throw new Missing('the time of the scan is not known');
  }
  const decay = Math.LN2 / halfLife;
  const during = (decay * duration) / 1000;
  const mean = Math.log(during / (1 - Math.exp(-during))) / decay;
  return acquired - reference / 1000 + mean;
}

/** A start time without a date is of the day of the scan, or of the day before where it would be after the scan. */
function secondsFromInjection(values: Values, given: Values, scan: number): number {
  const full = dateTimeAt(given, Tag.RadiopharmaceuticalStartDateTime, values);
  if (full !== null) return scan - full;
  const time = momentOf(given, null, Tag.RadiopharmaceuticalStartTime);
  if (time === null) throw new Missing('the time of injection is missing');
  const ofDay = ((scan % secondsPerDay) + secondsPerDay) % secondsPerDay;
  return ofDay >= time ? ofDay - time : ofDay - time + secondsPerDay;
}

function weightOf(values: Values): number {
  const weight = plausible(number(values, Tag.PatientWeight), 0.2, 700);
  if (weight === null) throw new Missing("the patient's weight is missing");
  return weight;
}

/** Lean body mass in kg (Janmahasatian et al., Clin Pharmacokinet 2005) and surface in cm² (Du Bois, 1916). */
function bodyOf(values: Values, weight: number): { lean: number | null; surface: number | null } {
  const height = plausible(number(values, Tag.PatientSize), 0.2, 2.8);
  if (height === null) return { lean: null, surface: null };
  const index = weight / height ** 2;
  const sex = code(values, Tag.PatientSex);
  const lean = { M: 9270 / (6680 + 216 * index), F: 9270 / (8780 + 244 * index) }[sex];
  const surface = 71.84 * weight ** 0.425 * (height * 100) ** 0.725;
  return { lean: lean === undefined ? null : lean * weight, surface };
}

/** Zero stands for what nobody measured. */
function plausible(value: number | null, least: number, most: number): number | null {
  return value !== null && value >= least && value <= most ? value : null;
}

// Refuses an errand that cannot be kept, and brings the rest into the form that the table takes.
import { MetadataError } from '../errors.ts';
import { cleanJson, cleanText } from '../text.ts';
import type { NewErrand } from './errand.ts';

const MAX_DETAILS = 65_536;

/** @throws MetadataError `invalid` */
export function checkErrand(errand: NewErrand): Required<NewErrand> {
  const details = cleanJson(errand.details ?? {});
  if (JSON.stringify(details).length > MAX_DETAILS) {
    throw new MetadataError('invalid', `The rule ${errand.rule} asks for an errand with too many details.`);
  }
  const { kind, target, rule, uid } = errand;
  return { kind, target: cleanText(target), rule: cleanText(rule), uid: cleanText(uid), details };
}

// Who the patient of an object is, as far as it says so: what pseudonyms are made from.
import { Tag } from '../tags.ts';
import { text, type Values } from '../values.ts';
import type { Pseudonyms } from './pseudonyms.ts';

export interface PatientPseudonym {
  readonly id: string;
  readonly name: string;
  /** Days by which the patient's dates are moved into the past. */
  readonly days: number;
}

/**
 * The pseudonyms of the patient: the same for all objects that carry the same id and issuer, however the name is written.
 * An object without an id is told by its name and birth date, and one without those by its study.
 */
export function patientPseudonym(values: Values, studyUid: string, pseudonyms: Pseudonyms): PatientPseudonym {
  const id = text(values, Tag.PatientID);
  const name = text(values, Tag.PatientName);
  const who =
    id !== ''
      ? `id\0${id}\0${text(values, Tag.IssuerOfPatientID)}`
      : name !== ''
        ? `name\0${name.toUpperCase()}\0${text(values, Tag.PatientBirthDate)}`
        : `study\0${studyUid}`;
  const code = pseudonyms.code('patient', who);
  return { id: code, name: `ANON^${code}`, days: pseudonyms.days(who) };
}

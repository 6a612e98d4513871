// The attributes of an object by which it is filed, found and shown: patient, study, series, instance.
import { DicomError } from './errors.ts';
import { withFrames } from './frame-presentations.ts';
import { type Presentation, readPresentation } from './presentation.ts';
import { Tag } from './tags.ts';
import { code, date, integer, text, time, uid, type Values } from './values.ts';

export interface InstanceAttributes {
  patient: {
    id: string;
    issuer: string;
    /** Decoded, with its components (^) and groups (=) as in the file. */
    name: string;
    /** YYYYMMDD or ''. */
    birthDate: string;
    sex: string;
  };
  study: {
    uid: string;
    id: string;
    accessionNumber: string;
    date: string;
    time: string;
    description: string;
    referringPhysician: string;
  };
  series: {
    uid: string;
    number: number | null;
    modality: string;
    description: string;
    bodyPart: string;
    laterality: string;
    date: string;
    time: string;
  };
  instance: {
    uid: string;
    sopClassUid: string;
    number: number | null;
    /** 0 when the object has no pixels. */
    frames: number;
    /** As in the file; what the frames are after reading is in the presentation. */
    photometric: string;
    presentation: Presentation;
  };
}

/** The UIDs under which an object is stored. */
export interface ObjectUids {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
}

/**
 * Reads the three UIDs that place an object.
 * @throws DicomError 'missing-uid' when one is absent or not a UID
 */
export function readUids(values: Values): ObjectUids {
  return {
    instance: requiredUid(values, Tag.SOPInstanceUID),
    study: requiredUid(values, Tag.StudyInstanceUID),
    series: requiredUid(values, Tag.SeriesInstanceUID),
  };
}

/** Digits and dots, at most 64, no empty component (PS3.5 section 9.1; leading zeros, which old devices write, are let pass). */
const uidPattern = /^\d+(\.\d+)*$/;

function requiredUid(values: Values, tag: number): string {
  const value = uid(values, tag);
  const offset = values.set.elements.get(tag)?.start;
  if (value === '')
    throw new DicomError('missing-uid', 'refused: a UID that every object needs is missing', { tag });
  if (value.length > 64 || !uidPattern.test(value)) {
    throw new DicomError('missing-uid', `refused: ${JSON.stringify(value.slice(0, 80))} is not a UID`, {
      tag,
      offset,
    });
  }
  return value;
}

/**
 * Reads the attributes of an object. What is missing or garbage is '' or null; nothing is thrown.
 * @param frames frames of pixels, 0 when there are none
 * @param photometric how the frames are to be taken after reading, for the presentation
 */
export function readAttributes(
  values: Values,
  uids: ObjectUids,
  frames: number,
  photometric: string,
): InstanceAttributes {
  const presentation = readPresentation(values, photometric);
  return {
    patient: {
      id: text(values, Tag.PatientID),
      issuer: text(values, Tag.IssuerOfPatientID),
      name: text(values, Tag.PatientName),
      birthDate: date(values, Tag.PatientBirthDate),
      sex: code(values, Tag.PatientSex),
    },
    study: {
      uid: uids.study,
      id: text(values, Tag.StudyID),
      accessionNumber: text(values, Tag.AccessionNumber),
      date: date(values, Tag.StudyDate),
      time: time(values, Tag.StudyTime),
      description: text(values, Tag.StudyDescription),
      referringPhysician: text(values, Tag.ReferringPhysicianName),
    },
    series: {
      uid: uids.series,
      number: smallInteger(values, Tag.SeriesNumber),
      modality: code(values, Tag.Modality),
      description: text(values, Tag.SeriesDescription),
      bodyPart: code(values, Tag.BodyPartExamined),
      laterality: code(values, Tag.Laterality) || code(values, Tag.ImageLaterality),
      date: date(values, Tag.SeriesDate),
      time: time(values, Tag.SeriesTime),
    },
    instance: {
      uid: uids.instance,
      sopClassUid: uid(values, Tag.SOPClassUID),
      number: smallInteger(values, Tag.InstanceNumber),
      frames,
      photometric: code(values, Tag.PhotometricInterpretation),
      presentation: withFrames(values, frames, presentation),
    },
  };
}

/** An integer string holds 32 bits (PS3.5 table 6.2-1); a greater one is garbage. */
function smallInteger(values: Values, tag: number): number | null {
  const value = integer(values, tag);
  return value !== null && value >= -(2 ** 31) && value < 2 ** 31 ? value : null;
}

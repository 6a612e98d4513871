// A new object of a study: patient and study as a stored instance has them, series and equipment our own (PS3.3 annex A).

import { tagKey } from '../json/read-value.ts';
import type { DicomJson } from '../json/types.ts';
import { writeDataSet } from '../json/write-data-set.ts';
import { tagOfKeyword } from '../keywords.ts';
import { EXPLICIT_LITTLE_UID } from '../transfer-syntax.ts';
import { part10File } from '../writing/part10-writer.ts';
import { attributesOf, type KeywordAttributes } from './attributes.ts';
import { textOf } from './reading.ts';

/** What tells an object from others of its study. */
export interface DerivedHead {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesUid: string;
  readonly modality: string;
  readonly seriesNumber: number;
  readonly seriesDescription: string;
  /** From 1. */
  readonly instanceNumber: number;
  readonly at: Date;
  readonly device: Device;
}

/** The program that makes it. */
export interface Device {
  /** Which of all installations. */
  readonly serial: string;
  readonly version: string;
}

/** Attributes of the modules Patient, Clinical Trial Subject, General Study and Patient Study that every object may have. */
const inherited = [
  ...['PatientName', 'PatientID', 'IssuerOfPatientID', 'IssuerOfPatientIDQualifiersSequence'],
  ...['OtherPatientIDsSequence', 'PatientBirthDate', 'PatientBirthTime', 'PatientSex', 'PatientComments'],
  ...[
    'QualityControlSubject',
    'PatientSpeciesDescription',
    'PatientSpeciesCodeSequence',
    'PatientBreedDescription',
  ],
  ...['PatientBreedCodeSequence', 'BreedRegistrationSequence', 'ResponsiblePerson', 'ResponsiblePersonRole'],
  ...['ResponsibleOrganization', 'PatientIdentityRemoved', 'DeidentificationMethod'],
  ...['DeidentificationMethodCodeSequence', 'ClinicalTrialSponsorName', 'ClinicalTrialProtocolID'],
  ...['ClinicalTrialProtocolName', 'ClinicalTrialSiteID', 'ClinicalTrialSiteName', 'ClinicalTrialSubjectID'],
  ...['ClinicalTrialSubjectReadingID', 'StudyDate', 'StudyTime', 'ReferringPhysicianName', 'StudyID'],
  ...['AccessionNumber', 'IssuerOfAccessionNumberSequence', 'StudyDescription', 'ProcedureCodeSequence'],
  ...['PhysiciansOfRecord', 'ReferencedStudySequence', 'PatientAge', 'PatientSize', 'PatientWeight'],
] as const;

/** Those of type 2: they are there also without a value. */
const always: KeywordAttributes = {
  ...{ PatientName: null, PatientID: null, PatientBirthDate: null, PatientSex: null },
  ...{ StudyDate: null, StudyTime: null, ReferringPhysicianName: null, StudyID: null, AccessionNumber: null },
};

/**
 * The object in the DICOM JSON model.
 * @param source any stored instance of the study
 * @param own what its kind of object has beside the modules that all have
 * @throws Error for a keyword that is none
 */
export function derivedObject(source: DicomJson, head: DerivedHead, own: KeywordAttributes): DicomJson {
  const { date, time } = dateAndTime(head.at);
  const kept = inherited.flatMap((keyword) => {
    const key = tagKey(tagOfKeyword(keyword) ?? 0);
    const element = source[key];
    return element ? [[key, element] as const] : [];
  });
  return {
    ...attributesOf(always),
    ...Object.fromEntries(kept),
    ...attributesOf({
      SpecificCharacterSet: 'ISO_IR 192',
      InstanceCreationDate: date,
      InstanceCreationTime: time,
      SOPClassUID: head.sopClassUid,
      SOPInstanceUID: head.sopInstanceUid,
      StudyInstanceUID: textOf(source, 'StudyInstanceUID'),
      SeriesInstanceUID: head.seriesUid,
      SeriesNumber: head.seriesNumber,
      SeriesDescription: head.seriesDescription,
      Modality: head.modality,
      InstanceNumber: head.instanceNumber,
      Manufacturer: 'Strata',
      ManufacturerModelName: 'Strata',
      DeviceSerialNumber: head.device.serial,
      SoftwareVersions: head.device.version,
      ...own,
    }),
  };
}

/**
 * The object as a file, in explicit little endian and UTF-8.
 * @throws DicomError 'malformed' naming the attribute whose value does not fit its representation
 */
export function objectFile(object: DicomJson): Uint8Array<ArrayBuffer> {
  const identity = {
    sopClassUid: textOf(object, 'SOPClassUID'),
    sopInstanceUid: textOf(object, 'SOPInstanceUID'),
    transferSyntaxUid: EXPLICIT_LITTLE_UID,
  };
  return new Uint8Array(part10File(identity, [writeDataSet(object)]));
}

/** A moment as the clock of this computer shows it, which says no time zone: `YYYYMMDD`, `HHMMSS.FFFFFF`. */
export function dateAndTime(at: Date): { date: string; time: string } {
  const two = (value: number) => String(value).padStart(2, '0');
  const milliseconds = String(at.getMilliseconds()).padStart(3, '0');
  return {
    date: `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`,
    time: `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}.${milliseconds}000`,
  };
}

/** What of a date and a time of an object can be read, as `YYYY-MM-DDTHH:MM:SS.mmm`; '' without a date. */
export function momentText(date: string, time: string): string {
  const day = /^(\d{4})(\d\d)(\d\d)$/.exec(date);
  if (!day) return '';
  const clock = /^(\d\d)(\d\d)?(\d\d)?(?:\.(\d{1,6}))?$/.exec(time);
  const [, hours = '00', minutes = '00', seconds = '00', fraction = ''] = clock ?? [];
  return `${day[1]}-${day[2]}-${day[3]}T${hours}:${minutes}:${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}`;
}

// The columns of patients, studies, series and instances as attributes: what is known of an instance in any case.
import type {
  InstanceAttributes,
  InstanceRecord,
  PatientAttributes,
  SeriesAttributes,
  StudyAttributes,
} from '../records.ts';
import { levelOf } from './attribute-levels.ts';
import { keptAttributes } from './kept-attributes.ts';
import { nameGroupsJson } from './name-json.ts';
import type { DicomJson } from './types.ts';

/** An attribute of one value, or nothing when there is none. */
function attribute(tag: string, vr: string, value: string | number | null): DicomJson {
  if (value === null || value === '') return {};
  return { [tag]: { vr, Value: [vr === 'PN' ? nameGroupsJson(String(value)) : value] } };
}

export function patientColumns(patient: PatientAttributes): DicomJson {
  return {
    ...attribute('00100010', 'PN', patient.name),
    ...attribute('00100020', 'LO', patient.id),
    ...attribute('00100021', 'LO', patient.issuer),
    ...attribute('00100030', 'DA', patient.birthDate),
    ...attribute('00100040', 'CS', patient.sex),
  };
}

export function studyColumns(study: StudyAttributes): DicomJson {
  return {
    ...attribute('0020000D', 'UI', study.uid),
    ...attribute('00080020', 'DA', study.date),
    ...attribute('00080030', 'TM', study.time),
    ...attribute('00080050', 'SH', study.accessionNumber),
    ...attribute('00080090', 'PN', study.referringPhysician),
    ...attribute('00081030', 'LO', study.description),
    ...attribute('00200010', 'SH', study.id),
  };
}

export function seriesColumns(series: SeriesAttributes): DicomJson {
  return {
    ...attribute('0020000E', 'UI', series.uid),
    ...attribute('00080021', 'DA', series.date),
    ...attribute('00080031', 'TM', series.time),
    ...attribute('00080060', 'CS', series.modality),
    ...attribute('0008103E', 'LO', series.description),
    ...attribute('00180015', 'CS', series.bodyPart),
    ...attribute('00200011', 'IS', series.number),
    ...attribute('00200060', 'CS', series.laterality),
  };
}

export function instanceColumns(
  instance: Pick<InstanceAttributes, 'uid' | 'sopClassUid' | 'number' | 'frames'>,
  size: { readonly width: number; readonly height: number } | null,
): DicomJson {
  return {
    ...attribute('00080016', 'UI', instance.sopClassUid),
    ...attribute('00080018', 'UI', instance.uid),
    ...attribute('00200013', 'IS', instance.number),
    ...attribute('00280008', 'IS', instance.frames > 1 ? instance.frames : null),
    ...attribute('00280010', 'US', size?.height ?? null),
    ...attribute('00280011', 'US', size?.width ?? null),
  };
}

/** The attributes of an instance by what they describe. */
export interface AttributesByLevel {
  readonly patient: DicomJson;
  /** Of the patient as this study's files name it, and of the study. */
  readonly study: DicomJson;
  readonly series: DicomJson;
  readonly instance: DicomJson;
}

/** What is kept of a record's attributes, by level. Columns say what the attributes do not; UIDs are those of the columns. */
export function attributesByLevel(record: InstanceRecord): AttributesByLevel {
  const { patient, study, series, instance } = record;
  const all = keptAttributes({
    ...patientColumns(patient),
    ...studyColumns(study),
    ...seriesColumns(series),
    ...instanceColumns(instance, record.format),
    ...record.attributes,
    ...attribute('0020000D', 'UI', study.uid),
    ...attribute('0020000E', 'UI', series.uid),
    ...attribute('00080018', 'UI', instance.uid),
    ...attribute('00080016', 'UI', instance.sopClassUid),
  });
  const described: AttributesByLevel = { patient: {}, study: {}, series: {}, instance: {} };
  for (const [tag, element] of Object.entries(all)) {
    const level = levelOf(tag);
    described[level][tag] = element;
    if (level === 'patient') described.study[tag] = element;
  }
  return described;
}

// What the record of a patient, study, series or object says, taken from an object of it (PS3.3 section F.5).
import { DicomError } from '../errors.ts';
import type { DicomJson, DicomJsonElement } from '../json/types.ts';
import { writeDataSet } from '../json/write-data-set.ts';
import type { RecordType } from './record-types.ts';

/**
 * A key: tag, representation, and what stands there when the object says nothing. A key without it is left out then; one
 * with '' is written empty.
 */
type Key = readonly [tag: string, vr: string, otherwise?: string];

const noDate = '19000101';
const noTime = '000000';

const patientKeys: readonly Key[] = [
  ['00100010', 'PN', ''],
  ['00100020', 'LO', 'UNKNOWN'],
  ['00100021', 'LO'],
  ['00100030', 'DA'],
  ['00100040', 'CS'],
];
const studyKeys: readonly Key[] = [
  ['00080020', 'DA', noDate],
  ['00080030', 'TM', noTime],
  ['00080050', 'SH', ''],
  ['00081030', 'LO', ''],
  ['0020000D', 'UI', ''],
  ['00200010', 'SH', 'UNKNOWN'],
];
const seriesKeys: readonly Key[] = [
  ['00080060', 'CS', 'OT'],
  ['0008103E', 'LO'],
  ['0020000E', 'UI', ''],
];

const contentDate: readonly Key[] = [
  ['00080023', 'DA', noDate],
  ['00080033', 'TM', noTime],
];
const contentName: readonly Key[] = [
  ['00700080', 'CS', 'UNKNOWN'],
  ['00700081', 'LO', ''],
  ['00700084', 'PN', ''],
];
const title: Key = ['0040A043', 'SQ', ''];

const objectKeys: Readonly<Record<RecordType, readonly Key[]>> = {
  IMAGE: [['00080008', 'CS']],
  'SR DOCUMENT': [...contentDate, title, ['0040A491', 'CS', 'PARTIAL'], ['0040A493', 'CS', 'UNVERIFIED']],
  'KEY OBJECT DOC': [...contentDate, title],
  PRESENTATION: [
    ...contentName,
    ['00700082', 'DA', noDate],
    ['00700083', 'TM', noTime],
    ['00081115', 'SQ'],
    ['00700402', 'SQ'],
  ],
  WAVEFORM: contentDate,
  'ENCAP DOC': [
    ['00080023', 'DA', ''],
    ['00080033', 'TM', ''],
    ['00420010', 'ST', ''],
    ['0040E001', 'ST'],
    title,
    ['00420012', 'LO', 'application/octet-stream'],
  ],
  'RT DOSE': [['3004000A', 'CS', 'PLAN']],
  'RT STRUCTURE SET': [
    ['30060002', 'SH', 'UNKNOWN'],
    ['30060008', 'DA', ''],
    ['30060009', 'TM', ''],
  ],
  'RT PLAN': [
    ['300A0002', 'SH', 'UNKNOWN'],
    ['300A0006', 'DA', ''],
    ['300A0007', 'TM', ''],
  ],
  'RT TREAT RECORD': [
    ['30080250', 'DA', ''],
    ['30080251', 'TM', ''],
  ],
  SPECTROSCOPY: [
    ['00080008', 'CS', 'ORIGINAL'],
    ...contentDate,
    ['00280008', 'IS', '1'],
    ['00280010', 'US'],
    ['00280011', 'US'],
    ['00289001', 'UL'],
    ['00289002', 'UL'],
  ],
  'RAW DATA': contentDate,
  REGISTRATION: [...contentDate, ...contentName],
  FIDUCIAL: [...contentDate, ...contentName],
  SURFACE: [...contentDate, ...contentName],
  TRACT: [...contentDate, ...contentName],
  'VALUE MAP': [...contentDate, ...contentName],
  MEASUREMENT: contentDate,
  STEREOMETRIC: [],
  PRIVATE: [],
};

export const patientRecord = (json: DicomJson): DicomJson => taken(json, patientKeys);
export const studyRecord = (json: DicomJson): DicomJson => taken(json, studyKeys);

/** @param order what the series is, counted from 1: its number when the object gives none */
export function seriesRecord(json: DicomJson, order: number): DicomJson {
  return taken(json, [...seriesKeys, ['00200011', 'IS', String(order)]]);
}

/** @param order what the object is in its series, counted from 1: its number when it gives none */
export function objectRecord(json: DicomJson, type: RecordType, order: number): DicomJson {
  const record = taken(json, [...objectKeys[type], ['00200013', 'IS', String(order)]]);
  if (type === 'SR DOCUMENT' && record['0040A493']?.Value?.[0] === 'VERIFIED') {
    const verified = lastVerification(json);
    const time = { vr: 'DT', Value: [verified] };
    if (verified && canBeWritten('0040A030', time)) record['0040A030'] = time;
  }
  if (type === 'SR DOCUMENT' || type === 'KEY OBJECT DOC') {
    const modifiers = itemsOf(json['0040A730']).filter(
      (item) => item['0040A010']?.Value?.[0] === 'HAS CONCEPT MOD',
    );
    const content = { vr: 'SQ', Value: modifiers };
    if (modifiers.length > 0 && canBeWritten('0040A730', content)) record['0040A730'] = content;
  }
  return record;
}

function taken(json: DicomJson, keys: readonly Key[]): DicomJson {
  const record: DicomJson = {};
  for (const [tag, vr, otherwise] of keys) {
    const found = json[tag];
    // An object may carry a value in another representation than the record demands.
    if (found?.vr === vr && hasValue(found) && canBeWritten(tag, found))
      record[tag] = { vr, Value: found.Value ?? [] };
    else if (otherwise === '') record[tag] = { vr };
    else if (otherwise !== undefined) record[tag] = { vr, Value: [otherwise] };
  }
  return record;
}

/** Objects hold values that no writer may write again: one of them must not keep a whole study from leaving. */
function canBeWritten(tag: string, element: DicomJsonElement): boolean {
  try {
    writeDataSet({ [tag]: element });
    return true;
  } catch (error) {
    if (error instanceof DicomError) return false;
    throw error;
  }
}

function hasValue({ Value }: DicomJsonElement): boolean {
  return Value?.some((one) => one !== null && one !== '') ?? false;
}

function itemsOf(element: DicomJsonElement | undefined): DicomJson[] {
  return element?.vr === 'SQ' ? ((element.Value ?? []) as DicomJson[]) : [];
}

/** When the last of its observers verified it. */
function lastVerification(json: DicomJson): string | null {
  const times = itemsOf(json['0040A073']).map((item) => item['0040A030']?.Value?.[0]);
  return (
    times
      .filter((time) => typeof time === 'string')
      .sort()
      .at(-1) ?? null
  );
}

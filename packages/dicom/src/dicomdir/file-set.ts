// Gathers the objects of a file-set one by one, gives each the name of its file, and writes the DICOMDIR at the end.

import { DicomError } from '../errors.ts';
import { toDicomJson } from '../json/read-json.ts';
import type { DicomJson } from '../json/types.ts';
import { readPart10 } from '../part10.ts';
import { Tag } from '../tags.ts';
import { objectRecord, patientRecord, seriesRecord, studyRecord } from './record-keys.ts';
import { recordTypeOf } from './record-types.ts';
import { type DirectoryRecord, writeDicomdir } from './write-dicomdir.ts';

/** More objects than any study has; a record takes about 300 bytes. */
const MAX_OBJECTS = 1_000_000;
const PER_FRAME_GROUP = 0x5200;
/** Values longer than this are in no record. */
const MAX_VALUE = 1024;

interface SeriesEntry {
  readonly record: DirectoryRecord;
  /** From 1. */
  readonly order: number;
}

export class FileSet {
  readonly #patients = new Map<string, DirectoryRecord>();
  readonly #studies = new Map<string, DirectoryRecord>();
  readonly #series = new Map<string, SeriesEntry>();
  #objects = 0;

  /**
   * Takes an object in.
   * @param file Part 10, as it is in the file-set
   * @returns the components of the name of its file, at most 8 of at most 8 characters (PS3.10 section 8.2)
   * @throws DicomError when the file cannot be read, 'too-large' when there are too many
   */
  add(file: Uint8Array): readonly string[] {
    if (++this.#objects > MAX_OBJECTS) {
      throw new DicomError('too-large', `a DICOMDIR lists at most ${MAX_OBJECTS} objects`);
    }
    const { dataSet, attributes, transferSyntaxUid } = readPart10(file);
    const json = toDicomJson(dataSet, { maxInline: MAX_VALUE, leaveOut: isInNoRecord });
    const { record: series, order } = this.#seriesOf(json, attributes);
    const number = series.children.length + 1;
    const { uid, sopClassUid } = attributes.instance;
    const type = recordTypeOf(sopClassUid, dataSet.elements.has(Tag.Rows));
    const fileId = ['DICOM', named('SE', order), named('IM', number)];
    series.children.push({
      type,
      keys: objectRecord(json, type, number),
      file: { fileId, sopClassUid, sopInstanceUid: uid, transferSyntaxUid },
      children: [],
    });
    return fileId;
  }

  /** The DICOMDIR of all that was taken in. @throws DicomError 'too-large' */
  write(): Uint8Array {
    return writeDicomdir([...this.#patients.values()]);
  }

  #seriesOf(json: DicomJson, { study, series }: Parents): SeriesEntry {
    const known = this.#series.get(series.uid);
    if (known) return known;
    const order = this.#series.size + 1;
    const record: DirectoryRecord = {
      type: 'SERIES',
      keys: seriesRecord(json, order),
      file: null,
      children: [],
    };
    this.#studyOf(json, study.uid).children.push(record);
    const entry = { record, order };
    this.#series.set(series.uid, entry);
    return entry;
  }

  #studyOf(json: DicomJson, uid: string): DirectoryRecord {
    const known = this.#studies.get(uid);
    if (known) return known;
    const record: DirectoryRecord = { type: 'STUDY', keys: studyRecord(json), file: null, children: [] };
    this.#patientOf(json).children.push(record);
    this.#studies.set(uid, record);
    return record;
  }

  #patientOf(json: DicomJson): DirectoryRecord {
    const keys = patientRecord(json);
    const name = JSON.stringify([keys['00100020'], keys['00100021']]);
    const known = this.#patients.get(name);
    if (known) return known;
    const record: DirectoryRecord = { type: 'PATIENT', keys, file: null, children: [] };
    this.#patients.set(name, record);
    return record;
  }
}

interface Parents {
  readonly study: { readonly uid: string };
  readonly series: { readonly uid: string };
}

/** Two letters and six digits; the seventh digit takes the second letter's place. */
function named(prefix: string, number: number): string {
  const digits = String(number).padStart(6, '0');
  return `${prefix.slice(0, 8 - digits.length)}${digits}`;
}

/** Private elements, and what is said of single frames: nothing of it is in a record, and there may be much. */
function isInNoRecord(tag: number, _vr: string, length: number): boolean {
  const group = tag >>> 16;
  return group % 2 === 1 || group === PER_FRAME_GROUP || (group >= 0x3000 && length > MAX_VALUE);
}

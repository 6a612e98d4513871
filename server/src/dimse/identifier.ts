// Identifiers of queries: data sets on the wire, the DICOM JSON model here.
import { readDataSet } from '@strata/dicom/data-set';
import { toDicomJson } from '@strata/dicom/json/read-json';
import type { DicomJson, PersonNameJson } from '@strata/dicom/json/types';
import { writeDataSet } from '@strata/dicom/json/write-data-set';
import { transferSyntax } from '@strata/dicom/transfer-syntax';

/** Values of identifiers are short; nothing of them is bulk data. */
const MAX_INLINE = 64 * 1024;

/** @throws DicomError for what is no data set in this transfer syntax */
export function readIdentifier(bytes: Uint8Array, transferSyntaxUid: string): DicomJson {
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const set = readDataSet(plain, 0, transferSyntax(transferSyntaxUid).encoding);
  return toDicomJson(set, { maxInline: MAX_INLINE });
}

/** In UTF-8; says so where there is more than ASCII. @throws DicomError for values that cannot be written */
export function writeIdentifier(json: DicomJson, transferSyntaxUid: string): Uint8Array {
  return writeDataSet(json, transferSyntax(transferSyntaxUid).encoding);
}

/** The first value of an attribute as text; '' when it is not there or empty. */
export function textOf(json: DicomJson, tag: string): string {
  return textsOf(json, tag)[0] ?? '';
}

/** All values of an attribute as text. */
export function textsOf(json: DicomJson, tag: string): string[] {
  const values = json[tag]?.Value ?? [];
  return values.map((value) => {
    if (typeof value === 'object' && value !== null) return (value as PersonNameJson).Alphabetic ?? '';
    return value === null ? '' : String(value);
  });
}

/** Tags as keys of the model. */
export const Key = {
  specificCharacterSet: '00080005',
  queryRetrieveLevel: '00080052',
  retrieveAeTitle: '00080054',
  instanceAvailability: '00080056',
  failedInstances: '00080058',
  sopClassUid: '00080016',
  sopInstanceUid: '00080018',
  referencedSopClassUid: '00081150',
  referencedSopInstanceUid: '00081155',
  referencedSopSequence: '00081199',
  failedSopSequence: '00081198',
  failureReason: '00081197',
  transactionUid: '00081195',
  patientId: '00100020',
  studyInstanceUid: '0020000D',
  seriesInstanceUid: '0020000E',
} as const;

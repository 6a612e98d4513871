// The bytes of a DICOMDIR: records one after the other, each with the offsets of the next and of the first below it
// (PS3.3 section F.3, PS3.10 section 8.6).
import { randomUUID } from 'node:crypto';
import { DicomError } from '../errors.ts';
import type { DicomJson } from '../json/types.ts';
import { writeDataSet } from '../json/write-data-set.ts';
import { Tag } from '../tags.ts';
import { EXPLICIT_LITTLE_UID } from '../transfer-syntax.ts';
import { part10File } from '../writing/part10-writer.ts';

/** The object that a record stands for. */
export interface ReferencedFile {
  /** Components of the name of its file. */
  readonly fileId: readonly string[];
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}

export interface DirectoryRecord {
  readonly type: string;
  readonly keys: DicomJson;
  /** Null for what is no object: patient, study, series. */
  readonly file: ReferencedFile | null;
  readonly children: DirectoryRecord[];
}

const DIRECTORY_CLASS = '1.2.840.10008.1.3.10';
/** For the records of objects that have no type of their own (PS3.3 section F.6.1): ours for good. */
const PRIVATE_RECORD = '2.25.97124838231250447281063187421590713052';
const ITEM_HEAD = 8;
/** Where the values of the two offsets are in a record: they are the first and the third of its elements, 8 bytes each before a value. */
const NEXT_AT = 8;
const LOWER_AT = 30;
const MAX_LENGTH = 0xffff_0000;

interface PlacedRecord {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Of its item in the file. */
  readonly offset: number;
}

/**
 * @param roots patients, with all below them
 * @throws DicomError 'too-large' when offsets of 32 bits do not reach, 'malformed' for values that cannot be written
 */
export function writeDicomdir(roots: readonly DirectoryRecord[]): Uint8Array {
  const identity = {
    sopClassUid: DIRECTORY_CLASS,
    sopInstanceUid: newUid(),
    transferSyntaxUid: EXPLICIT_LITTLE_UID,
  };
  const sequenceHead = 12;
  const before = part10File(identity, [head(0, 0)]).length + sequenceHead;
  const placed: PlacedRecord[] = [];
  let end = before;
  const place = (records: readonly DirectoryRecord[]): { first: number; last: number } => {
    let above: PlacedRecord | null = null;
    let first = 0;
    for (const record of records) {
      const bytes = recordBytes(record);
      const one: PlacedRecord = { bytes, view: new DataView(bytes.buffer), offset: end };
      placed.push(one);
      end += ITEM_HEAD + bytes.length;
      if (end > MAX_LENGTH) throw new DicomError('too-large', 'a DICOMDIR has at most 4 GB');
      if (above) above.view.setUint32(NEXT_AT, one.offset, true);
      else first = one.offset;
      one.view.setUint32(LOWER_AT, place(record.children).first, true);
      above = one;
    }
    return { first, last: above?.offset ?? 0 };
  };
  const { first, last } = place(roots);
  return part10File(identity, [
    head(first, last),
    longHead(end - before),
    ...placed.flatMap(({ bytes }) => [itemHead(bytes.length), bytes]),
  ]);
}

/** The elements before the records. */
function head(first: number, last: number): Uint8Array {
  return writeDataSet({
    '00041130': { vr: 'CS', Value: ['STRATA'] },
    '00041200': { vr: 'UL', Value: [first] },
    '00041202': { vr: 'UL', Value: [last] },
    '00041212': { vr: 'US', Value: [0] },
  });
}

/** With offsets of 0, to be written over. */
function recordBytes({ type, keys, file }: DirectoryRecord): Uint8Array {
  return writeDataSet({
    ...keys,
    '00041400': { vr: 'UL', Value: [0] },
    '00041410': { vr: 'US', Value: [0xffff] },
    '00041420': { vr: 'UL', Value: [0] },
    '00041430': { vr: 'CS', Value: [type] },
    ...(type === 'PRIVATE' && { '00041432': { vr: 'UI', Value: [PRIVATE_RECORD] } }),
    ...(file && {
      '00041500': { vr: 'CS', Value: [...file.fileId] },
      '00041510': { vr: 'UI', Value: [file.sopClassUid] },
      '00041511': { vr: 'UI', Value: [file.sopInstanceUid] },
      '00041512': { vr: 'UI', Value: [file.transferSyntaxUid] },
    }),
  });
}

function longHead(length: number): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Tag.DirectoryRecordSequence >>> 16, true);
  view.setUint16(2, Tag.DirectoryRecordSequence & 0xffff, true);
  bytes.set([0x53, 0x51], 4);
  view.setUint32(8, length, true);
  return bytes;
}

function itemHead(length: number): Uint8Array {
  const bytes = new Uint8Array(ITEM_HEAD);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Tag.Item >>> 16, true);
  view.setUint16(2, Tag.Item & 0xffff, true);
  view.setUint32(4, length, true);
  return bytes;
}

/** A UID of a random UUID (PS3.5 annex B.2). */
function newUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;
}

// A Part 10 file around a data set (PS3.10 section 7.1).
import { Tag } from '../tags.ts';
import { lengthOf, type Parts, writtenElement } from './explicit-little.ts';

/** Who wrote the file: a UID under 2.25 (PS3.5 annex B.2), ours for good. */
export const IMPLEMENTATION_CLASS = '2.25.286728260297997162935629375722552325849';
export const IMPLEMENTATION_VERSION = 'STRATA_1';
const PREAMBLE = 128;

/** What the file meta information says of the object. */
export interface FileIdentity {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}

/**
 * The file of a data set.
 * @param dataSet elements in the encoding of the transfer syntax, in ascending order
 */
export function part10File(identity: FileIdentity, dataSet: Parts): Uint8Array {
  const head = new Uint8Array(PREAMBLE + 4);
  head.set([0x44, 0x49, 0x43, 0x4d], PREAMBLE);
  const parts = [head, ...fileMeta(identity), ...dataSet];
  const file = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

function fileMeta(identity: FileIdentity): Parts {
  const text = (value: string): Parts => [new TextEncoder().encode(value)];
  const group = [
    ...writtenElement(Tag.FileMetaInformationVersion, 'OB', [Uint8Array.of(0, 1)]),
    ...writtenElement(Tag.MediaStorageSOPClassUID, 'UI', text(identity.sopClassUid)),
    ...writtenElement(Tag.MediaStorageSOPInstanceUID, 'UI', text(identity.sopInstanceUid)),
    ...writtenElement(Tag.TransferSyntaxUID, 'UI', text(identity.transferSyntaxUid)),
    ...writtenElement(Tag.ImplementationClassUID, 'UI', text(IMPLEMENTATION_CLASS)),
    ...writtenElement(Tag.ImplementationVersionName, 'SH', text(IMPLEMENTATION_VERSION)),
  ];
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, lengthOf(group), true);
  return [
    ...writtenElement(Tag.FileMetaInformationGroupLength, 'UL', [new Uint8Array(length.buffer)]),
    ...group,
  ];
}

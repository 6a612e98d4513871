// Gives a file a SOP Instance UID of its own, every other byte unchanged.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { readFileMeta } from '@strata/dicom/data-set';
import { readPart10 } from '@strata/dicom/part10';

const DEFLATED = '1.2.840.10008.1.2.1.99';
const PREAMBLE = 132;

/**
 * The file with another SOP Instance UID of the same length.
 * @param number makes the UID; another one for each file
 */
export function withOwnUid(file: Buffer, number: number): Buffer {
  const { attributes, transferSyntaxUid } = readPart10(new Uint8Array(file));
  const { uid } = attributes.instance;
  const prefix = '2.25.9';
  const own = `${prefix}${String(number).padStart(uid.length - prefix.length, '0')}`;
  if (transferSyntaxUid !== DEFLATED) return replaced(file, uid, own);
  const { end } = readFileMeta(new Uint8Array(file), PREAMBLE);
  const inflated = inflateRawSync(file.subarray(end));
  return Buffer.concat([
    replaced(file.subarray(0, end), uid, own),
    deflateRawSync(replaced(inflated, uid, own)),
  ]);
}

function replaced(bytes: Buffer, uid: string, own: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(uid, own), 'latin1');
}

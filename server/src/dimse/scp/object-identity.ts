// Who an object says it is, from the first elements of its data set.
import { readElement } from '@strata/dicom/element-walk';
import { DicomError } from '@strata/dicom/errors';
import { Tag } from '@strata/dicom/tags';
import { transferSyntax } from '@strata/dicom/transfer-syntax';

export interface ObjectIdentity {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/**
 * SOP class and instance of the data set that begins at `start`; '' for one that is not there. Null where it is not
 * plain to see: in a deflated data set, or one that cannot be read, which its reader will say.
 */
export function identityAt(
  file: Uint8Array,
  start: number,
  transferSyntaxUid: string,
): ObjectIdentity | null {
  const { encoding, pixels } = transferSyntax(transferSyntaxUid);
  if (pixels === 'deflated') return null;
  const source = { bytes: file, view: new DataView(file.buffer, file.byteOffset, file.byteLength) };
  const identity = { sopClassUid: '', sopInstanceUid: '' };
  try {
    for (let at = start; file.length - at >= 8; ) {
      const element = readElement(source, at, file.length, encoding, 0);
      if (element.tag > Tag.SOPInstanceUID) break;
      at = element.valueStart + element.length;
      const name = { [Tag.SOPClassUID]: 'sopClassUid', [Tag.SOPInstanceUID]: 'sopInstanceUid' }[element.tag];
      if (name) {
        const text = Buffer.from(file.buffer, file.byteOffset + element.valueStart, element.length);
        identity[name as keyof ObjectIdentity] = text.toString('latin1').replace(/[\0 ]+$/, '');
      }
    }
  } catch (error) {
    if (error instanceof DicomError) return null;
    throw error;
  }
  return identity;
}

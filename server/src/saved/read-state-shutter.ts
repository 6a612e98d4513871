// The shutter of a presentation state, read as that of an image is.
import { readDataSet } from '@strata/dicom/data-set';
import { DicomError } from '@strata/dicom/errors';
import type { DicomJson } from '@strata/dicom/json/types';
import { writeDataSet } from '@strata/dicom/json/write-data-set';
import { readShutter } from '@strata/dicom/shutter';
import { EXPLICIT_LITTLE } from '@strata/dicom/transfer-syntax';
import { valuesOf } from '@strata/dicom/values';
import type { Shutter } from '@strata/protocol/manifest';

/** @returns null for none, and why a shape is left out */
export function readStateShutter(object: DicomJson): { shutter: Shutter | null; problems: string[] } {
  const own = Object.entries(object).filter(([tag]) => /^001816(0|1|2)/.test(tag));
  if (own.length === 0) return { shutter: null, problems: [] };
  try {
    const bytes = writeDataSet(Object.fromEntries(own));
    const { shutter, problems } = readShutter(valuesOf(readDataSet(bytes, 0, EXPLICIT_LITTLE)));
    const { overlay, ...shapes } = shutter ?? {};
    const isSeen = shapes.rectangle ?? shapes.circle ?? shapes.polygon;
    return {
      shutter: isSeen ? shapes : null,
      problems: [...problems, ...(overlay ? ['its bitmap shutter is not applied'] : [])],
    };
  } catch (error) {
    if (error instanceof DicomError) return { shutter: null, problems: ['its shutter cannot be read'] };
    throw error;
  }
}

// The metadata of an instance: its data set in the DICOM JSON model, long values as addresses (PS3.18 section 10.4.1.1.2).
import { toDicomJson } from '@strata/dicom/json/read-json';
import type { MetadataOptions } from './messages.ts';
import { openDataSet } from './open-data-set.ts';

/** Values up to this many bytes stand in the metadata themselves. */
const MAX_INLINE = 4096;

/** UTF-8 of one JSON object. @param file the data set as Part 10 in explicit little endian @throws DicomError */
export function metadataOf(file: Uint8Array, { bulkDataBase, hasPixels }: MetadataOptions): Uint8Array {
  const json = toDicomJson(openDataSet(file), {
    maxInline: MAX_INLINE,
    bulkDataUri: (tagPath) => `${bulkDataBase}${tagPath}`,
  });
  if (hasPixels) {
    // Samples of more than 8 bits are words (PS3.5 section 8.1.2).
    const allocated = Number(json['00280100']?.Value?.[0] ?? 16);
    json['7FE00010'] = { vr: allocated > 8 ? 'OW' : 'OB', BulkDataURI: `${bulkDataBase}7FE00010` };
  }
  return new TextEncoder().encode(JSON.stringify(json));
}

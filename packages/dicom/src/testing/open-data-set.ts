// Any real file's data set, also of files whose pixels are not read or that are no stored objects, for tests.
import { inflateRawSync } from 'node:zlib';
import { type DataSet, readDataSet, readFileMeta } from '../data-set.ts';
import { DicomError } from '../errors.ts';
import { Tag } from '../tags.ts';
import { transferSyntax } from '../transfer-syntax.ts';
import { uid, valuesOf } from '../values.ts';

/** The data set of a file with a preamble, or null when it has none or cannot be walked. */
export function openDataSet(file: Uint8Array): DataSet | null {
  if (String.fromCharCode(...file.subarray(128, 132)) !== 'DICM') return null;
  try {
    const { meta, end } = readFileMeta(file, 132);
    const syntax = transferSyntax(uid(valuesOf(meta), Tag.TransferSyntaxUID));
    if (syntax.pixels !== 'deflated') return readDataSet(file, end, syntax.encoding);
    return readDataSet(new Uint8Array(inflateRawSync(file.subarray(end))), 0, syntax.encoding);
  } catch (error) {
    if (error instanceof DicomError || (error as NodeJS.ErrnoException).code?.startsWith('Z_')) return null;
    throw error;
  }
}

// Whether two files hold the same object: what stands before the data set is about the file and who wrote it.
import { readFileMeta } from './data-set.ts';
import { Tag } from './tags.ts';
import { uid, valuesOf } from './values.ts';

const PREAMBLE = 128;

/**
 * Compares the data sets of two Part 10 files byte for byte. The same data set in another encoding does not count as
 * the same: see `sameImage`.
 * @throws DicomError for file meta information that cannot be read
 */
export function sameObject(one: Uint8Array, other: Uint8Array): boolean {
  const [a, b] = [objectIn(one), objectIn(other)];
  return a.transferSyntaxUid === b.transferSyntaxUid && Buffer.compare(a.dataSet, b.dataSet) === 0;
}

function objectIn(file: Uint8Array): { transferSyntaxUid: string; dataSet: Uint8Array } {
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.length);
  const { meta, end } = readFileMeta(bytes, startOf(bytes));
  return { transferSyntaxUid: uid(valuesOf(meta), Tag.TransferSyntaxUID), dataSet: bytes.subarray(end) };
}

/** Files without a preamble or meta information begin with their data set. */
function startOf(bytes: Uint8Array): number {
  for (const at of [PREAMBLE, 0]) {
    if (Buffer.from(bytes.subarray(at, at + 4)).toString('latin1') === 'DICM') return at + 4;
  }
  return 0;
}

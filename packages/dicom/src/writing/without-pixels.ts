// The data set of a file without its pixels, for those who want to know what an object says and not how it looks.
import type { DicomFile } from '../part10.ts';
import { EXPLICIT_LITTLE_UID } from '../transfer-syntax.ts';
import { fileWith } from './native-file.ts';

/** A Part 10 file in explicit little endian that lacks nothing but the pixels. @throws DicomError as `littleEndian` */
export function withoutPixels(file: DicomFile): Uint8Array {
  return fileWith(file, EXPLICIT_LITTLE_UID, []);
}

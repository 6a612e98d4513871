// The data set of a file without its pixels, for those who want to know what an object says and not how it looks.
import type { DicomFile } from '../part10.ts';
import { Tag } from '../tags.ts';
import { EXPLICIT_LITTLE_UID } from '../transfer-syntax.ts';
import { explicitLittle } from './explicit-little.ts';
import { part10File } from './part10-writer.ts';

const pixels: ReadonlySet<number> = new Set([
  Tag.ExtendedOffsetTable,
  Tag.ExtendedOffsetTableLengths,
  Tag.FloatPixelData,
  Tag.DoubleFloatPixelData,
  Tag.PixelData,
]);

/** A Part 10 file in explicit little endian that lacks nothing but the pixels. @throws DicomError as `explicitLittle` */
export function withoutPixels(file: DicomFile): Uint8Array {
  const { uid, sopClassUid } = file.attributes.instance;
  return part10File(
    { sopClassUid, sopInstanceUid: uid, transferSyntaxUid: EXPLICIT_LITTLE_UID },
    explicitLittle(file.dataSet, (tag) => pixels.has(tag)),
  );
}

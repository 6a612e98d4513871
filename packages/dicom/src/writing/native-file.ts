// The same object with native pixels in explicit little endian: what an encapsulated file is once it is decoded.
import type { DicomFile } from '../part10.ts';
import { Tag } from '../tags.ts';
import { EXPLICIT_LITTLE_UID, IMPLICIT_LITTLE_UID } from '../transfer-syntax.ts';
import { elementIn, littleEndian, type Parts, type Target } from './explicit-little.ts';
import { part10File } from './part10-writer.ts';

/** Elements of pixel data in all its forms. */
const pixelTags: ReadonlySet<number> = new Set([
  Tag.ExtendedOffsetTable,
  Tag.ExtendedOffsetTableLengths,
  Tag.FloatPixelData,
  Tag.DoubleFloatPixelData,
  Tag.PixelData,
]);

/** Elements that are written instead of the data set's own. */
export type Changes = ReadonlyMap<number, { readonly vr: string; readonly value: Uint8Array }>;

/**
 * A Part 10 file with the data set of a file and other pixel data.
 * @param transferSyntaxUid one that is little endian and not deflated
 * @param pixelData the whole element, or nothing to leave it out
 * @param changes elements to be written in the place of those of the data set, or beside them
 * @throws DicomError as `littleEndian`
 */
export function fileWith(
  file: DicomFile,
  transferSyntaxUid: string,
  pixelData: Parts,
  changes: Changes = new Map(),
): Uint8Array {
  const { uid, sopClassUid } = file.attributes.instance;
  const own = [...file.dataSet.elements.keys()].filter((tag) => !changes.has(tag) && !pixelTags.has(tag));
  const tags = [...new Set([...own, ...changes.keys(), Tag.PixelData])].sort((a, b) => a - b);
  const target: Target = transferSyntaxUid === IMPLICIT_LITTLE_UID ? 'implicit' : 'explicit';
  const parts: Parts = [];
  // Runs of the data set's own elements are written together.
  let run = new Set<number>();
  const flush = (): void => {
    if (run.size > 0) parts.push(...littleEndian(file.dataSet, target, (tag) => !run.has(tag)));
    run = new Set();
  };
  for (const tag of tags) {
    const change = changes.get(tag);
    if (tag !== Tag.PixelData && !change) {
      run.add(tag);
      continue;
    }
    flush();
    parts.push(...(change ? elementIn(target, tag, change.vr, [change.value]) : pixelData));
  }
  flush();
  return part10File({ sopClassUid, sopInstanceUid: uid, transferSyntaxUid }, parts);
}

/** @param pixels bytes of all frames, as they stand in little endian native pixel data */
export function nativeFile(
  file: DicomFile,
  pixels: Uint8Array,
  bitsAllocated: number,
  changes?: Changes,
  transferSyntaxUid: string = EXPLICIT_LITTLE_UID,
): Uint8Array {
  const target: Target = transferSyntaxUid === IMPLICIT_LITTLE_UID ? 'implicit' : 'explicit';
  const vr = bitsAllocated > 8 ? 'OW' : 'OB';
  return fileWith(file, transferSyntaxUid, elementIn(target, Tag.PixelData, vr, [pixels]), changes);
}

/** A code string as the value of a changed element. */
export function codeString(text: string): { vr: string; value: Uint8Array } {
  return { vr: 'CS', value: new TextEncoder().encode(text) };
}

/** A number of 16 bits as the value of a changed element. */
export function unsignedShort(value: number): { vr: string; value: Uint8Array } {
  return { vr: 'US', value: Uint8Array.of(value & 0xff, value >> 8) };
}

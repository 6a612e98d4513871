// The attributes of an object that an index may want: what is standard, small and no bytes.
import type { DataSet } from '../data-set.ts';
import { Tag } from '../tags.ts';
import { wordSizes } from './binary-vrs.ts';
import { toDicomJson } from './read-json.ts';
import type { DicomJson } from './types.ts';

/** Bytes of one attribute, sequences with all that is in them; no description of an object is longer. */
const MAX_LENGTH = 2 ** 16;

/** Without private attributes, bytes, pixels, what is said of each frame, and whatever has more than 64 KiB. */
export function indexedAttributes(set: DataSet): DicomJson {
  return toDicomJson(set, {
    maxInline: MAX_LENGTH,
    leaveOut: (tag, vr, length) =>
      length > MAX_LENGTH ||
      ((tag >>> 16) & 1) === 1 ||
      wordSizes[vr] !== undefined ||
      tag === Tag.PerFrameFunctionalGroupsSequence,
  });
}

// The items of a sequence as data sets, as many of them as can be read.
import type { DataSet } from '../data-set.ts';
import {
  type Element,
  encodingOfItem,
  itemEncoding,
  tagAt,
  UNDEFINED,
  walkElements,
} from '../element-walk.ts';
import { DicomError } from '../errors.ts';
import { Tag } from '../tags.ts';
import { IMPLICIT_LITTLE } from '../transfer-syntax.ts';

/**
 * Yields the items of a sequence in their order. Where one cannot be read the rest is left out: what is inside sequences
 * never decides whether a file is taken.
 */
export function* itemsOf(set: DataSet, sequence: Element): Generator<DataSet> {
  const end = sequence.valueStart + sequence.length;
  const content = sequence.vr === 'UN' && set.encoding.vr === 'explicit' ? IMPLICIT_LITTLE : set.encoding;
  const encoding = itemEncoding(set, sequence.valueStart, end, content);
  const little = encoding.endian === 'little';
  let at = sequence.valueStart;
  while (end - at >= 8 && tagAt(set.view, at, encoding) === Tag.Item) {
    const length = set.view.getUint32(at + 4, little);
    const start = at + 8;
    if (length !== UNDEFINED && length > end - start) return;
    const elements = new Map<number, Element>();
    const inner = encodingOfItem(set, start, end, encoding);
    try {
      if (length === UNDEFINED) at = walkElements(set, start, end, inner, 1, elements);
      else at = walkElements(set, start, start + length, inner, 0, elements);
    } catch (error) {
      if (error instanceof DicomError) return;
      throw error;
    }
    yield { bytes: set.bytes, view: set.view, encoding: inner, elements };
  }
}

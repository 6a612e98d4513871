// The items of a sequence as data sets: all of them or an error, or as many as can be read.
import type { DataSet } from './data-set.ts';
import {
  type Element,
  encodingOfItem,
  itemEncoding,
  tagAt,
  UNDEFINED,
  walkElements,
} from './element-walk.ts';
import { DicomError } from './errors.ts';
import { Tag } from './tags.ts';
import { IMPLICIT_LITTLE } from './transfer-syntax.ts';

/**
 * Yields the items of a sequence in their order, every byte of it understood.
 * @throws DicomError 'malformed' or 'truncated' for what cannot be read
 */
export function* readItems(set: DataSet, sequence: Element): Generator<DataSet> {
  const end = sequence.valueStart + sequence.length;
  const content = sequence.vr === 'UN' && set.encoding.vr === 'explicit' ? IMPLICIT_LITTLE : set.encoding;
  const encoding = itemEncoding(set, sequence.valueStart, end, content);
  let at = sequence.valueStart;
  while (at < end) {
    const tag = end - at >= 8 ? tagAt(set.view, at, encoding) : 0;
    if (tag === Tag.SequenceDelimitationItem) return;
    const length = tag === Tag.Item ? set.view.getUint32(at + 4, encoding.endian === 'little') : -1;
    const start = at + 8;
    if (length < 0 || (length !== UNDEFINED && length > end - start)) {
      throw new DicomError('malformed', 'a sequence cannot be read', { tag: sequence.tag, offset: at });
    }
    const elements = new Map<number, Element>();
    const inner = encodingOfItem(set, start, end, encoding);
    if (length === UNDEFINED) at = walkElements(set, start, end, inner, 1, elements);
    else at = walkElements(set, start, start + length, inner, 0, elements);
    yield { bytes: set.bytes, view: set.view, encoding: inner, elements };
  }
}

/**
 * Yields the items of a sequence in their order. Where one cannot be read the rest is left out: what is inside sequences
 * never decides whether a file is taken.
 */
export function* itemsOf(set: DataSet, sequence: Element): Generator<DataSet> {
  const items = readItems(set, sequence);
  for (;;) {
    let next: IteratorResult<DataSet>;
    try {
      next = items.next();
    } catch (error) {
      if (error instanceof DicomError) return;
      throw error;
    }
    if (next.done) return;
    yield next.value;
  }
}

// Where a maker's private elements are in a data set: the block that its creator element reserves (PS3.5 section 7.8.1).
import { text, type Values } from './values.ts';

/**
 * The tag of a private element, or null where the creator has no block in the group.
 * @param group odd
 * @param element the last two hexadecimal digits
 */
export function privateTag(values: Values, group: number, creator: string, element: number): number | null {
  for (let block = 0x10; block <= 0xff; block++) {
    const reserving = group * 0x10000 + block;
    if (values.set.elements.has(reserving) && text(values, reserving) === creator) {
      return group * 0x10000 + block * 0x100 + element;
    }
  }
  return null;
}

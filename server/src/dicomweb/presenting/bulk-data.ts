// One element's value by its path through sequences, as BulkDataURIs name it.
import { itemAt, openDataSet } from './open-data-set.ts';

const MAX_DEPTH = 16;

/** Whether this can be the path of an element: tags, with the number of an item (from 0) behind that of a sequence. */
export function isElementPath(path: string): boolean {
  return /^[0-9A-F]{8}(\/\d{1,9}\/[0-9A-F]{8})*$/i.test(path) && path.split('/').length <= 2 * MAX_DEPTH;
}

/**
 * The bytes of the value, little endian, or null when there is no such element.
 * @param file the data set as Part 10 in explicit little endian
 * @throws DicomError
 */
export function bulkDataOf(file: Uint8Array, path: string): Uint8Array | null {
  const steps = path.split('/');
  let set = openDataSet(file);
  for (let at = 0; at + 2 < steps.length; at += 2) {
    const sequence = set.elements.get(Number.parseInt(steps[at] as string, 16));
    const item = itemAt(set, sequence, Number(steps[at + 1]));
    if (item === null) return null;
    set = item;
  }
  const element = set.elements.get(Number.parseInt(steps.at(-1) as string, 16));
  return element ? set.bytes.slice(element.valueStart, element.valueStart + element.length) : null;
}

// The place in the worklist where the next page begins, as a text that the client gives back.
import { MetadataError } from './errors.ts';
import type { WorklistTotal } from './records.ts';
import type { SortKey, WorklistOrder } from './worklist-orders.ts';

const MAX_LENGTH = 8192;

/** The sort key of the last study shown, and how many the query finds. */
export interface WorklistCursor extends WorklistTotal {
  readonly key: readonly SortKey[];
  readonly id: number;
}

/** The cursor as a text of letters, digits, `-` and `_`. */
export function encodeCursor(order: WorklistOrder, cursor: WorklistCursor): string {
  const parts = [nameOf(order), cursor.key, cursor.id, cursor.total, cursor.totalKind];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The cursor of a text that came from outside. Throws MetadataError `invalid` unless it fits the order. */
export function decodeCursor(text: string, order: WorklistOrder): WorklistCursor {
  if (text.length <= MAX_LENGTH) {
    try {
      const [was, key, id, total, totalKind] = JSON.parse(
        Buffer.from(text, 'base64url').toString(),
      ) as unknown[];
      const fits =
        was === nameOf(order) &&
        isCount(id) &&
        isCount(total) &&
        (totalKind === 'exact' || totalKind === 'moreThan') &&
        Array.isArray(key) &&
        key.length === order.columns.length &&
        order.columns.every(({ type }, index) => isKey(type, key[index]));
      if (fits) return { key: key as SortKey[], id, total, totalKind };
    } catch {
      // not JSON, or no list: refused below
    }
  }
  throw new MetadataError(
    'invalid',
    'This place in the worklist is not one that was given for this order: start over.',
  );
}

function nameOf({ sort, direction }: WorklistOrder): string {
  return `${sort} ${direction}`;
}

function isKey(type: 'text' | 'bigint', value: unknown): boolean {
  return type === 'bigint' ? isCount(value) : isClean(value);
}

function isClean(value: unknown): boolean {
  return typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

// The place in the worklist where the next page begins, as a text that the client gives back.
import { MetadataError } from './errors.ts';

/** The sort key of the last study shown, and how many the query finds. */
export interface WorklistCursor {
  readonly sort: 'date' | 'name';
  readonly key: readonly (string | number)[];
  readonly total: number;
}

/** The cursor as a text of letters, digits, `-` and `_`. */
export function encodeCursor(cursor: WorklistCursor): string {
  return Buffer.from(JSON.stringify([cursor.sort, cursor.key, cursor.total])).toString('base64url');
}

/** The cursor of a text that came from outside. Throws MetadataError `invalid` unless it fits the order. */
export function decodeCursor(text: string, sort: 'date' | 'name'): WorklistCursor {
  if (text.length <= 4096) {
    try {
      const [was, key, total] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
      const id = Array.isArray(key) ? key.at(-1) : undefined;
      const texts: unknown[] = Array.isArray(key) ? key.slice(0, -1) : [];
      const whole = [id, total].every((number) => Number.isSafeInteger(number) && (number as number) >= 0);
      const clean = texts.every(
        (part) => typeof part === 'string' && !part.includes('\0') && part.isWellFormed(),
      );
      if (was === sort && whole && clean && texts.length === (sort === 'date' ? 2 : 1)) {
        return { sort, key: [...(texts as string[]), id as number], total: total as number };
      }
    } catch {
      // not JSON, or no list: refused below
    }
  }
  throw new MetadataError(
    'invalid',
    'This place in the worklist is not one that was given for this order: start over.',
  );
}

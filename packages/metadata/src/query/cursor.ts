// The place in a query's matches where the next page begins, as text that travels.
import { storable } from '../text.ts';
import { invalid } from './check-query.ts';

/** The cursor as letters, digits, `-` and `_`. */
export function encodeCursor(of: string, key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([of, ...key])).toString('base64url');
}

/**
 * The key of a cursor that came from outside: so many texts and then a key of the table.
 * Throws MetadataError `invalid` unless it was made for the same kind of query.
 */
export function decodeCursor(
  text: string,
  of: string,
  texts: number,
  keyIs: 'number' | 'text' = 'number',
): (string | number)[] {
  if (text.length <= 1024) {
    try {
      const [was, ...key] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
      const id = key.at(-1);
      const clean = key
        .slice(0, keyIs === 'text' ? key.length : -1)
        .every((part) => typeof part === 'string' && storable(part) === part);
      if (was === of && key.length === texts + 1 && clean && (keyIs === 'text' || Number.isSafeInteger(id))) {
        return key as (string | number)[];
      }
    } catch {
      // not JSON, or no list: refused below
    }
  }
  throw invalid('This place in the matches is not one that was given for this query: start over.');
}

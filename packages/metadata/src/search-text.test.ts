// Search texts: what is in a text is found in its spelling, nothing else is, and nothing outgrows an index.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from './names.ts';
import { searchText, wordSearches } from './search-text.ts';
import { openUntilTestEnds, query, serverOfThisFile } from './testing/databases.ts';
import { record } from './testing/records.ts';

const newDatabase = serverOfThisFile();
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '1', '山', '田', 'в', '김', ' ', '^'), maxLength: 12 }),
);

function isFound(text: string, search: string): boolean {
  return wordSearches(search, 'anywhere').every(({ like }) =>
    like.every((pattern) => searchText(text).includes(pattern.slice(1, -1))),
  );
}

describe('a search text', () => {
  it('has every part of a word, and no part that the word has not', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.nat(20), (text, other, at) => {
        const words = fold(text).split(/[^\p{L}\p{N}]+/u);
        for (const word of words)
          expect(isFound(text, [...word].slice(at % 5).join('')) || [...word].length - (at % 5) < 3).toBe(
            true,
          );
        const [asked = ''] = fold(other)
          .split(/[^\p{L}\p{N}]+/u)
          .filter((word) => word !== '');
        const inside = asked.length > 2 || !/^[\x20-\x7e]*$/.test(asked);
        const holds = words.some((word) => (inside ? word.includes(asked) : word.startsWith(asked)));
        expect(isFound(text, asked)).toBe(asked === '' || holds);
      }),
      { numRuns: 500 },
    );
  });

  it('is ASCII, at most 1024 characters, never empty, and sorts as its letters do', () => {
    for (const text of ['', '^^=^', '\0', '\ud800']) expect(searchText(text)).toBe(' ');
    expect(searchText('Müller-L^Jörg')).toBe(' muller l jorg');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1200 }), (text) => {
        expect(searchText(text)).toMatch(/^[ -~]{1,1024}$/);
      }),
    );
    expect(searchText('山'.repeat(1000))).toHaveLength(1 + 5 * 204);
    const sorted = ['1', 'б', 'я', '中', '山', 'a', 'z'];
    expect(sorted.toSorted((a, b) => (searchText(a) < searchText(b) ? -1 : 1))).toEqual(sorted);
  });

  it('is made at the next start of a study that an older server stored without one', async () => {
    const url = await newDatabase();
    const metadata = await openUntilTestEnds(url);
    await metadata.commit([record(), record({ study: '1.2.2', patient: { name: '山田^太郎' } })]);
    await query(url, `update studies set name_search = default, description_search = default`);
    const found = async () => (await metadata.worklist({ limit: 1, patientName: '山' })).total;
    expect(await found()).toBe(0);
    await openUntilTestEnds(url);
    expect(await found()).toBe(1);
    expect(await metadata.worklist({ limit: 1, description: 'hora', sort: 'description' })).toMatchObject({
      total: 2,
    });
  });
});

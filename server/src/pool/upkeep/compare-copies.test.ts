import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Compared, compareCopies } from './compare-copies.ts';

interface Named {
  digest: string;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

it('names each digest of either side once, with all that is there of it', async () => {
  const letters = fc.array(fc.constantFrom(...'abcdefgh'), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(letters, letters, async (files, rows) => {
      const sortedFiles = files.toSorted().map((digest, at) => ({ digest, disk: `d${at}` }));
      const sortedRows = [...new Set(rows)].sort().map((digest) => ({ digest }));
      const seen: Compared<Named, Named>[] = [];
      for await (const one of compareCopies(each(sortedFiles), each(sortedRows))) seen.push(one);
      expect(seen.map(({ digest }) => digest)).toEqual([...new Set([...files, ...rows])].sort());
      for (const { digest, files: here, row } of seen) {
        expect(here).toEqual(sortedFiles.filter((file) => file.digest === digest));
        expect(row?.digest ?? null).toBe(rows.includes(digest) ? digest : null);
      }
    }),
  );
});

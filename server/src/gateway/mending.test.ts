// What fails because of a blob is tried once more when the blob was mended, and not otherwise.
import { StoreError } from '@strata/store/errors';
import { describe, expect, it } from 'vitest';
import type { BlobHome } from './blob-home.ts';
import { mending } from './mending.ts';
import { RefusedError } from './outcome.ts';

type Healed = Awaited<ReturnType<NonNullable<BlobHome['suspect']>>>;

/** A task that fails `failures` times, and a store that says what it did about each blob. */
function setUp(failures: number, error: Error, healed: Record<string, Healed>) {
  const suspected: string[] = [];
  const store = {
    suspect: async (digest: string) => {
      suspected.push(digest);
      return healed[digest] ?? 'good';
    },
  };
  let runs = 0;
  const task = async () => {
    if (++runs <= failures) throw error;
    return runs;
  };
  return { suspected, store, task };
}

const damaged = new RefusedError('damaged', 'The file does not come back as it was.');

describe('mending', () => {
  it('leaves alone what succeeds', async () => {
    const { store, task, suspected } = setUp(0, damaged, {});
    expect(await mending(store, ['a', 'b'], task)).toBe(1);
    expect(suspected).toEqual([]);
  });

  it('tries again once when a blob was replaced, or may come from elsewhere', async () => {
    for (const healed of ['repaired', 'elsewhere'] as const) {
      const { store, task, suspected } = setUp(1, damaged, { b: healed });
      expect(await mending(store, ['a', 'b'], task)).toBe(2);
      expect(suspected).toEqual(['a', 'b']);
    }
    const { store, task } = setUp(2, damaged, { b: 'repaired' });
    await expect(mending(store, ['a', 'b'], task)).rejects.toBe(damaged);
  });

  it('tells what failed when the blobs are right, cannot be mended, or are not at fault', async () => {
    const right = setUp(1, damaged, {});
    await expect(mending(right.store, ['a'], right.task)).rejects.toBe(damaged);
    const lost = setUp(1, damaged, { a: 'bad' });
    await expect(mending(lost.store, ['a'], lost.task)).rejects.toBe(damaged);
    const alone = setUp(1, damaged, { a: 'repaired' });
    await expect(mending({}, ['a'], alone.task)).rejects.toBe(damaged);
    for (const error of [new RefusedError('no-such-frame', 'no'), new StoreError('missing', 'no')]) {
      const { store, task, suspected } = setUp(1, error, { a: 'repaired' });
      await expect(mending(store, ['a'], task)).rejects.toBe(error);
      expect(suspected).toEqual([]);
    }
  });
});

// The key of the pseudonyms of a pool, in a real database and in the folders of its servers.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openUntilTestEnds, serverOfThisFile } from '@strata/metadata/testing/databases';
import { expect, it } from 'vitest';
import { newDeidentifyKey, writeDeidentifyKey } from '../config/deidentify-key.ts';
import { scratchFolder } from '../testing/test-files.ts';
import { SharedKey } from './shared-key.ts';

const newDatabase = serverOfThisFile();

it('is one for all servers that need it, however many are first at once, and is in the file of each', async () => {
  using folder = scratchFolder();
  const { pool } = await openUntilTestEnds(await newDatabase());
  const files = Array.from({ length: 8 }, (_, n) => path.join(folder.path, `key-${n}`));
  const keys = await Promise.all(files.map((file) => new SharedKey(file, pool).read()));
  for (const key of keys) expect(key).toEqual(keys[0]);
  expect(new Set(files.map((file) => readFileSync(file, 'utf8'))).size).toBe(1);
});

it('is the one that the first server had already', async () => {
  using folder = scratchFolder();
  const { pool } = await openUntilTestEnds(await newDatabase());
  const [first, second] = ['first', 'second'].map((name) => path.join(folder.path, name)) as [string, string];
  const key = newDeidentifyKey();
  await new SharedKey(first, pool).offer();
  expect(existsSync(first)).toBe(false);
  await writeDeidentifyKey(first, key);
  await new SharedKey(first, pool).offer();
  expect(await new SharedKey(second, pool).read()).toEqual(key);
});

it('is not the other one that a server has of its own: that one is named, with what to do, and stays', async () => {
  using folder = scratchFolder();
  const { pool } = await openUntilTestEnds(await newDatabase());
  const [first, second] = ['first', 'second'].map((name) => path.join(folder.path, name)) as [string, string];
  await new SharedKey(first, pool).read();
  await writeDeidentifyKey(second, newDeidentifyKey());
  const before = readFileSync(second, 'utf8');
  const key = new SharedKey(second, pool);
  for (const refused of [() => key.read(), () => key.offer()]) {
    await expect(refused()).rejects.toMatchObject({
      code: 'bad-key',
      message: expect.stringMatching(/second is not the one .* Move the file away .* --key-file/),
    });
  }
  expect(readFileSync(second, 'utf8')).toBe(before);
});

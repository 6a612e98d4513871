import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scratchFolder } from '../testing/test-files.ts';
import {
  deidentifyKeyFile,
  findDeidentifyKey,
  newDeidentifyKey,
  readDeidentifyKey,
  writeDeidentifyKey,
} from './deidentify-key.ts';

it('writes a key for its owner only, and reads the same one again', async () => {
  using folder = scratchFolder();
  const file = deidentifyKeyFile(folder.path);
  expect(await findDeidentifyKey(file)).toBeNull();
  const key = newDeidentifyKey();
  await writeDeidentifyKey(file, key);
  expect(key).toHaveLength(32);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await readDeidentifyKey(file)).toEqual(key);
  expect(readFileSync(file, 'utf8')).toBe(`${Buffer.from(key).toString('hex')}\n`);
});

it('refuses a key that is missing, damaged, short, or open to others', async () => {
  using folder = scratchFolder();
  const file = deidentifyKeyFile(folder.path);
  const refused = (message: RegExp) =>
    expect(readDeidentifyKey(file)).rejects.toMatchObject({
      code: 'bad-key',
      message: expect.stringMatching(message),
    });
  await refused(/no key file/);
  for (const text of ['', 'abcd', `${'ab'.repeat(20)}x`, `${'ab'.repeat(16)}c`]) {
    writeFileSync(file, text, { mode: 0o600 });
    await refused(/is no key/);
  }
  writeFileSync(file, 'ab'.repeat(32));
  chmodSync(file, 0o644);
  await refused(/chmod 600/);
});

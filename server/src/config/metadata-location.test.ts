// Where the address of a database may stand: on the command line, or in a file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { databaseAt } from './metadata-location.ts';

it('the address of a database is taken as it is, or out of a file', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'strata-address-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const url = 'postgres://strata:secret@n1,n2,n3/strata';
  const file = path.join(folder, 'metadata-url');
  writeFileSync(file, `${url}\n`);
  expect(await databaseAt(url)).toBe(url);
  expect(await databaseAt(file)).toBe(url);

  writeFileSync(file, 'n1,n2,n3');
  await expect(databaseAt(file)).rejects.toMatchObject({ message: expect.stringContaining('no address') });
  await expect(databaseAt(path.join(folder, 'mistyped'))).rejects.toMatchObject({
    message: expect.stringContaining('no such file'),
  });
  await expect(databaseAt('mysql://strata:secret@n1/strata')).rejects.toMatchObject({
    message: expect.not.stringContaining('secret'),
  });
});

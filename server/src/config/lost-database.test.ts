// Images whose database is gone, and an archive that has not begun yet.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDataFolder } from './data-folder.ts';
import { refuseLostDatabase } from './lost-database.ts';
import { parseSettings } from './settings/settings.ts';

it('images whose database is gone are not begun anew with an empty one', async () => {
  const data = mkdtempSync(path.join(tmpdir(), 'strata-lost-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const folder = await openDataFolder(data);
  const settings = parseSettings('{}', path.join(data, 'settings.json'));
  await refuseLostDatabase(folder, settings);
  mkdirSync(path.join(folder.store, 'blobs/ab'), { recursive: true });
  await expect(refuseLostDatabase(folder, settings)).rejects.toMatchObject({
    code: 'lost-database',
    message: expect.stringContaining('strata rebuild'),
  });
  mkdirSync(path.join(folder.postgres, 'cluster'), { recursive: true });
  await refuseLostDatabase(folder, settings);
});

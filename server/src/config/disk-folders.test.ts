// Folders of disks that are not there: mistyped, or new on purpose.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeDiskMemory } from '@strata/store/disk-memory';
import { expect, it, onTestFinished } from 'vitest';
import { openDataFolder } from './data-folder.ts';
import { diskFolders, diskMemoryFile, refuseMissingDisks } from './disk-folders.ts';
import { parseSettings } from './settings/settings.ts';

it('the folder of a disk must be there, unless it is in the data folder or the disk was known', async () => {
  const place = mkdtempSync(path.join(tmpdir(), 'strata-disks-'));
  onTestFinished(() => rmSync(place, { recursive: true }));
  const data = path.join(place, 'data');
  mkdirSync(data);
  const folder = await openDataFolder(data);
  const elsewhere = path.join(place, 'second');
  const text = JSON.stringify({ pool: { disks: [{ path: 'store' }, { path: 'new' }, { path: elsewhere }] } });
  const disks = diskFolders(folder, parseSettings(text, path.join(data, 'settings.json')), 0);

  const refused = {
    code: 'bad-settings',
    message: expect.stringContaining(`${elsewhere} of pool.disks is not there`),
  };
  await expect(refuseMissingDisks(folder, disks)).rejects.toMatchObject(refused);
  await writeDiskMemory(diskMemoryFile(folder), [{ path: elsewhere, id: 'known before', isMount: true }]);
  await refuseMissingDisks(folder, disks);
  rmSync(diskMemoryFile(folder));
  mkdirSync(elsewhere);
  await refuseMissingDisks(folder, disks);
});

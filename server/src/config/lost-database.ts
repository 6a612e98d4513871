// A data folder that has images and no database any more: begun with an empty one, it would look like an empty archive.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { DataFolder } from './data-folder.ts';
import { diskFolders } from './disk-folders.ts';
import { hasOwnDatabase } from './pool-place.ts';
import type { Settings } from './settings/settings.ts';
import { StartError } from './start-error.ts';

/**
 * For a server that is to run the database in its data folder.
 * @throws StartError 'lost-database' when there are blobs and no database
 */
export async function refuseLostDatabase(folder: DataFolder, settings: Settings): Promise<void> {
  if (hasOwnDatabase(folder)) return;
  for (const { path: place } of diskFolders(folder, settings, 0)) {
    if ((await namesIn(path.join(place, 'blobs'))).length === 0) continue;
    throw new StartError(
      'lost-database',
      `There are images in ${place}, but the database that knows them, ${folder.postgres}, is gone. Put it back (is its disk mounted?), or restore a backup (strata restore --data ${folder.path} --from DIR), or make it out of the images again (strata rebuild --data ${folder.path}). If their metadata are in another database, name it: --metadata.`,
    );
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

// The start of a process: its data folder and its database first, then all that others reach.
import { openDataFolder } from '../config/data-folder.ts';
import { loopbackAddress } from '../config/loopback.ts';
import { refuseLostDatabase } from '../config/lost-database.ts';
import { decidePlace } from '../config/pool-place.ts';
import { readSettings } from '../config/settings/settings.ts';
import { lockDataFolder } from './lock-data-folder.ts';
import { embeddedSource } from './metadata/embedded-source.ts';
import { MetadataService } from './metadata/metadata-service.ts';
import { remoteSource } from './metadata/remote-source.ts';
import type { Started, StrataOptions } from './start-options.ts';
import type { UndoList } from './undo.ts';

/** @throws StartError; what was started until then is on the list */
export async function startAll(options: StrataOptions, undo: UndoList): Promise<Started> {
  const { data, log } = options;
  const address = loopbackAddress(options.host);
  const lock = await lockDataFolder(data);
  undo.add(() => lock.release());
  const folder = await openDataFolder(data);
  const settings = options.settings ?? (await readSettings(data, null));
  const { roles, metadataAt } = await decidePlace(folder, settings, options);
  if (metadataAt === null) await refuseLostDatabase(folder, settings);
  const opening = MetadataService.start(
    metadataAt === null
      ? embeddedSource(folder, settings.metadata, log)
      : remoteSource(metadataAt, settings.metadata, log),
    log,
  );
  // The database is a process of its own: the rest of the code is loaded while it starts.
  const [database, { startServing }] = await Promise.all([opening, import('./start-serving.ts')]);
  undo.add(() => database.stop());
  return startServing({ options, address, folder, settings, roles, database }, undo);
}

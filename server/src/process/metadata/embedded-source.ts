// The metadata of a database that this process runs in its data folder, for itself and for other servers.
import path from 'node:path';
import { EmbeddedPostgres } from '@strata/metadata/embedded/embedded-postgres';
import { Metadata } from '@strata/metadata/metadata';
import { type DataFolder, writeDurably } from '../../config/data-folder.ts';
import type { Logger } from '../../config/log.ts';
import type { Settings } from '../../config/settings/settings.ts';
import type { MetadataSource } from './source.ts';

/** Where a data folder's server says at which URL its database is; it carries the password. */
function metadataUrlFile(dataFolder: string): string {
  return path.join(dataFolder, 'metadata-url');
}

/** @param settings of the database: its port, and how long changes wait for it */
export function embeddedSource(
  folder: DataFolder,
  { port, patience }: Settings['metadata'],
  log: Logger,
): MetadataSource {
  return {
    away: 'The metadata database does not answer; it is being started again.',
    patienceMs: patience * 1000,
    async open() {
      const database = await EmbeddedPostgres.start({
        folder: folder.postgres,
        log: (message) => log.info(message),
        ...(port !== undefined && { port }),
      });
      try {
        const [metadata] = await Promise.all([
          Metadata.open(database.url, {
            patienceMs: patience * 1000,
            say: (text) => log.info(`the schema: ${text}`),
          }),
          writeDurably(metadataUrlFile(folder.path), `${database.url}\n`),
        ]);
        return {
          metadata,
          gone: new Promise((resolve) => {
            void database.exited.then(({ expected, reason }) => expected || resolve(reason));
          }),
          close: async () => {
            await metadata.close();
            await database.stop();
          },
        };
      } catch (error) {
        await database.stop();
        throw error;
      }
    },
  };
}

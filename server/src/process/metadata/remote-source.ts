// The metadata of a database that runs elsewhere: at a URL, or at the URL in a file that the server that runs it writes.
import { readFile } from 'node:fs/promises';
import { MetadataError } from '@strata/metadata/errors';
import { Metadata } from '@strata/metadata/metadata';
import type { Logger } from '../../config/log.ts';
import type { Settings } from '../../config/settings/settings.ts';
import { systemCode } from '../../config/start-error.ts';
import type { MetadataSource } from './source.ts';

/** How often the file is looked at: its server may have started again, at another port. */
const LOOK_MS = 500;
const MAX_URL = 4096;

/** Whether it is the URL of a database, not the path of a file that has one. */
function isDatabaseUrl(location: string): boolean {
  return /^postgres(ql)?:\/\//.test(location);
}

/**
 * @param location postgres://..., or the absolute path of a `metadata-url` file
 * @param patience how long changes wait for the database, in seconds
 */
export function remoteSource(
  location: string,
  { patience }: Settings['metadata'],
  log: Logger,
): MetadataSource {
  const isFile = !isDatabaseUrl(location);
  return {
    away: `The metadata service ${isFile ? `of ${location} ` : ''}does not answer.`,
    patienceMs: patience * 1000,
    async open() {
      const url = isFile ? await readUrl(location) : location;
      const metadata = await Metadata.open(url, {
        patienceMs: patience * 1000,
        say: (text) => log.info(`the schema: ${text}`),
      });
      const watch = isFile ? watchUrl(location, url) : null;
      return {
        metadata,
        // Of an address list nothing is ever gone: whoever is the primary is found.
        gone: watch?.moved ?? new Promise(() => undefined),
        close: async () => {
          watch?.end();
          await metadata.close();
        },
      };
    },
  };
}

/** @throws MetadataError 'unavailable' when there is no file (yet), 'refused' when it cannot be read, 'invalid' */
async function readUrl(file: string): Promise<string> {
  try {
    const text = (await readFile(file, 'utf8')).slice(0, MAX_URL).trim();
    if (isDatabaseUrl(text)) return text;
  } catch (error) {
    if (systemCode(error) === 'EISDIR')
      throw new MetadataError('invalid', `${file} is a folder: name the file metadata-url in it.`, {
        cause: error,
      });
    const why = error instanceof Error ? error.message : String(error);
    throw new MetadataError(
      systemCode(error) === 'ENOENT' ? 'unavailable' : 'refused',
      `The metadata service cannot be found: ${why}. The server that runs it writes this file when it starts.`,
      { cause: error },
    );
  }
  throw new MetadataError('invalid', `${file} holds no URL of PostgreSQL (postgres://...).`);
}

function watchUrl(file: string, known: string): { readonly moved: Promise<string>; end(): void } {
  let timer: NodeJS.Timeout | undefined;
  const moved = new Promise<string>((resolve) => {
    timer = setInterval(async () => {
      const url = await readUrl(file).catch(() => known); // away, or being written: it will come
      if (url !== known) resolve(`the metadata service of ${file} has another address`);
    }, LOOK_MS);
    timer.unref();
  });
  return { moved, end: () => clearInterval(timer) };
}

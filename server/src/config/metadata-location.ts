// At which address the database of a data folder is, for commands that ask it themselves.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { rememberedPlace } from './pool-place.ts';
import { StartError, systemCode } from './start-error.ts';

const MAX_URL = 4096;

/** Where a data folder's server says at which URL its database is; it carries the password. */
export function metadataUrlFile(dataFolder: string): string {
  return path.join(dataFolder, 'metadata-url');
}

/** @returns postgres://..., with the password @throws StartError 'metadata-failed' when it cannot be found */
export async function metadataUrlOf(dataFolder: string): Promise<string> {
  return databaseAt((await rememberedPlace({ path: dataFolder })) ?? metadataUrlFile(dataFolder));
}

/**
 * The address list itself, or the one in a file: so the password need not stand on a command line.
 * @returns postgres://... @throws StartError 'metadata-failed' when it is neither
 */
export async function databaseAt(location: string): Promise<string> {
  if (isDatabaseUrl(location)) return location;
  let why = 'there is none in that file';
  try {
    const text = (await readFile(location, 'utf8')).slice(0, MAX_URL).trim();
    if (isDatabaseUrl(text)) return text;
  } catch (error) {
    why =
      systemCode(error) === 'ENOENT'
        ? 'there is no such file'
        : `the file cannot be read: ${systemCode(error)}`;
  }
  throw new StartError(
    'metadata-failed',
    `${location.replace(/:\/\/[^@/]*@/, '://')} is no address of a database (${why}). Give postgres://user:password@host1,host2,host3/name, or a file that has it.`,
  );
}

function isDatabaseUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text);
}

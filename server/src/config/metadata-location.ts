// At which address the database of a data folder is, for commands that ask it themselves.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { rememberedPlace } from './pool-place.ts';
import { StartError } from './start-error.ts';

const MAX_URL = 4096;

/** Where a data folder's server says at which URL its database is; it carries the password. */
export function metadataUrlFile(dataFolder: string): string {
  return path.join(dataFolder, 'metadata-url');
}

/** @returns postgres://..., with the password @throws StartError 'metadata-failed' when it cannot be found */
export async function metadataUrlOf(dataFolder: string): Promise<string> {
  const location = (await rememberedPlace({ path: dataFolder })) ?? metadataUrlFile(dataFolder);
  if (isDatabaseUrl(location)) return location;
  try {
    const text = (await readFile(location, 'utf8')).slice(0, MAX_URL).trim();
    if (isDatabaseUrl(text)) return text;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError('metadata-failed', `The address of the database cannot be read: ${why}.`, error);
  }
  throw new StartError('metadata-failed', `${location} holds no address of a database (postgres://...).`);
}

function isDatabaseUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text);
}

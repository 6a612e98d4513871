// Writes one original file: compared with its digest before it gets its name, never over a different file.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '../config/make-folder.ts';
import { systemCode } from '../config/start-error.ts';
import type { ListedInstance } from '../http/gateway-routes.ts';
import { CommandError } from './failure.ts';
import { ask } from './server-client.ts';

/**
 * Fetches the instance's original file and puts it at `file`.
 * @returns 'already' when the same file is there
 * @throws CommandError when a different file is there or the bytes are not those that came in
 */
export async function writeOriginal(
  url: string,
  instance: ListedInstance,
  file: string,
): Promise<'written' | 'already'> {
  const { digest } = instance.file;
  if (await isThere(file)) return sameOrThrow(file, digest);
  await makeFolder(path.dirname(file));
  const temporary = `${file}.${process.pid}.part`;
  try {
    await download(
      `${url}/gateway/instances/${encodeURIComponent(instance.sopInstanceUid)}/file`,
      temporary,
      digest,
    );
    return (await putInPlace(temporary, file)) ? 'written' : await sameOrThrow(file, digest);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function download(url: string, temporary: string, digest: string): Promise<void> {
  const response = await ask(url);
  if (!response.body) throw new CommandError('Strata sent no file.');
  const hash = createHash('sha256');
  const handle = await open(temporary, 'w');
  try {
    for await (const chunk of response.body) {
      hash.update(chunk);
      await handle.appendFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (hash.digest('hex') !== digest) {
    throw new CommandError(
      'What arrived is not the file that was stored (its SHA-256 differs). Run strata verify --deep.',
    );
  }
}

/** @returns false when something has the name already */
async function putInPlace(temporary: string, file: string): Promise<boolean> {
  try {
    // A link fails where a rename would overwrite.
    await link(temporary, file);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if (await isThere(file)) return false;
    await rename(temporary, file); // a file system without links
    return true;
  }
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}

async function sameOrThrow(file: string, digest: string): Promise<'already'> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  if (hash.digest('hex') === digest) return 'already';
  throw new CommandError(
    'A different file is there already. It was not overwritten: move it away or give another --out.',
  );
}

// Writes one file of an instance: compared with its digest before it gets its name, never over a different file.
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

/** What was written: the very file that was sent, or the same object in another transfer syntax. */
export interface WrittenFile {
  readonly outcome: 'written' | 'already';
  readonly content: 'original' | 'rewritten';
  readonly length: number;
}

/**
 * Fetches an instance's file and puts it at `file`; 'already' when the same file is there.
 * @param transferSyntax 'stored' or a transfer syntax's UID
 * @throws CommandError when a different file is there or the bytes are not those that Strata proved
 */
export async function writeFileOf(
  url: string,
  instance: ListedInstance,
  file: string,
  transferSyntax: string,
): Promise<WrittenFile> {
  const original = instance.file;
  const known = await isThere(file);
  if (known && (await digestOf(file)) === original.digest && transferSyntax === 'stored') {
    return { outcome: 'already', content: 'original', length: original.length };
  }
  await makeFolder(path.dirname(file));
  const temporary = `${file}.${process.pid}.part`;
  try {
    const name = encodeURIComponent(instance.sopInstanceUid);
    const query = `transfer-syntax=${encodeURIComponent(transferSyntax)}`;
    const { digest, length } = await download(`${url}/gateway/instances/${name}/file?${query}`, temporary);
    const outcome = (await putInPlace(temporary, file)) ? 'written' : await sameOrThrow(file, digest);
    return { outcome, content: digest === original.digest ? 'original' : 'rewritten', length };
  } finally {
    await rm(temporary, { force: true });
  }
}

async function download(url: string, temporary: string): Promise<{ digest: string; length: number }> {
  const response = await ask(url);
  if (!response.body) throw new CommandError('Strata sent no file.');
  const hash = createHash('sha256');
  const handle = await open(temporary, 'w');
  let length = 0;
  try {
    for await (const chunk of response.body) {
      hash.update(chunk);
      length += chunk.length;
      await handle.appendFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  const digest = hash.digest('hex');
  const proven = /^sha-256=:(.*):$/.exec(response.headers.get('repr-digest') ?? '')?.[1] ?? '';
  if (Buffer.from(proven, 'base64').toString('hex') !== digest) {
    throw new CommandError(
      'What arrived is not the file that was sent (its SHA-256 differs). Run strata verify --deep.',
    );
  }
  return { digest, length };
}

/** @returns false when something has the name already */
export async function putInPlace(temporary: string, file: string): Promise<boolean> {
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

/** @throws CommandError when the file that is there has another SHA-256 */
export async function sameOrThrow(file: string, digest: string): Promise<'already'> {
  if ((await digestOf(file)) === digest) return 'already';
  throw new CommandError(
    'A different file is there already. It was not overwritten: move it away or give another --out.',
  );
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

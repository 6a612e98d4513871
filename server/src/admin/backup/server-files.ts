// What a server has beside its blobs and the database: settings, the key of the pseudonyms, the quarantine.
import { createReadStream } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { BlobStore } from '@strata/store/blob-store';
import { StoreError } from '@strata/store/errors';
import { writeDurably } from '../../config/data-folder.ts';
import { deidentifyKeyFile } from '../../config/deidentify-key.ts';
import { systemCode } from '../../config/start-error.ts';
import { quarantinedFiles, quarantineFolder } from './named-blobs.ts';

/** Where they are. */
export interface ServerFiles {
  readonly settings: string;
  readonly key: string;
  readonly quarantine: string;
}

const PIECE = 2 ** 20;
const FOLDER_MODE = 0o700;

export function serverFiles(dataFolder: string, settings: string | null): ServerFiles {
  return {
    settings: settings ?? path.join(dataFolder, 'settings.json'),
    key: deidentifyKeyFile(dataFolder),
    quarantine: path.join(dataFolder, 'quarantine'),
  };
}

/**
 * Copies what there is into a dump, readable for its owner only; files in quarantine go to the blobs.
 * @returns what could not be copied, in words. Throws the error of the backup's disk
 */
export async function keepServerFiles(from: ServerFiles, dump: string, blobs: BlobStore): Promise<string[]> {
  const folder = path.join(dump, 'files');
  await mkdir(quarantineFolder(dump), { recursive: true, mode: FOLDER_MODE });
  const problems: string[] = [];
  for (const [file, name] of [
    [from.settings, 'settings.json'],
    [from.key, 'deidentify-key'],
  ] as const) {
    const bytes = await readIfThere(file).catch((error: Error) => {
      problems.push(`${file} could not be read: ${error.message}.`);
      return null;
    });
    if (bytes) await writeDurably(path.join(folder, name), bytes);
  }
  const names = await readdir(from.quarantine).catch(() => []);
  for (const name of names) {
    const digest = /^([0-9a-f]{64})\.dcm$/.exec(name)?.[1];
    if (digest === undefined) continue;
    const problem = await keepQuarantined(from.quarantine, digest, dump, blobs);
    if (problem !== null) problems.push(problem);
  }
  return problems;
}

async function keepQuarantined(
  quarantine: string,
  digest: string,
  dump: string,
  blobs: BlobStore,
): Promise<string | null> {
  const file = path.join(quarantine, `${digest}.dcm`);
  try {
    const { size: length } = await stat(file);
    if ((await blobs.size(digest)) !== length)
      await blobs.putStream({ digest, length }, createReadStream(file, { highWaterMark: PIECE }));
  } catch (error) {
    // Dropped, or taken in, meanwhile.
    if (systemCode(error) === 'ENOENT') return null;
    const isTheirs = error instanceof StoreError ? error.code === 'corrupt' : systemCode(error) !== 'ENOSPC';
    if (!isTheirs) throw error;
    return `${file} in quarantine could not be copied: ${error instanceof Error ? error.message : error}`;
  }
  const note = await readIfThere(path.join(quarantine, `${digest}.json`)).catch(() => null);
  await writeDurably(path.join(quarantineFolder(dump), `${digest}.json`), note ?? '{}\n');
  return null;
}

/**
 * Puts them back; what is there already stays as it is.
 * @returns what could not be put back, in words
 */
export async function restoreServerFiles(dump: string, to: ServerFiles, blobs: BlobStore): Promise<string[]> {
  const folder = path.join(dump, 'files');
  for (const [name, file] of [
    ['settings.json', to.settings],
    ['deidentify-key', to.key],
  ] as const) {
    const bytes = await readIfThere(path.join(folder, name));
    if (bytes === null || (await readIfThere(file)) !== null) continue;
    await writeDurably(file, bytes);
    await chmod(file, 0o600);
  }
  const problems: string[] = [];
  for (const digest of await quarantinedFiles(dump)) {
    const check = await blobs.verify(digest);
    if (check.state !== 'good') {
      problems.push(`A file in quarantine was not put back. ${check.reason}`);
      continue;
    }
    await writeDurably(path.join(to.quarantine, `${digest}.dcm`), await blobs.get(digest));
    const note = await readFile(path.join(quarantineFolder(dump), `${digest}.json`));
    await writeDurably(path.join(to.quarantine, `${digest}.json`), note);
  }
  return problems;
}

async function readIfThere(file: string): Promise<Uint8Array | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

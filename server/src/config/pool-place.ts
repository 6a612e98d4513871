// What a process does and whose database it asks: by the command line, else the settings, else what it did before.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type DataFolder, writeDurably } from './data-folder.ts';
import { movedError, readFolderMark, refuseUnfinished } from './folder-mark.ts';
import { ROLES, type Role } from './settings/pool-section.ts';
import type { Settings } from './settings/settings.ts';
import { StartError, systemCode } from './start-error.ts';

export interface PoolPlace {
  readonly roles: ReadonlySet<Role>;
  /** URL of the database, or absolute path of the file that has it; null when this process runs the database. */
  readonly metadataAt: string | null;
}

/** What the command line says; undefined where it says nothing. */
export interface WantedPlace {
  readonly roles?: readonly Role[] | undefined;
  /** postgres://..., or an absolute path. */
  readonly metadata?: string | undefined;
}

/** Remembers where the metadata of the images in a data folder are, so that it is not started with others. */
const placeFile = (folder: Pick<DataFolder, 'path'>) => path.join(folder.path, 'metadata-at.json');

/**
 * Decides, and remembers it in the data folder.
 * @throws StartError 'bad-settings' for what cannot be: no database at all or two of them, or images whose metadata are
 * elsewhere; 'unfinished' and 'moved' for a folder that is half restored, or whose metadata are in another database now
 */
export async function decidePlace(
  folder: DataFolder,
  settings: Settings,
  wanted: WantedPlace,
): Promise<PoolPlace> {
  const mark = await readFolderMark(folder.path);
  refuseUnfinished(folder.path, mark);
  const told = wanted.metadata ?? locationOf(settings);
  const before = await rememberedPlace(folder);
  const asked = wanted.roles ?? settings.pool.roles;
  const metadataAt = told ?? before;
  if (metadataAt === null) {
    const roles = new Set(asked ?? ROLES);
    if (mark && roles.has('metadata')) throw movedError(folder.path, mark);
    if (roles.has('metadata')) return { roles, metadataAt };
    throw new StartError(
      'bad-settings',
      'A server without the role metadata asks the database of another one: name it with --metadata, by its URL or by the path of the file metadata-url in the data folder of the server that runs it.',
    );
  }
  if (asked?.includes('metadata')) {
    throw new StartError(
      'bad-settings',
      told === null
        ? `The images in ${folder.path} are known to the metadata service at ${shownLocation(metadataAt)}; leave the role metadata out.`
        : 'The role metadata runs a database here, and another one is named (--metadata): leave one of them out.',
    );
  }
  if (mark === null && hasOwnDatabase(folder)) {
    throw new StartError(
      'bad-settings',
      `The data folder ${folder.path} has a database of its own, and the one at ${shownLocation(metadataAt)} does not know its images. Give a new folder with --data, and bring the images there: strata export, strata import.`,
    );
  }
  if (metadataAt !== before) await rememberPlace(folder, metadataAt);
  return { roles: new Set(asked ?? ROLES.filter((role) => role !== 'metadata')), metadataAt };
}

function locationOf({ metadata, folder }: Settings): string | null {
  if (metadata.url === undefined) return null;
  return /^postgres(ql)?:\/\//.test(metadata.url) ? metadata.url : path.resolve(folder, metadata.url);
}

export async function rememberedPlace(folder: Pick<DataFolder, 'path'>): Promise<string | null> {
  try {
    const { metadata } = JSON.parse(await readFile(placeFile(folder), 'utf8')) as { metadata?: unknown };
    if (typeof metadata === 'string') return metadata;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
  }
  throw new StartError(
    'not-a-data-folder',
    `${placeFile(folder)} is damaged: it says where the metadata of the images here are. Put it back, or delete it and name them with --metadata.`,
  );
}

/** Durable when this returns. */
export async function rememberPlace(folder: Pick<DataFolder, 'path'>, metadata: string): Promise<void> {
  await writeDurably(placeFile(folder), `${JSON.stringify({ metadata })}\n`);
}

/** Whether a database was made in the data folder. */
export function hasOwnDatabase({ postgres }: Pick<DataFolder, 'postgres'>): boolean {
  return existsSync(path.join(postgres, 'cluster'));
}

/** Without its password. */
export function shownLocation(location: string): string {
  return location.replace(/^(postgres(?:ql)?:\/\/)[^@/]*@/, '$1');
}

// What is under way with a data folder as a whole, or was done with it: no server begins on it meanwhile, or by mistake.

import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeDurably } from './data-folder.ts';
import { StartError, systemCode } from './start-error.ts';

/**
 * `restoring`: a backup is being restored into it; `moving`: its metadata are on their way to another database; `moved`: they
 * are there. `place`: the backup, or the address of the other database without its password. `at`: ISO. `id`: of this
 * attempt, by which what it did is known again when it was broken off.
 */
export interface FolderMark {
  readonly kind: 'restoring' | 'moving' | 'moved';
  readonly place: string;
  readonly at: string;
  readonly id: string;
}

function markFile(folder: string): string {
  return path.join(folder, 'folder-mark.json');
}

/** Null when there is nothing to say. @throws StartError when the file is damaged: what it would keep from beginning is not known */
export async function readFolderMark(folder: string): Promise<FolderMark | null> {
  try {
    const { kind, place, at, id } = JSON.parse(
      await readFile(markFile(folder), 'utf8'),
    ) as Partial<FolderMark>;
    const isKind = kind === 'restoring' || kind === 'moving' || kind === 'moved';
    if (isKind && [place, at, id].every((each) => typeof each === 'string'))
      return { kind, place, at, id } as FolderMark;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return null;
  }
  throw new StartError(
    'not-a-data-folder',
    `${markFile(folder)} cannot be read: it says whether a restore or a move of the metadata is under way. Put it back from a backup, or delete it when you are sure that none is.`,
  );
}

/** Durable when this returns. @param id of the attempt; absent: a new one */
export async function writeFolderMark(
  folder: string,
  kind: FolderMark['kind'],
  place: string,
  id: string = randomUUID(),
): Promise<FolderMark> {
  const mark: FolderMark = { kind, place, at: new Date().toISOString(), id };
  await writeDurably(markFile(folder), `${JSON.stringify(mark)}\n`);
  return mark;
}

export async function removeFolderMark(folder: string): Promise<void> {
  await rm(markFile(folder), { force: true });
}

/** @throws StartError 'unfinished' while something is under way that has to end first */
export function refuseUnfinished(folder: string, mark: FolderMark | null): void {
  if (mark?.kind === 'restoring') {
    throw new StartError(
      'unfinished',
      `${folder} is half restored from ${mark.place}. Bring that to its end: strata restore --from ${mark.place} --data ${folder}`,
    );
  }
  if (mark?.kind === 'moving') {
    throw new StartError(
      'unfinished',
      `The metadata in ${folder} are on their way to ${mark.place}. Bring that to its end: strata metadata migrate --from ${folder} --to 'postgres://...'. Or give it up, and stay here: strata metadata migrate --from ${folder} --cancel`,
    );
  }
}

/** Says where the metadata of a folder have gone. */
export function movedError(folder: string, { place, at }: FolderMark): StartError {
  return new StartError(
    'moved',
    `The metadata of ${folder} were moved to ${place} on ${at.slice(0, 10)}; the database that is left here is an old one. Start with --metadata 'postgres://...' (with the password), and leave the role metadata out.`,
  );
}

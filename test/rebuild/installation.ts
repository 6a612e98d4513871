// An installation whose images came one after the other, and what is done to it.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { EmbeddedPostgres } from '@strata/metadata/embedded/embedded-postgres';
import { allDataFiles, dataFiles } from '../support/data.ts';
import { StrataProcess, strata } from '../support/strata.ts';
import { type Answers, answersOf } from './answers.ts';

/** The images of these tests. */
export function chosenFiles(): string[] {
  if (process.env.STRATA_TEST_REBUILD === 'all') return allDataFiles();
  return [
    ...dataFiles('series/ct-ge').slice(0, 5),
    ...dataFiles('odd/pydicom').filter((_, at) => at % 2 === 0),
    ...dataFiles('extra/colour').slice(0, 4),
    ...dataFiles('extra/multiframe').slice(0, 2),
  ];
}

/** Sends files one after the other, so that there is one order in which they came. @returns how many were taken */
export async function sendInOrder(url: string, files: readonly string[]): Promise<number> {
  let taken = 0;
  for (const file of files) {
    const headers = { 'content-type': 'application/dicom' };
    const answer = await fetch(`${url}/gateway/instances`, {
      method: 'POST',
      headers,
      body: readFileSync(file),
    });
    if (answer.ok) taken += 1;
  }
  return taken;
}

/** A data folder with these files, and nobody running on it. */
export async function fill(data: string, files: readonly string[]): Promise<void> {
  const server = await StrataProcess.start(data, '--log-level', 'silent');
  try {
    await sendInOrder(server.url, files);
  } finally {
    await server.stop();
  }
}

/** What the database of a data folder answers, nobody running on it. */
export async function answersIn(data: string): Promise<Answers> {
  const database = await EmbeddedPostgres.start({ folder: path.join(data, 'postgres') });
  try {
    return await answersOf(database.url);
  } finally {
    await database.stop();
  }
}

export function loseMetadata(data: string): void {
  rmSync(path.join(data, 'postgres'), { recursive: true });
}

/** What `strata rebuild --json` said. */
export interface Rebuilt {
  readonly code: number | null;
  readonly stored: number;
  readonly already: number;
  readonly describedAnew: number;
  readonly waiting: number;
  readonly unnamed: number;
  readonly problems: readonly { readonly subject: string; readonly reason: string }[];
}

export async function rebuild(data: string, ...args: string[]): Promise<Rebuilt> {
  const ran = await strata('rebuild', '--data', data, '--json', ...args);
  if (ran.stdout === '') throw new Error(ran.stderr);
  return { code: ran.code, ...JSON.parse(ran.stdout) };
}

/** SHA-256 of every instance's file as it is exported, by SOP Instance UID. */
export async function exportedFiles(url: string, uids: readonly string[]): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const uid of uids) {
    const bytes = await (await fetch(`${url}/gateway/instances/${uid}/file`)).arrayBuffer();
    files[uid] = createHash('sha256').update(new Uint8Array(bytes)).digest('hex');
  }
  return files;
}

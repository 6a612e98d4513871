// All test images in a running Strata: what became of each.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ListedInstance } from '../../server/src/http/gateway-routes.ts';
import { allDataFiles, dataFolder } from '../support/data.ts';
import { StrataProcess, strata } from '../support/strata.ts';
import { withOwnUid } from './own-uid.ts';

/** One test image. */
export interface ImportedFile {
  /** Below the data folder. */
  readonly name: string;
  /** The file that was sent in the end: the test image, or the one with a UID of its own. */
  readonly file: string;
  readonly outcome: 'stored' | 'already' | 'refused' | 'skipped';
  readonly code?: string;
  readonly reason?: string;
  /** Where it is stored. */
  readonly listed?: ListedInstance;
  /** What became of the test image itself, where another one was stored under its UID. */
  readonly first: { readonly outcome: string; readonly code?: string };
}

interface Reported {
  readonly file: string;
  readonly outcome: ImportedFile['outcome'];
  readonly code?: string;
  readonly reason?: string;
  readonly sopInstanceUid?: string;
  readonly studyInstanceUid?: string;
}

export interface ImportedFiles extends AsyncDisposable {
  readonly server: StrataProcess;
  readonly files: readonly ImportedFile[];
}

/** Starts a Strata in an empty folder and imports every test image. @param folder for its data and for renamed files */
export async function importEveryFile(folder: string): Promise<ImportedFiles> {
  const data = path.join(folder, 'data');
  const server = await StrataProcess.start(data);
  try {
    const images = new Set(allDataFiles());
    const first = (await importReport(data, [dataFolder])).filter(({ file }) => images.has(file));
    const before = await listedInstances(server.url, first);
    const renamed = renameAll(
      first.filter((one) => isOfAnother(one, before)),
      path.join(folder, 'own-uids'),
    );
    const second = new Map((await importReport(data, [...renamed.values()])).map((one) => [one.file, one]));
    const listed = await listedInstances(server.url, [...first, ...second.values()]);
    const files = first.map((one): ImportedFile => {
      const last = second.get(renamed.get(one.file) ?? '') ?? one;
      const found = listed.get(last.sopInstanceUid ?? '');
      const isStored = last.outcome === 'stored' || last.outcome === 'already';
      const name = path.relative(dataFolder, one.file);
      return { ...last, name, first: one, ...(isStored && found && { listed: found }) };
    });
    return { server, files, [Symbol.asyncDispose]: async () => void (await server.stop()) };
  } catch (error) {
    await server.kill();
    throw error;
  }
}

async function importReport(data: string, paths: readonly string[]): Promise<Reported[]> {
  const ran = await strata('import', '--data', data, '--json', ...paths);
  return JSON.parse(ran.stdout).files;
}

/** Whether its UID is that of another file, which is stored. */
function isOfAnother(
  { file, outcome, code, sopInstanceUid }: Reported,
  listed: Map<string, ListedInstance>,
): boolean {
  if (code === 'conflict') return true;
  const stored = outcome === 'already' ? listed.get(sopInstanceUid ?? '') : undefined;
  return stored !== undefined && stored.file.digest !== digestOf(readFileSync(file));
}

function renameAll(reported: readonly Reported[], folder: string): Map<string, string> {
  mkdirSync(folder, { recursive: true });
  return new Map(
    reported.map(({ file }, index) => {
      const renamed = path.join(folder, `${index}-${path.basename(file)}`);
      writeFileSync(renamed, withOwnUid(readFileSync(file), index + 1));
      return [file, renamed];
    }),
  );
}

/** The instances of the reported studies, by SOP Instance UID. */
async function listedInstances(
  url: string,
  reported: Iterable<Reported>,
): Promise<Map<string, ListedInstance>> {
  const studies = new Set([...reported].map(({ studyInstanceUid }) => studyInstanceUid));
  const listed = new Map<string, ListedInstance>();
  for (const study of studies) {
    if (study === undefined) continue;
    const answer = await fetch(`${url}/gateway/studies/${encodeURIComponent(study)}`);
    for (const one of (await answer.json()) as ListedInstance[]) listed.set(one.sopInstanceUid, one);
  }
  return listed;
}

/** SHA-256, hex. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

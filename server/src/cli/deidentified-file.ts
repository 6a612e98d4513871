// Writes one de-identified file of an instance, and the report about all of them.
import { createHash } from 'node:crypto';
import { access, open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type DeidentifyInput, deidentify } from '@strata/dicom/deidentify/deidentify';
import type { DeidentifyReport } from '@strata/dicom/deidentify/report';
import { makeFolder } from '../config/make-folder.ts';
import { systemCode } from '../config/start-error.ts';
import type { ListedInstance } from '../http/gateway-routes.ts';
import { CommandError } from './failure.ts';
import { putInPlace, sameOrThrow } from './original-file.ts';
import { safeName } from './safe-name.ts';
import { ask } from './server-client.ts';

const MAX_REPORTS = 10_000;

export interface DeidentifiedFile {
  readonly file: string;
  readonly outcome: 'written' | 'already';
  readonly length: number;
  readonly report: DeidentifyReport;
}

/**
 * Fetches an instance, takes its identity out and writes DIR/<study UID>/<series UID>/<SOP Instance UID>.dcm by its new
 * UIDs.
 * @throws CommandError when a different file is there, DicomError, DeidentifyError
 */
export async function writeDeidentified(
  url: string,
  instance: ListedInstance,
  folder: string,
  transferSyntax: string,
  input: DeidentifyInput,
): Promise<DeidentifiedFile> {
  const { file: bytes, report } = await deidentify(await fetchFile(url, instance, transferSyntax), input);
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = report;
  const file = path.join(
    folder,
    safeName(studyInstanceUid),
    safeName(seriesInstanceUid),
    `${safeName(sopInstanceUid)}.dcm`,
  );
  await makeFolder(path.dirname(file));
  const temporary = `${file}.${process.pid}.part`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const digest = createHash('sha256').update(bytes).digest('hex');
    const outcome = (await putInPlace(temporary, file)) ? 'written' : await sameOrThrow(file, digest);
    return { file, outcome, length: bytes.length, report };
  } finally {
    await rm(temporary, { force: true });
  }
}

async function fetchFile(url: string, instance: ListedInstance, transferSyntax: string): Promise<Uint8Array> {
  const name = encodeURIComponent(instance.sopInstanceUid);
  const query = `transfer-syntax=${encodeURIComponent(transferSyntax)}`;
  const response = await ask(`${url}/gateway/instances/${name}/file?${query}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const proven = /^sha-256=:(.*):$/.exec(response.headers.get('repr-digest') ?? '')?.[1] ?? '';
  if (createHash('sha256').update(bytes).digest('base64') !== proven) {
    throw new CommandError(
      'What arrived is not the file that was sent (its SHA-256 differs). Run strata verify --deep.',
    );
  }
  return bytes;
}

/** Where the report of an export goes when no place is named: each export to the same folder has one of its own. */
export function* defaultReports(folder: string): Generator<string> {
  yield path.join(folder, 'deidentify-report.json');
  for (let n = 2; n <= MAX_REPORTS; n++) yield path.join(folder, `deidentify-report-${n}.json`);
}

/** Before hours of work for it. @throws CommandError when there is such a file */
export async function refuseKnownReport(place: string): Promise<void> {
  if (await isThere(place)) throw knownReport(place);
}

/**
 * Writes what was done: by file, by attribute, without values; to the first of the places that is free.
 * @throws CommandError when none is: a report of another export is never overwritten
 */
export async function writeReport(
  places: Iterable<string>,
  files: readonly DeidentifiedFile[],
  failed: number,
): Promise<void> {
  const [first] = files;
  const report = {
    profile: first?.report.profile ?? null,
    methods: first?.report.methods ?? [],
    written: files.length,
    failed,
    files: files.map(({ file, report: { attributes, pixels, sopInstanceUid } }) => ({
      ...{ file, sopInstanceUid, pixels, attributes },
    })),
  };
  const text = `${JSON.stringify(report, null, 2)}\n`;
  let last = '';
  for (const place of places) {
    last = place;
    await makeFolder(path.dirname(path.resolve(place)));
    try {
      await writeFile(place, text, { mode: 0o600, flag: 'wx' });
      return;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
  throw knownReport(last);
}

function knownReport(place: string): CommandError {
  return new CommandError(`${place} is there already, the report of another export: name another one.`);
}

async function isThere(place: string): Promise<boolean> {
  try {
    await access(place);
    return true;
  } catch {
    return false;
  }
}

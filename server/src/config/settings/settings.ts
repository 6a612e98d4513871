// Reads settings.json: the decisions of a site, checked whole before anything starts.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StartError, systemCode } from '../start-error.ts';
import { deidentifySection } from './deidentify-section.ts';
import { dicomSection } from './dicom-section.ts';
import { metadataSection } from './metadata-section.ts';
import { poolSection } from './pool-section.ts';
import { forwardSection, prefetchSection } from './routing-sections.ts';

/** One line a section; a section's own file says what is in it. */
const sections = z.strictObject({
  dicom: dicomSection.prefault({}),
  deidentify: deidentifySection.prefault({}),
  forward: forwardSection.default([]),
  prefetch: prefetchSection.default([]),
  pool: poolSection.prefault({}),
  metadata: metadataSection.prefault({}),
});

type Sections = z.output<typeof sections>;

/** Rules name peers by their AE titles; one that is misspelt would wait for ever. */
export const settingsSchema = sections.superRefine(({ dicom, forward, prefetch }, { addIssue }) => {
  const known = new Set(dicom.peers.map(({ aeTitle }) => aeTitle));
  const check = (title: string, path: (string | number)[]): void => {
    if (known.has(title)) return;
    addIssue({ code: 'custom', path, message: `${title} is not among dicom.peers` });
  };
  for (const [at, { to }] of forward.entries()) {
    if ('peer' in to) check(to.peer, ['forward', at, 'to', 'peer']);
    if ('notify' in to) check(to.notify, ['forward', at, 'to', 'notify']);
  }
  for (const [at, { from }] of prefetch.entries()) check(from, ['prefetch', at, 'from']);
});

export interface Settings extends Sections {
  /** The folder that relative paths in the settings start from. */
  readonly folder: string;
}

/** The largest settings file that is read, in bytes. */
const MAX_BYTES = 4 * 2 ** 20;

/**
 * The settings of a data folder: those in `file`, or in the folder's own settings.json where there is one, or the defaults.
 * @param file a settings file that must be there; null for the data folder's own
 * @throws StartError 'bad-settings' that names the file, each wrong key, and what is wrong with it
 */
export async function readSettings(data: string, file: string | null): Promise<Settings> {
  const place = path.resolve(file ?? path.join(data, 'settings.json'));
  const text = await readText(place, file !== null);
  return parseSettings(text ?? '{}', place);
}

/** Checks the text of a settings file; `place` is the file's path. @throws StartError 'bad-settings' */
export function parseSettings(text: string, place: string): Settings {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError('bad-settings', `The settings in ${place} are not JSON: ${why}.`, error);
  }
  const result = settingsSchema.safeParse(json);
  if (!result.success) throw wrong(place, result.error);
  return { ...result.data, folder: path.dirname(place) };
}

async function readText(place: string, mustExist: boolean): Promise<string | null> {
  try {
    const bytes = await readFile(place);
    if (bytes.length <= MAX_BYTES) return bytes.toString('utf8');
  } catch (error) {
    // A data folder that is no folder is told in better words by whoever opens it.
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error)) && !mustExist) return null;
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError('bad-settings', `The settings in ${place} cannot be read: ${why}.`, error);
  }
  throw new StartError('bad-settings', `The settings in ${place} are larger than ${MAX_BYTES} bytes.`);
}

function wrong(place: string, { issues }: z.ZodError): StartError {
  const list = issues.map((issue) => `  ${keyOf(issue)}: ${issue.message}`);
  return new StartError('bad-settings', `The settings in ${place} are wrong:\n${list.join('\n')}`);
}

/** `dicom.peers[2].port` */
function keyOf({ path: keys }: z.core.$ZodIssue): string {
  const text = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || 'settings';
}

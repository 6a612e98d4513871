// The options of `strata export --deidentify`, and what they come to.

import path from 'node:path';
import { decompress } from '@strata/dicom/deidentify/decompress';
import type { DeidentifyInput } from '@strata/dicom/deidentify/deidentify';
import type { DeidentifyOptions } from '@strata/dicom/deidentify/options';
import { type Command, Option } from 'commander';
import { deidentifyKeyFile, readDeidentifyKey } from '../config/deidentify-key.ts';
import { pixelRulesOf } from '../config/settings/deidentify-section.ts';
import { readSettings } from '../config/settings/settings.ts';
import { CommandError } from './failure.ts';
import { ask } from './server-client.ts';

/** As they are read from the command line. */
export interface DeidentifyFlags {
  readonly deidentify?: true;
  readonly retainUids?: true;
  readonly retainDates?: 'full' | 'shifted';
  readonly retainDevice?: true;
  readonly retainInstitution?: true;
  readonly retainPatientCharacteristics?: true;
  readonly retainSafePrivate?: true;
  readonly cleanDescriptors?: true;
  readonly cleanPixels?: true;
  readonly keyFile?: string;
  readonly settings?: string;
  readonly report?: string;
}

export const deidentifyHelp = `
With --deidentify the identity of the patient is taken out by DICOM PS3.15 annex E (Basic Application Level
Confidentiality Profile): other UIDs, names and numbers, the same ones in every export with the same key, and no dates.
What was done to which attribute stands in DIR/deidentify-report.json (deidentify-report-2.json for a second export there),
without any value. The key is that of the pool (deidentify-key in the data folder, made at first use) unless --key-file names
another: keep it, and keep it to yourself.
--clean-pixels blanks burned-in text by the pixel rules of the settings and by the regions of ultrasound images; an object
that likely has text and no rule is not exported.`;

/** Adds the options to a command. */
export function withDeidentifyOptions(command: Command): Command {
  return command
    .option('--deidentify', "take the patient's identity out")
    .option('--retain-uids', 'keep the UIDs')
    .addOption(
      new Option('--retain-dates <how>', 'keep dates as they are, or each patient some days earlier').choices(
        ['full', 'shifted'],
      ),
    )
    .option('--retain-device', 'keep what tells the device')
    .option('--retain-institution', 'keep what tells the institution')
    .option('--retain-patient-characteristics', 'keep sex, age, size and weight')
    .option('--retain-safe-private', 'keep the private attributes that the standard thinks safe')
    .option('--clean-descriptors', 'keep the words of descriptions that are known to be safe')
    .option('--clean-pixels', 'blank text that is burned into the pixels')
    .option('--key-file <file>', 'the key of the pseudonyms')
    .option('--settings <file>', "the settings with the pixel rules (default: the data folder's own)")
    .option('--report <file>', 'where the report goes (default: DIR/deidentify-report.json)');
}

const others = [
  ...([
    'retainUids',
    'retainDates',
    'retainDevice',
    'retainInstitution',
    'retainPatientCharacteristics',
  ] as const),
  ...(['retainSafePrivate', 'cleanDescriptors', 'cleanPixels', 'keyFile', 'settings', 'report'] as const),
];

/**
 * What the options ask for, once the Strata of the data folder is there; null without --deidentify. The key is made at first
 * use.
 * @throws CommandError for options that say nothing without it, StartError 'bad-key' or 'bad-settings'
 */
export async function deidentifyInput(
  flags: DeidentifyFlags,
  dataFolder: string,
): Promise<((url: string) => Promise<DeidentifyInput>) | null> {
  if (!flags.deidentify) {
    const alone = others.find((name) => flags[name] !== undefined);
    if (alone === undefined) return null;
    const option = alone.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new CommandError(`--${option} says how to de-identify: add --deidentify.`);
  }
  const data = path.resolve(dataFolder);
  const { deidentify } = await readSettings(data, flags.settings ?? null);
  const named = flags.keyFile ? await readDeidentifyKey(path.resolve(flags.keyFile)) : null;
  return async (url) => {
    // The servers of a pool share one: the server puts it where we read it.
    if (!named) await ask(`${url}/admin/deidentify-key`, { method: 'POST' });
    const secret = named ?? (await readDeidentifyKey(deidentifyKeyFile(data)));
    return { secret, options: optionsOf(flags), pixelRules: pixelRulesOf(deidentify), decompress };
  };
}

function optionsOf(flags: DeidentifyFlags): DeidentifyOptions {
  const { retainDates } = flags;
  return {
    cleanPixelData: flags.cleanPixels === true,
    cleanDescriptors: flags.cleanDescriptors === true,
    retainUids: flags.retainUids === true,
    retainDates: retainDates === 'full' ? 'full' : retainDates === 'shifted' ? 'modified' : 'none',
    retainDevice: flags.retainDevice === true,
    retainInstitution: flags.retainInstitution === true,
    retainPatientCharacteristics: flags.retainPatientCharacteristics === true,
    retainSafePrivate: flags.retainSafePrivate === true,
  };
}

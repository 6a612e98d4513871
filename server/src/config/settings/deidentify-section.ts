// The `deidentify` section: what is stored without its patient's identity, and where devices burn text into pixels.
import type { DeidentifyOptions } from '@strata/dicom/deidentify/options';
import type { PixelRule } from '@strata/dicom/deidentify/pixel-rules';
import { z } from 'zod';
import { aeTitle } from './ae-title.ts';

/** What a profile keeps beyond the basic one of PS3.15 annex E. */
const keep = z.enum(['uids', 'device', 'institution', 'patient-characteristics', 'safe-private']);

const profile = {
  /** Options of the standard that retain something. */
  retain: z.array(keep).default([]),
  /** `keep` as they are, or `shift` by the patient's number of days. */
  dates: z.enum(['remove', 'keep', 'shift']).default('remove'),
  /** Blank burned-in text by the `pixels` rules; what likely has text and no rule is refused. */
  cleanPixels: z.boolean().default(false),
  /** Keep the words of descriptions that are known to be safe. */
  cleanDescriptors: z.boolean().default(false),
};

/** How another section says what is to be taken out; `{}` is the basic profile. */
export const deidentifyProfile = z.strictObject(profile);

const rule = z.strictObject({
  /** Which ways in it holds for; a calling AE title is only known by C-STORE. */
  sources: z
    .array(z.enum(['dimse', 'stow', 'import', 'prefetch']))
    .min(1)
    .optional(),
  callingAe: z.array(aeTitle).min(1).max(1000).optional(),
  modality: z.array(z.string().min(1).max(16).toUpperCase()).min(1).max(100).optional(),
  ...profile,
});

const side = z.int().min(0).max(1_000_000);
const pattern = z.string().min(1).max(64);

const pixelRule = z.strictObject({
  name: z.string().min(1).max(64),
  /** All that is given must fit; `*` stands for any text. */
  modality: pattern.optional(),
  manufacturer: pattern.optional(),
  model: pattern.optional(),
  rows: side.optional(),
  columns: side.optional(),
  /** Rectangles of pixels, from the upper left corner; none: this device burns nothing in. */
  blank: z.array(z.strictObject({ x: side, y: side, width: side, height: side })).max(1000),
});

export const deidentifySection = z.strictObject({
  /** The first that fits is taken; what none fits is stored as it comes. */
  rules: z.array(rule).max(1000).default([]),
  pixels: z.array(pixelRule).max(10_000).default([]),
});

export type DeidentifySettings = z.output<typeof deidentifySection>;
export type DeidentifyProfile = z.output<typeof deidentifyProfile>;

/** The options of a rule or a profile. */
export function optionsOf({
  retain,
  dates,
  cleanPixels,
  cleanDescriptors,
}: DeidentifyProfile): DeidentifyOptions {
  return {
    cleanPixelData: cleanPixels,
    cleanDescriptors,
    retainUids: retain.includes('uids'),
    retainDates: dates === 'keep' ? 'full' : dates === 'shift' ? 'modified' : 'none',
    retainDevice: retain.includes('device'),
    retainInstitution: retain.includes('institution'),
    retainPatientCharacteristics: retain.includes('patient-characteristics'),
    retainSafePrivate: retain.includes('safe-private'),
  };
}

/** The pixel rules as the package takes them. */
export function pixelRulesOf({ pixels }: DeidentifySettings): PixelRule[] {
  return pixels;
}

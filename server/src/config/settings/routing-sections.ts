// The `forward` and `prefetch` sections: what goes on to others by itself, and what is fetched before it is asked for.
import { EXPORT_SYNTAXES } from '@strata/dicom/writing/transcode';
import { z } from 'zod';
import { aeTitle } from './ae-title.ts';
import { deidentifyProfile } from './deidentify-section.ts';

/** A rule is known by its name, in lists and in the errands that it leads to. */
const ruleName = z.string().regex(/^\S(.{0,62}\S)?$/, {
  error: 'a rule has a name of 1 to 64 characters, without spaces at its ends',
});

/** Text of a DICOM attribute with * and ? as wildcards, without regard to case. */
const pattern = z.string().min(1).max(256);
const patterns = z.array(pattern).min(1).max(1000);
const titles = z.array(aeTitle).min(1).max(1000);

/** All that is given must hold; of several values any. Nothing given: every instance. */
const condition = z.strictObject({
  modality: patterns.optional(),
  /** The AE title of who sent it by C-STORE. */
  callingAe: titles.optional(),
  /** The AE title that it was sent to. */
  calledAe: titles.optional(),
  stationName: patterns.optional(),
  institution: patterns.optional(),
  bodyPart: patterns.optional(),
  studyDescription: patterns.optional(),
  seriesDescription: patterns.optional(),
});

const stowAddress = z
  .url({ protocol: /^https?$/, error: 'an http or https address' })
  .refine((text) => !/^https?:\/\/[^/]*@/.test(text), {
    error: 'an address without a password: give an Authorization among the headers',
  });
const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, { error: 'the name of an HTTP header' });
const headerValue = z.string().regex(/^[\t -~]{0,8192}$/, { error: 'ASCII in one line' });

/** Another AE, by its title among `dicom.peers`, another site's STOW-RS address, or an AE that is only told of studies. */
const destination = z.union([
  z.strictObject({ peer: aeTitle }),
  z.strictObject({ notify: aeTitle }),
  z.strictObject({
    stow: stowAddress,
    /** Sent with every request, such as Authorization. */
    headers: z.record(headerName, headerValue).default({}),
  }),
]);

const forwardRule = z
  .strictObject({
    name: ruleName,
    to: destination,
    when: condition.prefault({}),
    /** Which ways in it holds for; what was prefetched stays here unless it is named. */
    sources: z
      .array(z.enum(['dimse', 'stow', 'import', 'prefetch', 'saved']))
      .min(1)
      .default(['dimse', 'stow', 'import', 'saved']),
    /** The UID of the transfer syntax to send in; default: as stored. What cannot be in it goes in little endian. */
    transferSyntax: z
      .enum(EXPORT_SYNTAXES, { error: `a transfer syntax that is written: ${EXPORT_SYNTAXES.join(', ')}` })
      .optional(),
    /** What is taken out of what goes there; it stays here as it is. */
    deidentify: deidentifyProfile.optional(),
  })
  .refine(({ to, transferSyntax, deidentify }) => !('notify' in to) || !(transferSyntax || deidentify), {
    error: 'a notification has no images: neither transferSyntax nor deidentify goes with it',
  });

const prefetchRule = z.strictObject({
  name: ruleName,
  /** The archive that is asked, by its AE title among `dicom.peers`. */
  from: aeTitle,
  /** For which studies: of scheduled ones only the modality is known. */
  when: z.strictObject({ modality: patterns.optional(), bodyPart: patterns.optional() }).prefault({}),
  /** What begins it: a step on the modality worklist, the first image of a study, or both. */
  on: z
    .array(z.enum(['scheduled', 'arrived']))
    .min(1)
    .default(['scheduled', 'arrived']),
  priors: z
    .strictObject({
      /** So many of the newest that fit. */
      newest: z.int().min(1).max(100).default(3),
      /** Modalities that a prior study may have; default: those of the rule, else any. */
      modality: patterns.optional(),
      studyDescription: patterns.optional(),
      /** Not older than this, in years. */
      withinYears: z.number().min(0.1).max(150).optional(),
    })
    .prefault({}),
  /** C-GET needs nothing at the archive; C-MOVE needs our AE title known there. */
  by: z.enum(['get', 'move']).default('get'),
});

const distinctNames = { error: 'two rules have the same name' };
const distinct = (rules: readonly { name: string }[]): boolean =>
  new Set(rules.map(({ name }) => name)).size === rules.length;

export const forwardSection = z.array(forwardRule).max(1000).refine(distinct, distinctNames);
export const prefetchSection = z.array(prefetchRule).max(1000).refine(distinct, distinctNames);

export type Condition = z.output<typeof condition>;
export type Destination = z.output<typeof destination>;
export type ForwardRule = z.output<typeof forwardRule>;
export type PrefetchRule = z.output<typeof prefetchRule>;

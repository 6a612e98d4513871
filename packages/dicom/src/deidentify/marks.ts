// What a de-identified object says about itself (PS3.15 sections E.1.1 and E.2, PS3.3 C.7.1.1 and C.7.6.1).
import { asciiBytes } from './dummies.ts';
import { type DeidentifyOptions, methodCodes } from './options.ts';
import type { OutElement } from './out-element.ts';
import { PROFILE_EDITION } from './profile-table.ts';

const PATIENT_IDENTITY_REMOVED = 0x00120062;
const METHOD = 0x00120063;
const METHOD_CODES = 0x00120064;
const BURNED_IN_ANNOTATION = 0x00280301;
const TEMPORAL_INFORMATION = 0x00280303;
const CODE = { value: 0x00080100, scheme: 0x00080102, meaning: 0x00080104 };

const temporal = { none: 'REMOVED', full: 'UNMODIFIED', modified: 'MODIFIED' } as const;

/** @param hasPixels whether there are pixels of which something is to be said */
export function marks(options: DeidentifyOptions, hasPixels: boolean): OutElement[] {
  const element = (tag: number, vr: string, text: string): OutElement => ({
    tag,
    vr,
    value: asciiBytes(text),
  });
  const clean = options.cleanPixelData && hasPixels ? [element(BURNED_IN_ANNOTATION, 'CS', 'NO')] : [];
  return [
    element(PATIENT_IDENTITY_REMOVED, 'CS', 'YES'),
    element(METHOD, 'LO', `Strata, ${PROFILE_EDITION} table E.1-1`),
    {
      tag: METHOD_CODES,
      vr: 'SQ',
      value: methodCodes(options).map(({ value, meaning }) => [
        element(CODE.value, 'SH', value),
        element(CODE.scheme, 'SH', 'DCM'),
        // A meaning has 64 characters at most.
        element(CODE.meaning, 'LO', meaning.slice(0, 64).trim()),
      ]),
    },
    element(TEMPORAL_INFORMATION, 'CS', temporal[options.retainDates]),
    ...clean,
  ];
}

// Which way round an image's greys go.
import type { Presentation } from '@strata/protocol/manifest';

type Said = Pick<Presentation, 'photometric' | 'presentationLutShape'>;

/** Whether small values are bright. The shape, where it is said, goes before the interpretation (PS3.3 C.11.6). */
export function isInverse({ presentationLutShape, photometric }: Said): boolean {
  return presentationLutShape ? presentationLutShape === 'INVERSE' : photometric === 'MONOCHROME1';
}

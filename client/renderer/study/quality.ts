// What a reader must know of how far an image is from what was taken, in words.
import type { Presentation } from '@strata/protocol/manifest';
import { displayNumber } from '../format/quantities.ts';
import { serverText } from '../words/server.ts';
import { overlayTexts } from '../words/study.ts';

/** Defined terms of PS3.3 C.7.6.1.1.5.1. */
const methods: Readonly<Record<string, string | undefined>> = {
  ISO_10918_1: 'JPEG',
  ISO_14495_1: 'JPEG-LS',
  ISO_15444_1: 'JPEG 2000',
  ISO_15444_15: 'HTJ2K',
  ISO_18181_1: 'JPEG XL',
  ISO_13818_2: 'MPEG-2',
  ISO_14496_10: 'H.264',
  ISO_23008_2: 'HEVC',
};

/** That an image was compressed with loss, how, and how much: 'Lossy compressed at the source: JPEG 10:1'. '' when it was not. */
export function lossOf({ lossy, burnedInLossy }: Presentation): string {
  if (!lossy && burnedInLossy !== '01') return '';
  const ratio = lossy?.ratio ? `${displayNumber(lossy.ratio)}:1` : '';
  const how = [methods[lossy?.method ?? ''] ?? lossy?.method ?? '', ratio].filter(Boolean).join(' ');
  return overlayTexts.value.lossy(how);
}

/** That what is shown is not the pixels themselves: 'Shown in 16 bits, of 32-bit integers, in steps of 0.5'. */
export function renditionOf({ of, step }: NonNullable<Presentation['rendition']>): string {
  return overlayTexts.value.rendition(serverText(of), step === null ? '' : displayNumber(step));
}

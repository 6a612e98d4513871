// What every match has, whoever asks (PS3.18 tables 10.6.3-3 to 10.6.3-5, and the study's description, which all want).
import type { DicomJson } from '@strata/dicom/json/types';
import { vrOf } from './attribute-path.ts';

const study =
  '00080005 00080020 00080030 00080050 00080056 00080061 00080090 00080201 00081030 00100010 00100020 00100030 00100040 00200010 00201206 00201208';
const series = '00080005 00080056 00080060 00080201 0008103E 00200011 00201209 00400244 00400245 00400275';
const instance = '00080005 00080016 00080056 00080201 00083002 00200013 00280008 00280010 00280011 00280100';

export type SearchLevel = 'study' | 'series' | 'instance';

/** Of each level alone. */
const own: Readonly<Record<SearchLevel, readonly string[]>> = {
  study: study.split(' '),
  series: series.split(' '),
  instance: instance.split(' '),
};

/**
 * The tags of a match. What the address does not name is told with each match (PS3.18 section 10.6.3.3).
 * @param named the levels whose UIDs stand in the address
 */
export function resultAttributes(level: SearchLevel, named: { study: boolean; series: boolean }): string[] {
  const tags = [...own[level]];
  if (level !== 'study' && !named.study) tags.push(...own.study);
  if (level === 'instance' && !named.series) tags.push(...own.series);
  return [...new Set(tags)];
}

/** Only told where they are known. */
const optional = new Set([
  '00080005',
  '00080201',
  '00083002',
  '00280008',
  '00280010',
  '00280011',
  '00280100',
]);

/** What a match says of attributes that it has no value of: that they are empty (type 2 of PS3.4 C.2.2.1.1). */
export function emptyOnes(tags: readonly string[]): DicomJson {
  const wanted = tags.filter((tag) => !optional.has(tag));
  return Object.fromEntries(wanted.map((tag) => [tag, { vr: vrOf(tag) }]));
}

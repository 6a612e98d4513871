// Which attributes describe a patient, a study or a series; all others describe an instance.
//
// PS3.3 annex C.2 (patient), C.7.1.3 (clinical trials), C.7.2 (study), C.7.3 and C.7.5 (series and its equipment), and the
// keys of PS3.4 tables C.6-1 to C.6-4 and PS3.18 tables 10.6.1-5 and 10.6.3-3 to 10.6.3-5.
import type { QueryLevel } from './types.ts';

const patient = `
  00100010 PN  00100020 LO  00100021 LO  00100022 CS  00100024 SQ  00100026 SQ  00100030 DA  00100032 TM
  00100033 LO  00100034 LO  00100035 CS  00100040 CS  00101000 LO  00101001 PN  00101002 SQ  00101005 PN
  00102160 SH  00102201 LO  00102202 SQ  00102203 CS  00102292 LO  00102293 SQ  00102297 PN  00102298 CS
  00102299 LO  00104000 LT  00120010 LO  00120020 LO  00120021 LO  00120030 LO  00120031 LO  00120040 LO
  00120042 LO  00120062 CS  00120063 LO  00120064 SQ`;

const study = `
  0020000D UI  00080020 DA  00080030 TM  00080050 SH  00080051 SQ  00080090 PN  00080096 SQ  0008009C PN
  00081030 LO  00081032 SQ  00081048 PN  00081049 SQ  00081060 PN  00081062 SQ  00081080 LO  00081084 SQ
  00081110 SQ  00101010 AS  00101020 DS  00101030 DS  00102000 LO  00102110 LO  00102180 SH  001021A0 CS
  001021B0 LT  001021C0 US  00120050 LO  00120051 ST  00200010 SH  00321033 LO  00321034 SQ  00380010 LO
  00380014 SQ  00380060 LO  00380062 LO  00380064 SQ  00401012 SQ`;

const series = `
  0020000E UI  00080021 DA  00080031 TM  00080060 CS  00080068 CS  00080070 LO  00080080 LO  00080081 ST
  00080082 SQ  00081010 SH  0008103E LO  0008103F SQ  00081040 LO  00081050 PN  00081052 SQ  00081070 PN
  00081072 SQ  00081090 LO  00081111 SQ  00120060 LO  00120071 LO  00120072 LO  00180015 CS  00181000 LO
  00181020 LO  00181030 LO  00185100 CS  00200011 IS  00200052 UI  00200060 CS  00400244 DA  00400245 TM
  00400250 DA  00400251 TM  00400253 SH  00400254 LO  00400260 SQ  00400275 SQ  00400280 ST`;

/** The level of a stored attribute and its representation. */
interface LeveledAttribute {
  readonly level: QueryLevel;
  readonly vr: string;
}

const leveled = new Map<string, LeveledAttribute>(
  [
    ['patient', patient] as const,
    ['study', study] as const,
    ['series', series] as const,
    ['instance', '00080016 UI 00080018 UI 00200013 IS 00280008 IS 00280010 US 00280011 US'] as const,
  ].flatMap(([level, table]) =>
    [...table.matchAll(/([0-9A-F]{8}) ([A-Z]{2})/g)].map(
      ([, tag = '', vr = '']) => [tag, { level, vr }] as const,
    ),
  ),
);

/** From the top. */
export const levels: readonly QueryLevel[] = ['patient', 'study', 'series', 'instance'];

/** The level that an attribute describes. */
export function levelOf(tag: string): QueryLevel {
  return leveled.get(tag)?.level ?? 'instance';
}

/** The representation of an attribute: the tables', or the given one for others. */
export function vrOf(tag: string, otherwise: string): string {
  return leveled.get(tag)?.vr ?? otherwise;
}

/** Bytes, which nothing can be compared with. */
export const binaryVrs: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);

/** Whether an attribute may be kept and matched: standard, no file meta information, no group length, no bytes. */
export function isMatchable(tag: string, vr: string): boolean {
  const kept =
    /^[0-9A-F]{3}[02468ACE][0-9A-F]{4}$/.test(tag) && !tag.startsWith('0002') && !tag.endsWith('0000');
  return kept && !binaryVrs.has(vrOf(tag, vr));
}

/** Those that say how a query is to be read or answered, and are never matched (PS3.4 C.2.2.2, C.4.1.1.3). */
export const neverMatched: ReadonlySet<string> = new Set([
  '00080005', // Specific Character Set
  '00080006', // Language Code Sequence
  '00080052', // Query/Retrieve Level
  '00080053', // Query/Retrieve View
  '00080054', // Retrieve AE Title
  '00080056', // Instance Availability
  '00080201', // Timezone Offset From UTC
  '00081190', // Retrieve URL
  '00880130', // Storage Media File-set ID
  '00880140', // Storage Media File-set UID
]);

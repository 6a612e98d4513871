// Dates with the times that belong to them, for queries that mean moments.
import type { Matching } from './matching.ts';

const datePairs: readonly (readonly [string, string])[] = [
  ['00080012', '00080013'],
  ['00080020', '00080030'],
  ['00080021', '00080031'],
  ['00080022', '00080032'],
  ['00080023', '00080033'],
  ['00100030', '00100032'],
  ['00400002', '00400003'],
  ['00400244', '00400245'],
  ['00400250', '00400251'],
];

/** The time that belongs to a date, if this is the tag of one. */
function timeOf(dateTag: string): string | undefined {
  return datePairs.find(([date]) => date === dateTag)?.[1];
}

/** Dates and times that both ask for the same form of range (PS3.4 C.2.2.2.5.4), joined. */
export function pairsOf(
  matchings: ReadonlyMap<string, Matching>,
): { tags: [string, string]; range: { from: string | null; to: string | null } }[] {
  return [...matchings].flatMap(([tag, date]) => {
    const timeTag = timeOf(tag);
    const time = timeTag === undefined ? undefined : matchings.get(timeTag);
    if (timeTag === undefined || date.type !== 'ranges' || time?.type !== 'ranges') return [];
    const [days, hours] = [date.ranges[0], time.ranges[0]];
    if (!days || !hours || date.ranges.length + time.ranges.length > 2) return [];
    if ((days.from === null) !== (hours.from === null) || (days.to === null) !== (hours.to === null))
      return [];
    const joined = (day: string | null, hour: string | null) => (day === null ? null : `${day}${hour}`);
    return [
      {
        tags: [tag, timeTag] as [string, string],
        range: { from: joined(days.from, hours.from), to: joined(days.to, hours.to) },
      },
    ];
  });
}

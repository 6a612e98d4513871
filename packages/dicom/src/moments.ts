// Dates and times of a data set as seconds of one clock, so that one can be taken from another.
import { Tag } from './tags.ts';
import { code, date, time, type Values } from './values.ts';

export const secondsPerDay = 86_400;

/**
 * Seconds since 1970 of a date and a time as they stand, no zone; without a date, seconds of the day.
 * @returns null where one of them is missing or none
 */
export function momentOf(values: Values, dateTag: number | null, timeTag: number): number | null {
  const clock = secondsOfDay(time(values, timeTag));
  if (clock === null || dateTag === null) return clock;
  const day = startOfDay(date(values, dateTag));
  return day === null ? null : day + clock;
}

/**
 * Seconds since 1970 of a DT value (PS3.5 section 6.2) by the clock that the rest of the data set is written in. Null where it
 * is missing, or names no day.
 * @param root where Timezone Offset From UTC stands; a value of another zone is brought to that one
 */
export function dateTimeAt(values: Values, tag: number, root: Values): number | null {
  const parts = /^(\d{8})(\d{2,6}(?:\.\d{1,6})?)([+-]\d{4})?$/.exec(code(values, tag));
  if (!parts) return null;
  const [day, clock] = [startOfDay(parts[1] ?? ''), secondsOfDay(parts[2] ?? '')];
  if (day === null || clock === null) return null;
  const own = offsetOf(parts[3] ?? '');
  const others = offsetOf(code(root, Tag.TimezoneOffsetFromUTC));
  return day + clock + (own === null || others === null ? 0 : others - own);
}

function startOfDay(digits: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(digits);
  if (!parts) return null;
  return Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])) / 1000;
}

function secondsOfDay(digits: string): number | null {
  const parts = /^(\d\d)(\d\d)?(\d\d(?:\.\d+)?)?$/.exec(digits);
  if (!parts) return null;
  return Number(parts[1]) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0);
}

function offsetOf(text: string): number | null {
  const parts = /^([+-])(\d\d)(\d\d)$/.exec(text);
  if (!parts) return null;
  return (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 3600 + Number(parts[3]) * 60);
}

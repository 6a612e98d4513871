// Dates and moments in the chosen language, by Intl. English has no one order of day and month: it gets the year first.
import { language } from './language.ts';

const locales = { en: 'sv-SE', de: 'de-DE' } as const;
const made = new Map<string, Intl.DateTimeFormat>();

function formatOf(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([language.value, options]);
  const format = made.get(key) ?? new Intl.DateTimeFormat(locales[language.value], options);
  made.set(key, format);
  return format;
}

const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const time = { hour: '2-digit', minute: '2-digit', hour12: false } as const;

/** A day of the calendar: `2024-03-09`, `09.03.2024`. @param month from 1 */
export function calendarDate(year: number, month: number, date: number): string {
  return formatOf({ ...day, timeZone: 'UTC' }).format(new Date(Date.UTC(year, month - 1, date)));
}

/** A moment where the reader is: `2024-03-09 14:05`, `09.03.2024, 14:05`. */
export function moment(at: Date): string {
  return formatOf({ ...day, ...time }).format(at);
}

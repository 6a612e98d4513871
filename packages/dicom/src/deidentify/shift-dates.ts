// Dates some days earlier, in the form and with the precision that they have (PS3.5 section 6.2, DA and DT).

const DAY_MS = 86_400_000;

/**
 * A value of DA or DT moved into the past; the time of day and what stands behind it stay.
 * @returns null for what is no date, or a time without one
 */
export function shiftDate(value: string, days: number): string | null {
  const text = value.trim();
  const dotted = /^(\d{4})\.(\d\d)\.(\d\d)$/.exec(text);
  const digits = dotted ? `${dotted[1]}${dotted[2]}${dotted[3]}` : text;
  const match = /^(\d{4})(\d\d)?(\d\d)?((?:\d\d){0,3}(?:\.\d{1,6})?(?:[+-]\d{4})?)$/.exec(digits);
  if (!match) return null;
  const [, year = '', month, day, rest = ''] = match;
  const moment = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  const before = new Date(moment);
  // Years below 100 are taken for those of the last century; months and days that do not exist are carried over.
  const exists =
    Number(year) >= 100 &&
    before.getUTCMonth() === Number(month ?? 1) - 1 &&
    before.getUTCDate() === Number(day ?? 1);
  const after = new Date(moment - days * DAY_MS);
  if (!exists || after.getUTCFullYear() < 1) return null;
  const pad = (number: number, length: number) => String(number).padStart(length, '0');
  return [
    pad(after.getUTCFullYear(), 4),
    month === undefined ? '' : pad(after.getUTCMonth() + 1, 2),
    day === undefined ? '' : pad(after.getUTCDate(), 2),
    rest,
  ].join('');
}

// Days counted back from today, as people ask for studies: kept by name, so that tomorrow's "today" is tomorrow.
import { fieldDateBefore } from '../format/dates.ts';

export type Period = 'today' | 'yesterday' | 'week' | 'month';

interface KnownPeriod {
  readonly period: Period;
  /** How many days before today it begins, and ends. */
  readonly begins: number;
  readonly ends: number;
}

export const periods: readonly KnownPeriod[] = [
  { period: 'today', begins: 0, ends: 0 },
  { period: 'yesterday', begins: 1, ends: 1 },
  { period: 'week', begins: 6, ends: 0 },
  { period: 'month', begins: 29, ends: 0 },
];

export function isPeriod(name: string | null): name is Period {
  return periods.some(({ period }) => period === name);
}

interface Dates {
  readonly period: Period | null;
  readonly from: string;
  readonly to: string;
}

/** First and last date, YYYY-MM-DD or empty. A period that ends today is open: clocks of scanners differ. */
export function datesOf({ period, from, to }: Dates, today: Date): { from: string; to: string } {
  const known = periods.find((one) => one.period === period);
  if (!known) return { from, to };
  const last = known.ends === 0 ? '' : fieldDateBefore(today, known.ends);
  return { from: fieldDateBefore(today, known.begins), to: last };
}

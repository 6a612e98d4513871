// How long a link lasts: some days, or until the end of a day that is chosen.

export const validities = ['day', 'week', 'month', 'date'] as const;

export type Validity = (typeof validities)[number];

/** As the server is asked for it: seconds by its clock, or a moment. */
export type ShareEnd = { readonly seconds: number } | { readonly until: string };

const DAY_S = 86_400;
const days = { day: 1, week: 7, month: 30 } as const;

/**
 * The end of a link.
 * @param date `2026-12-24`, for 'date': the link lasts until that day ends where the reader is
 * @returns null for a date that is none
 */
export function endOf(validity: Validity, date: string): ShareEnd | null {
  if (validity !== 'date') return { seconds: days[validity] * DAY_S };
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const end = new Date(year, month - 1, day + 1);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(end.getTime())) return null;
  // 30 February is taken for a day of March.
  return dayAhead(-1, end) === date ? { until: end.toISOString() } : null;
}

/** A day as the date field has it. @param ahead days from today */
export function dayAhead(ahead: number, now: Date): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

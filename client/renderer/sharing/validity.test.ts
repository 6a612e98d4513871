import { expect, it } from 'vitest';
import { dayAhead, endOf } from './validity.ts';

it('lasts days from now, which the server counts, or until a day has ended', () => {
  expect(endOf('day', '')).toEqual({ seconds: 86_400 });
  expect(endOf('month', '')).toEqual({ seconds: 2_592_000 });
  expect(endOf('date', '2026-12-31')).toEqual({ until: new Date(2027, 0, 1).toISOString() });
});

it('takes no date for one that there is not', () => {
  for (const date of ['', '2026-02-30', 'tomorrow', '2026-13-01']) expect(endOf('date', date)).toBeNull();
});

it('names a day some days ahead', () => {
  expect(dayAhead(1, new Date(2026, 11, 31, 23, 59))).toBe('2027-01-01');
});

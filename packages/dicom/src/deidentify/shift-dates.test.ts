// Dates are moved by days in whatever form they are written.
import { expect, it } from 'vitest';
import { shiftDate } from './shift-dates.ts';

it.each([
  ['20240301', 1, '20240229'],
  ['20230301', 1, '20230228'],
  ['2024.03.01', 1, '20240229'],
  ['20240101120000.123456+0100', 1, '20231231120000.123456+0100'],
  ['202403', 1, '202402'],
  ['2024', 1, '2023'],
  ['20240301 ', 3652, '20140302'],
])('%s, %i days earlier, is %s', (date, days, expected) => {
  expect(shiftDate(date, days)).toBe(expected);
});

it.each(['', '20241301', '20240230', 'yesterday', '0001', '2024-03-01', '20240301-20240302'])(
  '%j is no date',
  (date) => {
    expect(shiftDate(date, 10)).toBeNull();
  },
);

it('keeps the days between two dates', () => {
  const day = (date: string) =>
    Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8)));
  for (let days = 1; days < 3652; days += 97) {
    const [first, second] = ['20240110', '20240320'].map((date) => day(shiftDate(date, days) ?? ''));
    expect((second ?? 0) - (first ?? 0)).toBe(70 * 86_400_000);
  }
});

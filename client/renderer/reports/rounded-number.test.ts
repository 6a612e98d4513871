import { expect, it } from 'vitest';
import { roundedNumber } from './rounded-number.ts';

it('numbers have as many decimals as their unit has sense for', () => {
  expect(roundedNumber('176.4231243', 'mm')).toBe('176.4');
  expect(roundedNumber('1.7642312', 'cm')).toBe('1.76');
  expect(roundedNumber('412.51', 'HU')).toBe('413');
  expect(roundedNumber('12345.6789', 'mGy')).toBe('12345.68');
  expect(roundedNumber('12.500000', 'mm')).toBe('12.5');
});

it('small ones keep three digits; what is short or no plain number stays as it is stored', () => {
  expect(roundedNumber('0.00123456', 'mm')).toBe('0.00123');
  expect(roundedNumber('-0.98765', 'HU')).toBe('-0.988');
  for (const stored of ['58', '12.5', '1.2E-7', '0.000', ''])
    expect(roundedNumber(stored, 'mm')).toBe(stored);
});

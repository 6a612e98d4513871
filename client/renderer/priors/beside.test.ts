import { expect, it } from 'vitest';
import { besideAddress, besideOf } from './beside.ts';

it('the study beside is asked for in the address, and nothing but a UID is taken for one', () => {
  const { search } = new URL(besideAddress('1.2', '1.3'), 'http://strata.test');
  expect(besideOf(search)).toBe('1.3');
  for (const odd of ['', '?beside=', '?beside=a', `?beside=${'1'.repeat(65)}`])
    expect(besideOf(odd)).toBeNull();
});

// What the list of studies says beside the studies.
import { expect, it } from 'vitest';
import { report } from './studies.ts';

it('a list that comes from a standby says how old it is', () => {
  const nothing = { studies: [], total: 0, hasMore: false };
  expect(report({ ...nothing, ageMs: null })).toBe('No studies.');
  expect(report({ ...nothing, ageMs: 2300 })).toMatch(/^No studies\.\nAs of 2\.3 s ago: .*changing over/);
});

// The age of files while somebody sets the clock.
import { afterEach, expect, it, vi } from 'vitest';
import { datedBefore } from './file-age.ts';

afterEach(() => void vi.useRealTimers());

it('takes no file for older than it is when the clock is set forward or back', () => {
  const written = Date.now();
  expect(datedBefore(60_000)).toBeLessThan(written - 50_000);
  for (const jump of [3_600_000, -86_400_000]) {
    vi.useFakeTimers({ toFake: ['Date'], now: written + jump });
    expect(datedBefore(60_000)).toBeLessThan(written - 50_000);
  }
});

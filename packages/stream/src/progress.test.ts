import { expect, test } from 'vitest';
import { isStalled } from './progress.ts';

test('a request has stalled when nothing came, nothing better was sent and the server had credit for so long', () => {
  const still = { now: 10_000, own: 0, better: 0, blocked: 0, limit: 10_000 };
  expect(isStalled(still)).toBe(true);
  expect(isStalled({ ...still, own: 1 })).toBe(false);
  expect(isStalled({ ...still, better: 1 })).toBe(false);
  expect(isStalled({ ...still, blocked: 1 })).toBe(false);
});

import { expect, test } from 'vitest';
import { RateMeter } from './rate-meter.ts';

test('the rate is that of the last two seconds', () => {
  const meter = new RateMeter();
  expect(meter.take(1000, 0)).toBe(0);
  const steady = Array.from({ length: 20 }, (_, at) => meter.take(1000 + (at + 1) * 500, (at + 1) * 250));
  expect(steady.at(-1)).toBe(2000);
  const stopped = Array.from({ length: 12 }, (_, at) => meter.take(11_000, 5000 + (at + 1) * 250));
  expect(stopped.at(-1)).toBe(0);
});

test('a long silence is not averaged with what comes after it', () => {
  const meter = new RateMeter();
  meter.take(0, 0);
  expect(meter.take(5000, 60_000)).toBe(0);
  expect(meter.take(6000, 61_000)).toBe(1000);
});

import { expect, it } from 'vitest';
import { Pace, type PaceClock } from './pace.ts';

const { signal } = new AbortController();

function fakeClock(): PaceClock & { time: number } {
  const clock = {
    time: 0,
    now: () => clock.time,
    sleep: async (ms: number) => {
      clock.time += ms;
    },
  };
  return clock;
}

it('lets through so many bytes a second, whatever their sizes', async () => {
  const clock = fakeClock();
  const pace = new Pace(1000, clock);
  let bytes = 0;
  for (let at = 0; at < 200; at++) {
    const size = [10, 400, 3000][at % 3] ?? 0;
    await pace.take(size, signal);
    bytes += size;
  }
  expect(clock.time).toBeGreaterThan(bytes - 4000);
  expect(clock.time).toBeLessThanOrEqual(bytes);
});

it('does not let a long pause be made up for by a rush', async () => {
  const clock = fakeClock();
  const pace = new Pace(1000, clock);
  clock.time = 3_600_000;
  const began = clock.time;
  for (let at = 0; at < 10; at++) await pace.take(1000, signal);
  expect(clock.time - began).toBeGreaterThanOrEqual(8000);
});

it('stops waiting when it is told to stop', async () => {
  const stop = new AbortController();
  const pace = new Pace(1);
  await pace.take(1_000_000, stop.signal);
  const waiting = pace.take(1, stop.signal);
  stop.abort();
  await expect(waiting).rejects.toThrow();
});

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { LoadMeter } from './load-meter.ts';

it('is idle at the start, grows while the process works or clients do not take their answers, and falls again', async () => {
  let waiting = 0;
  const meter = new LoadMeter(() => waiting);
  expect(meter.read()).toBe(0);
  for (const until = performance.now() + 50; performance.now() < until; );
  await sleep(0);
  const busy = meter.read();
  expect(busy).toBeGreaterThan(0);
  waiting = 2 ** 40;
  const full = meter.read();
  expect(full).toBeGreaterThan(0.5);
  expect(full).toBeLessThanOrEqual(1);
  waiting = 0;
  await sleep(20);
  expect(meter.read()).toBeLessThan(full);
});

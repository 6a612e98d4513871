import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { CountedLog } from './counted-log.ts';

it('says the first at once, and the others in one line with their count', async () => {
  const lines: [object, string][] = [];
  const log = new CountedLog(
    { warn: (fields: object, message: string) => lines.push([fields, message]) },
    50,
  );
  for (let blob = 1; blob <= 1000; blob++) log.warn({ blob }, 'a copy is missing');
  log.warn({ blob: 7 }, 'a copy was not made');
  expect(lines).toEqual([
    [{ blob: 1 }, 'a copy is missing'],
    [{ blob: 7 }, 'a copy was not made'],
  ]);
  while (lines.length < 3) await sleep(5);
  await sleep(150);
  expect(lines.slice(2)).toEqual([
    [{ blob: 1000, more: 999 }, 'a copy is missing; since the last such line 999 more'],
  ]);
  log.warn({ blob: 1 }, 'a copy is missing');
  expect(lines).toHaveLength(4);
});

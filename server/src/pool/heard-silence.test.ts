// What this server believes of the others' silence, whatever becomes of the database's clock.
import type { ServerRecord } from '@strata/metadata/pool/model';
import { expect, it } from 'vitest';
import { heardSilence } from './heard-silence.ts';

const HOUR = 3_600_000;
const beat = { passedMs: 1_000, leaseMs: 5_000 };

const server = (silentMs: number, isAlive: boolean, more: Partial<ServerRecord> = {}): ServerRecord => ({
  ...{ id: 'a', name: 'a', site: 'main', wireUrl: '', endpoints: [], roles: ['image'], version: '0' },
  ...{ load: 0, disks: [], boot: 'first', state: 'in', isAlive, silentMs },
  ...more,
});

/** What is believed after one answer upon another, as silence and life. */
function believed(told: readonly ServerRecord[], passing: { passedMs: number; leaseMs: number } = beat) {
  let before: ServerRecord[] = [];
  for (const one of told) before = heardSilence([one], { ...passing, before });
  return before.map(({ silentMs, isAlive }) => ({ silentMs, isAlive }));
}

it('believes the database as long as silence grows no faster than time', () => {
  expect(believed([server(500, true), server(1_400, true)])).toEqual([{ silentMs: 1_400, isAlive: true }]);
  expect(believed([server(900, true), server(300, true)])).toEqual([{ silentMs: 300, isAlive: true }]);
  expect(believed([server(300, true), server(-20, true)])).toEqual([{ silentMs: 0, isAlive: true }]);
  expect(believed([server(HOUR, false)])).toEqual([{ silentMs: HOUR, isAlive: false }]);
});

it('lets who lived live on for as long as a lease when the clock is set forward or back, and no longer', () => {
  for (const told of [HOUR, -HOUR]) {
    const after = (answers: number) =>
      believed([server(0, true), ...Array.from({ length: answers }, () => server(told, false))]);
    expect(after(1)).toEqual([{ silentMs: 1_000, isAlive: true }]);
    expect(after(4)).toEqual([{ silentMs: 4_000, isAlive: true }]);
    expect(after(5)).toEqual([{ silentMs: 5_000, isAlive: false }]);
  }
});

it('counts on from what the silence of a dead server was, however the clock is set', () => {
  for (const told of [HOUR, -HOUR]) {
    expect(believed([server(60_000, false), server(told, false), server(told, false)])).toEqual([
      { silentMs: 62_000, isAlive: false },
    ]);
  }
});

it('does not count the time that the database was away', () => {
  const away = { passedMs: HOUR, leaseMs: 5_000 };
  expect(believed([server(0, true), server(HOUR, false)], away)).toEqual([
    { silentMs: 5_000, isAlive: false },
  ]);
});

it('knows that a server which was started anew was heard since', () => {
  expect(believed([server(60_000, false), server(HOUR, false, { boot: 'second' })])).toEqual([
    { silentMs: 1_000, isAlive: false },
  ]);
});

it('never revives a server that was declared out', () => {
  expect(believed([server(0, true), server(HOUR, false, { state: 'out' })])).toEqual([
    { silentMs: 1_000, isAlive: false },
  ]);
});

// A pool through months of deaths, returns, lost disks, drains and joins: seeded, on a virtual clock.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedPool } from './simulated-pool.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const rules = { replicas: 2, tiers: [], repairAfterMs: 15 * MINUTE };
const aged = { ...rules, tiers: [{ olderThanDays: 30, replicas: 1, archive: 1 }] };
const digests = Array.from({ length: 12 }, (_, at) => createHash('sha256').update(`${at}`).digest('hex'));

const anEvent = fc.record({
  what: fc.constantFrom('die', 'return', 'return', 'wipe', 'drain', 'undrain', 'put', 'put', 'wait'),
  server: fc.nat(4),
  disk: fc.nat(1),
  steps: fc.nat(12),
  after: fc.constantFrom(MINUTE, 10 * MINUTE, 60 * MINUTE),
});
type Event = typeof anEvent extends fc.Arbitrary<infer One> ? One : never;

function poolOf(poolRules: typeof aged): SimulatedPool {
  const pool = new SimulatedPool(poolRules);
  for (let at = 0; at < 5; at++) {
    pool.join(
      `s${at}`,
      at < 3 ? 'north' : 'south',
      at % 2 === 0 ? ['online', 'archive'] : ['online', 'online'],
    );
  }
  return pool;
}

/** Carries settlings out until nothing is left to do. */
function settleAll(pool: SimulatedPool): void {
  for (const digest of pool.blobs.keys()) {
    for (let steps = 0; pool.step(digest); steps++) {
      if (steps > 30) throw new Error(`the plan of ${digest} never ends`);
    }
  }
}

function happen(pool: SimulatedPool, event: Event): void {
  const id = `s${event.server}`;
  pool.now += event.after;
  if (event.what === 'die') pool.die(id);
  else if (event.what === 'return') pool.return(id);
  else if (event.what === 'wipe') pool.wipe(id, event.disk);
  else if (event.what === 'put') pool.put(digests[pool.blobs.size] ?? 'one too many'.padEnd(64, '0'));
  else if (event.what !== 'wait') pool.setDraining(id, event.what === 'drain');
}

/** Lets everybody be well again. */
function heal(pool: SimulatedPool): void {
  for (const id of pool.servers.keys()) {
    pool.return(id);
    pool.setDraining(id, false);
  }
}

const run = (holds: (events: readonly Event[]) => void) =>
  fc.assert(
    fc.property(fc.array(anEvent, { minLength: 5, maxLength: 60 }), (events) => holds(events)),
    { numRuns: 1000, seed: 11 },
  );

describe('a pool', () => {
  it('loses a blob only with the last disk that has it, and ends with all that is wanted', () => {
    for (const poolRules of [rules, aged]) {
      run((events) => {
        const pool = poolOf(poolRules);
        for (const event of events) {
          const before = new Map([...pool.blobs.keys()].map((digest) => [digest, pool.copies(digest)]));
          happen(pool, event);
          for (const [digest, copies] of before) {
            if (pool.copies(digest).length === 0) expect([[], [`s${event.server}`]]).toContainEqual(copies);
          }
          // Only some settlings get their turn before the next thing happens.
          for (const digest of [...pool.blobs.keys()].slice(0, event.steps)) pool.step(digest);
        }
        heal(pool);
        settleAll(pool);
        for (const digest of pool.blobs.keys()) {
          const copies = pool.copies(digest);
          if (copies.length > 0) expect(copies).toHaveLength(2);
        }
      });
    }
  });

  it('has all of a blob again after any one loss, before the next one comes', () => {
    run((events) => {
      const pool = poolOf(aged);
      for (const event of events.filter(({ what }) => what !== 'die')) {
        happen(pool, event);
        settleAll(pool);
      }
      for (const digest of pool.blobs.keys()) expect(pool.copies(digest).length).toBeGreaterThan(0);
    });
  });

  it('does nothing for servers that are away for a few minutes, and repairs once when they stay away', () => {
    const pool = poolOf({ ...rules, tiers: [] });
    for (const digest of digests) pool.put(digest);
    settleAll(pool);
    const { copies } = pool.moved;
    const held = digests.filter((digest) => pool.copies(digest).includes('s3')).length;
    expect(held).toBeGreaterThan(0);
    pool.die('s3');
    pool.now += 14 * MINUTE;
    settleAll(pool);
    expect(pool.moved.copies).toBe(copies);
    pool.now += 2 * MINUTE;
    settleAll(pool);
    expect(pool.moved.copies).toBe(copies + held);
    pool.return('s3');
    settleAll(pool);
    settleAll(pool);
    expect(pool.moved.copies).toBe(copies + held);
    for (const digest of digests) expect(pool.copies(digest)).toHaveLength(2);
  });

  it('moves what is old to one online and one archive disk, once', () => {
    const pool = poolOf(aged);
    for (const digest of digests) pool.put(digest);
    settleAll(pool);
    const { copies } = pool.moved;
    pool.now += 31 * DAY;
    settleAll(pool);
    for (const digest of digests) expect(pool.plan(digest)).toMatchObject({ wanted: 2, have: 2, wait: null });
    expect(pool.moved.copies).toBeLessThanOrEqual(copies + 2 * digests.length);
    const after = { ...pool.moved };
    settleAll(pool);
    expect(pool.moved).toEqual(after);
  });
});

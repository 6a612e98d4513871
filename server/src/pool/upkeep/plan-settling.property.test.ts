// Whatever the pool looks like: what is planned is safe, ends, and moves no more than it must.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSettling, type SettlingPlan } from './plan-settling.ts';
import type { BlobView, DiskView, HolderView, ServerView, UpkeepRules } from './pool-view.ts';
import { rankPlaces as rank } from './rank-places.ts';
import { ageInDays, copiesByRule } from './wanted-copies.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;

const oneDisk = fc.record({
  kind: fc.constantFrom('online' as const, 'online' as const, 'archive' as const),
  state: fc.constantFrom('in' as const, 'in' as const, 'in' as const, 'full' as const, 'lost' as const),
  free: fc.constantFrom(10_000, 10_000, 500),
});
const onePool = fc
  .array(
    fc.record({
      site: fc.constantFrom('north', 'south'),
      state: fc.constantFrom('in' as const, 'in' as const, 'in' as const, 'draining' as const),
      silentMs: fc.constantFrom(0, 0, 0, 5 * MINUTE, 60 * MINUTE),
      disks: fc.array(oneDisk, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((servers) =>
    servers.map(
      (server, at): ServerView => ({
        ...{ ...server, id: `s${at}`, isAlive: server.silentMs === 0 },
        disks: server.disks.map(
          (disk, number): DiskView => ({
            ...{ ...disk, id: `s${at}d${number}`, capacity: 20_000 },
          }),
        ),
      }),
    ),
  );
const rulesOf = fc.record({
  replicas: fc.integer({ min: 1, max: 3 }),
  tiers: fc.array(
    fc
      .record({
        olderThanDays: fc.constantFrom(10, 100),
        replicas: fc.integer({ min: 0, max: 2 }),
        archive: fc.integer({ min: 0, max: 2 }),
      })
      .filter(({ replicas, archive }) => replicas + archive > 0),
    { maxLength: 2 },
  ),
  repairAfterMs: fc.constant(15 * MINUTE),
});
const situation = fc.record({
  pool: onePool,
  rules: rulesOf,
  blob: fc.record({
    digest: fc.nat().map((seed) => createHash('sha256').update(String(seed)).digest('hex')),
    length: fc.constant(1000),
    createdAt: fc.constantFrom(NOW, NOW - 20 * 24 * 60 * MINUTE),
    studyDate: fc.constantFrom(null, '20251231', '20250101', 'no date'),
  }),
  picks: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
});

interface Situation {
  readonly pool: ServerView[];
  readonly rules: UpkeepRules;
  readonly blob: BlobView;
  readonly picks: readonly number[];
}

/** Holders on some of the servers, never on a lost disk: those rows are gone with the disk. */
function holdersOf({ pool, picks }: Situation): HolderView[] {
  return pool.flatMap((server, at) => {
    const pick = picks[at] ?? 0;
    const disks = server.disks.filter(({ state }) => state !== 'lost');
    if (pick % 2 === 0 || disks.length === 0) return [];
    return [{ server: server.id, disk: disks[pick % disks.length]?.id ?? null }];
  });
}

const plan = ({ blob, pool, rules }: Situation, holders: readonly HolderView[]): SettlingPlan =>
  planSettling(blob, holders, pool, rules, { now: NOW, rank });

function apply(holders: readonly HolderView[], { copyTo, remove }: SettlingPlan): HolderView[] {
  const copied = copyTo.map(({ server, disk }) => ({ server, disk }));
  const gone = new Set([...remove, ...copied.map(({ server }) => server)]);
  return [...holders.filter(({ server }) => !gone.has(server)), ...copied];
}

/** Applies plans until nothing is left to do. */
function settle(one: Situation, first: readonly HolderView[]) {
  let holders = first;
  const steps: SettlingPlan[] = [];
  for (;;) {
    const next = plan(one, holders);
    if (next.copyTo.length + next.remove.length === 0) return { holders, steps, last: next };
    steps.push(next);
    if (steps.length > 10) throw new Error('it never ends');
    holders = apply(holders, next);
  }
}

const always = (holds: (one: Situation) => void) =>
  fc.assert(
    fc.property(situation, (one) => holds(one)),
    { numRuns: 3000, seed: 5 },
  );
const aliveOnes = (pool: readonly ServerView[]) =>
  new Set(pool.filter((one) => one.isAlive).map(({ id }) => id));

describe('a plan', () => {
  it('never removes the last copy, nor one that is wanted: enough others that answer stay', () => {
    always((one) => {
      const first = holdersOf(one);
      for (const { remove, keep, wanted, copyTo } of [plan(one, first), ...settle(one, first).steps]) {
        if (remove.length === 0) continue;
        const alive = aliveOnes(one.pool);
        const staying = keep.filter((server) => alive.has(server) && !remove.includes(server));
        expect(staying.length).toBeGreaterThanOrEqual(Math.max(1, wanted));
        expect(copyTo).toEqual([]);
      }
    });
  });

  it('never puts two replicas on one server, nor any on a lost, full, small or foreign disk, a draining or dead server', () => {
    always((one) => {
      const { holders, steps } = settle(one, holdersOf(one));
      expect(new Set(holders.map(({ server }) => server)).size).toBe(holders.length);
      for (const target of steps.flatMap(({ copyTo }) => copyTo)) {
        const server = one.pool.find(({ id }) => id === target.server);
        const disk = server?.disks.find(({ id }) => id === target.disk);
        expect(server).toMatchObject({ state: 'in', isAlive: true });
        expect(disk).toMatchObject({ state: 'in', free: 10_000 });
      }
    });
  });

  it('ends, and then has all that is wanted or says what it waits for', () => {
    always((one) => {
      const { holders, last } = settle(one, holdersOf(one));
      if (last.wait === null) expect(last.have).toBe(last.wanted);
      if (last.wait === null && holders.length > last.have) {
        // What is left over lies on servers that are gone, and are asked when they return, or that drain.
        const here = one.pool.filter(({ isAlive, state }) => isAlive && state === 'in').map(({ id }) => id);
        const left = holders.filter(({ server }) => !last.keep.includes(server));
        for (const { server } of left) expect(here).not.toContain(server);
      }
    });
  });

  it('copies nothing and removes nothing where all is as wanted', () => {
    always((one) => {
      const { holders } = settle(one, holdersOf(one));
      expect(plan(one, holders)).toMatchObject({ copyTo: [], remove: [] });
    });
  });

  it('moves no more than it must: in one site, as many new copies as the kinds of disks lack', () => {
    always((mixed) => {
      const pool = mixed.pool.map((server) => ({
        ...{ ...server, site: 'one' },
        disks: server.disks.map((disk) => ({ ...disk, kind: 'online' as const })),
      }));
      const one = { ...mixed, pool };
      const first = holdersOf(one);
      const { steps, last } = settle(one, first);
      const copies = steps.flatMap(({ copyTo }) => copyTo).length;
      const counted = first.filter(({ server: id }) => {
        const server = pool.find((each) => each.id === id);
        return server?.state === 'in' && server.silentMs < 15 * MINUTE;
      });
      expect(copies).toBe(Math.max(0, last.have - counted.length));
    });
  });

  it('spreads over the sites that have a server for it', () => {
    always((mixed) => {
      const pool = mixed.pool.map((server) => ({
        ...{ ...server, state: 'in' as const, isAlive: true, silentMs: 0 },
        disks: server.disks.map((disk) => ({
          ...{ ...disk, kind: 'online' as const, state: 'in' as const, free: 10_000 },
        })),
      }));
      const one = { ...mixed, pool };
      const first = holdersOf(one);
      if (first.length === 0) return;
      const { last } = settle(one, first);
      const sites = new Set(pool.map(({ site }) => site)).size;
      const used = new Set(last.keep.map((id) => pool.find((each) => each.id === id)?.site));
      expect(used.size).toBe(Math.min(sites, last.wanted));
    });
  });

  it('gives a draining server up when as many others as the rules ask for have all of it, and not before', () => {
    always((mixed) => {
      const pool = mixed.pool.map((server) => ({ ...server, isAlive: true, silentMs: 0 }));
      const one = { ...mixed, pool };
      const first = holdersOf(one);
      const { holders, last } = settle(one, first);
      const draining = pool.filter(({ state }) => state === 'draining').map(({ id }) => id);
      const left = holders.filter(({ server }) => draining.includes(server)).length;
      const { online, archive } = copiesByRule(one.rules, ageInDays(one.blob, NOW));
      if (last.keep.length < online + archive) {
        expect(left).toBe(first.filter(({ server }) => draining.includes(server)).length);
      } else if (last.wait === null) {
        expect(left).toBe(0);
      }
    });
  });
});

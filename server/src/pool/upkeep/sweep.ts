// Looks through all blobs, a page at a time, and queues those that have not the replicas that they should have.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from '@strata/metadata/pool/pool';
import type { Composition } from './composition.ts';
import { planSettling } from './plan-settling.ts';
import type { ServerView, UpkeepRules } from './pool-view.ts';
import { rankPlaces } from './rank-places.ts';

/** Planning a page takes about 10 ms, in which nobody gets an image. */
const PAGE = 250;
/** Between two pages: the database has others to serve. */
const PAUSE_MS = 10;
const LEASE_MS = 60_000;
const LOOK_AGAIN_MS = 500;

export interface SweepParts {
  readonly self: string;
  readonly pool: Pick<Pool, 'takeSweep' | 'advanceSweep' | 'placedBlobs' | 'queueSettling'>;
  readonly servers: () => readonly ServerView[];
  readonly rules: UpkeepRules;
  readonly composition: Composition;
  /** Called when blobs were queued. */
  readonly queued: () => void;
}

/** Goes on with the look through all blobs until it is done, or another server is at it. */
export async function sweepBlobs(parts: SweepParts, signal: AbortSignal): Promise<void> {
  const { self, pool, servers, rules, composition, queued } = parts;
  const every = rules.tiers.length > 0 ? 'day' : 'week';
  while (!signal.aborted) {
    const view = servers();
    const { text, waitMs } = composition.look(view, rules);
    if (waitMs > 0) {
      await sleep(Math.min(waitMs, LOOK_AGAIN_MS), undefined, { signal, ref: false });
      continue;
    }
    const sweep = await pool.takeSweep(self, text, every, LEASE_MS);
    if (!sweep) return;
    const page = await pool.placedBlobs(sweep.after, PAGE);
    const copies: string[] = [];
    const surplus: string[] = [];
    let waiting = 0;
    for (const blob of page) {
      const plan = planSettling(blob, blob.holders, view, rules, { now: sweep.now, rank: rankPlaces });
      if (plan.copyTo.length > 0) copies.push(blob.digest);
      else if (plan.remove.length > 0) surplus.push(blob.digest);
      // Nothing can be done for it until the pool is another, and then it is looked at again.
      else if (plan.wait !== null) waiting += 1;
    }
    await pool.queueSettling(copies, 'too few copies');
    await pool.queueSettling(surplus, 'surplus copies');
    if (copies.length + surplus.length > 0) queued();
    await pool.advanceSweep(self, {
      after: page.length < PAGE ? null : (page.at(-1)?.digest ?? null),
      looked: page.length,
      queued: copies.length + surplus.length + waiting,
    });
    await sleep(PAUSE_MS, undefined, { signal, ref: false });
  }
}

// The clock of one server is set an hour forward and a day back while clients read and images come in: nobody notices.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Metadata } from '@strata/metadata/metadata';
import type { FrameRef } from '@strata/protocol/messages';
import { StrataClient } from '@strata/stream/client';
import { afterEach, expect, test } from 'vitest';
import type { PoolReport } from '../../server/src/http/pool-routes.ts';
import type { ListedServer } from '../../server/src/http/servers-routes.ts';
import { scroll } from '../bench/failover/scroll.ts';
import { framesOf } from '../bench/failover/study-frames.ts';
import { makeSeries } from '../bench/stream/made-series.ts';
import { Pool, type PoolServer, until } from '../support/pool.ts';
import { SettableClock } from '../support/settable-clock.ts';
import { temporaryFolder } from '../support/strata.ts';

const HOUR = 3600;
/** Forward, back by a day and an hour, and right again. */
const JUMPS = [HOUR, -24 * HOUR, 0];
/** Between two jumps: more than a lease, so that one that is not renewed is seen. */
const PAUSE_MS = 2500;
/** Servers that are silent for half an hour are given up: an hour forward would be enough. */
const SETTINGS = { repairAfter: HOUR / 2 };

/** The made series that is there before; those after it are sent. None is an original, whose UIDs a made one may have. */
const KEPT = 2;

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** A pool with images, whose chosen server goes by a clock of its own. */
async function poolWithClock(choose: (pool: Pool) => PoolServer) {
  const { folder, remove } = temporaryFolder('clock');
  cleanUp.push(remove);
  const clock = new SettableClock(folder);
  const pool = await Pool.start(3, () => SETTINGS);
  const chosen = choose(pool);
  // Its clock is put away only when nobody was killed.
  cleanUp.push(async () => {
    if (chosen !== pool.metadata) await chosen.stop();
    await pool.close();
  });
  await chosen.stop();
  await chosen.start(clock.environment);
  await pool.untilAlive();
  const kept = makeSeries(path.join(folder, 'kept'), 1, KEPT)[0]?.instances.slice(0, 20) ?? [];
  const ran = await pool.server(0).run('import', ...kept.map(({ file }) => file));
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  await settled(pool);
  return { pool, clock, frames: await framesOf(pool.streams), folder };
}

async function reportOf(pool: Pool): Promise<PoolReport> {
  return (await (await fetch(`${pool.server(0).url}/admin/pool`)).json()) as PoolReport;
}

const settled = (pool: Pool) =>
  until(async () => {
    const { overview, sweep } = await reportOf(pool);
    return overview.settlings.length === 0 && sweep?.doneAt != null;
  });

/** Reads frames, and sends images to all gateways in turn, while the clock jumps. @returns what failed */
async function useWhile(pool: Pool, frames: readonly FrameRef[], folder: string, jump: () => Promise<void>) {
  const client = new StrataClient({ servers: pool.streams, cacheBytes: 0 });
  let isOver = false;
  const jumping = jump().finally(() => {
    isOver = true;
  });
  const refused: string[] = [];
  let stored = 0;
  const sending = (async () => {
    for (let at = KEPT + 1; !isOver; at++) {
      for (const { file } of makeSeries(path.join(folder, 'sent'), 1, at)[0]?.instances ?? []) {
        if (isOver) return;
        const answer = await fetch(`${pool.server(stored % 3).url}/gateway/instances`, {
          ...{ method: 'POST', headers: { 'content-type': 'application/dicom' }, body: readFileSync(file) },
        });
        const said = await answer.text();
        if (JSON.parse(said).outcome === 'stored') stored++;
        else refused.push(said);
        await sleep(20);
      }
    }
  })();
  const { latencies, failures } = await scroll(client, frames, {
    ...{ perSecond: 20, seconds: 600, until: () => isOver },
  });
  await Promise.all([jumping, sending]);
  client.close();
  return { came: latencies.length, stored, failures: [...failures, ...refused] };
}

/** What upkeep has done since the servers started. */
async function upkeepOf(pool: Pool) {
  const states = (await reportOf(pool)).servers.flatMap(({ upkeep }) => upkeep ?? []);
  const sum = (of: (state: (typeof states)[number]) => number) =>
    states.reduce((total, state) => total + of(state), 0);
  return {
    servers: states.length,
    copied: sum(({ settling }) => settling.copied),
    removed: sum(({ settling }) => settling.removed),
    found: sum(({ findings }) => findings.total),
  };
}

/** Waits until all leases hold in the eyes of all. */
async function leasesHold(pool: Pool): Promise<void> {
  for (const { url } of pool.servers) {
    await until(async () => {
      const list = (await (await fetch(`${url}/admin/servers`)).json()) as ListedServer[];
      return (await fetch(`${url}/ready`)).ok && list.every(({ isAlive }) => isAlive);
    });
  }
}

/** Seconds that the clock of the chosen server is before ours, as it says itself. */
type ClockOf = (chosen: PoolServer) => Promise<number>;

const webClock: ClockOf = async ({ url }) =>
  (Date.parse((await fetch(url)).headers.get('date') ?? '') - Date.now()) / 1000;

const databaseClock: ClockOf = async ({ folder }) => {
  const metadata = await Metadata.open(readFileSync(path.join(folder, 'metadata-url'), 'utf8').trim());
  return ((await metadata.pool.clock().finally(() => metadata.close())) - Date.now()) / 1000;
};

async function staysWell(choose: (pool: Pool) => PoolServer, clockOf: ClockOf): Promise<void> {
  const { pool, clock, frames, folder } = await poolWithClock(choose);
  const before = await upkeepOf(pool);
  const { came, stored, failures } = await useWhile(pool, frames, folder, async () => {
    for (const seconds of JUMPS) {
      await sleep(PAUSE_MS);
      clock.set(seconds);
      await leasesHold(pool);
      await sleep(PAUSE_MS);
      const told = await clockOf(choose(pool));
      expect(Math.abs(told - seconds), `the clock is ${told} s before ours`).toBeLessThan(60);
    }
  });
  expect(failures).toEqual([]);
  expect(came).toBeGreaterThan(frames.length);
  expect(stored).toBeGreaterThan(30);
  await settled(pool);
  expect(await upkeepOf(pool)).toEqual(before);
  const { overview } = await reportOf(pool);
  expect(overview.copies.map(({ replicas }) => replicas)).toEqual([2]);
  const verified = await pool.server(0).run('verify', '--json');
  expect(verified.code, verified.stdout + verified.stderr).toBe(0);
}

test(
  'a server whose clock is set an hour forward and a day back goes on as before',
  () => staysWell((pool) => pool.server(1), webClock),
  180_000,
);

test(
  'all servers go on as before when the clock of the database is set an hour forward and a day back',
  () => staysWell((pool) => pool.metadata, databaseClock),
  180_000,
);

// Clients scroll through a series from three real servers that are killed, hang and start again: nobody notices.
import type { FrameRef } from '@strata/protocol/messages';
import { StrataClient } from '@strata/stream/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { killDuringIngest } from '../bench/failover/ingest-kills.ts';
import { rollingRestart } from '../bench/failover/rolling.ts';
import { scroll } from '../bench/failover/scroll.ts';
import { framesOf } from '../bench/failover/study-frames.ts';
import { makeSeries } from '../bench/stream/made-series.ts';
import { dataFiles } from '../support/data.ts';
import { Pool, type PoolServer } from '../support/pool.ts';
import { temporaryFolder } from '../support/strata.ts';

const IMAGES = 30;

let pool: Pool;
let frames: FrameRef[];

beforeAll(async () => {
  pool = await Pool.start(3);
  const ran = await pool.server(0).run('import', ...dataFiles('series/mr-t1').slice(0, IMAGES));
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  frames = await framesOf(pool.streams);
});
beforeEach(() => pool.untilAlive());
afterAll(() => pool?.close());

/** Scrolls while each server in turn is disturbed. @returns what failed, and how many frames came */
async function scrollWhile(disturb: (server: PoolServer) => Promise<void>) {
  const client = new StrataClient({ servers: pool.streams, cacheBytes: 0 });
  let isOver = false;
  const disturbing = (async () => {
    for (const server of pool.servers) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await disturb(server);
    }
  })().finally(() => {
    isOver = true;
  });
  const { latencies, failures } = await scroll(client, frames, {
    ...{ perSecond: 20, seconds: 600 },
    until: () => isOver,
  });
  await disturbing;
  client.close();
  return { came: latencies.length, failures };
}

test('every frame comes while one server after the other is killed and started again', async () => {
  const { came, failures } = await scrollWhile(async (server) => {
    await server.kill();
    await server.start();
  });
  expect(failures).toEqual([]);
  expect(came).toBeGreaterThan(IMAGES);
});

test('every frame comes while one server after the other hangs', async () => {
  const { failures } = await scrollWhile(async (server) => {
    server.freeze();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    server.thaw();
  });
  expect(failures).toEqual([]);
});

test('every frame comes while the metadata service is away', async () => {
  await pool.metadata.kill();
  const { failures } = await scrollWhile(async () => {});
  await pool.metadata.start();
  expect(failures).toEqual([]);
});

test('a rolling restart of all servers under load from many clients fails nothing', async () => {
  const { calm, restarting, code, said } = await rollingRestart(pool, frames, {
    ...{ clients: 20, perSecond: 2, seconds: 1 },
  });
  expect(code, said).toBe(0);
  expect([...calm.failures, ...restarting.failures]).toEqual([]);
  expect(restarting.latencies.length).toBeGreaterThan(20);
});

test('what was acknowledged while processes were killed at random is there, whole, and nothing else', async () => {
  const { folder, remove } = temporaryFolder('sent');
  try {
    const files = makeSeries(folder, 1).flatMap(({ instances }) => instances.map(({ file }) => file));
    const groups = Array.from({ length: 3 }, (_, at) => files.slice(at * 9, at * 9 + 9));
    const { lost, verified, acknowledged } = await killDuringIngest(pool, groups, Math.random);
    expect(lost).toEqual([]);
    expect(verified).toEqual({ code: 0, said: '' });
    expect(acknowledged).toBeGreaterThan(0);
  } finally {
    remove();
  }
}, 240_000);

// A cluster in which the clock of the primary's PostgreSQL is set.
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeSeries } from '../bench/stream/made-series.ts';
import { missingForCluster } from '../support/cluster/missing.ts';
import { Sender } from '../support/cluster/sender.ts';
import { ClusterServers } from '../support/cluster/servers.ts';
import { startCluster } from '../support/cluster/start-cluster.ts';
import { SettableClock } from '../support/settable-clock.ts';
import { temporaryFolder } from '../support/strata.ts';

// Failovers take as long as they take; on a busy machine longer.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

test.skipIf(missingForCluster())(
  'a metadata cluster goes on when the clock of its primary is set an hour forward and a day back',
  async () => {
    const { folder, remove } = temporaryFolder('cluster-clock');
    onTestFinished(remove);
    chmodSync(folder, 0o755); // PostgreSQL runs as another user
    const clocks = [0, 1, 2].map((at) => {
      const own = path.join(folder, `clock-${at}`);
      mkdirSync(own);
      return new SettableClock(own);
    });
    const cluster = await startCluster({
      environment: (at) => {
        const { NODE_OPTIONS: _, ...environment } = clocks[at]?.environment ?? {};
        return environment;
      },
    });
    onTestFinished(() => cluster.close());
    const servers = await ClusterServers.start(cluster.url, 2);
    onTestFinished(() => servers.close());
    const primary = await cluster.primary();
    if (!primary) throw new Error('nobody is primary');

    const images = makeSeries(path.join(folder, 'sent'), 6).flatMap(({ instances }) => instances);
    const sender = new Sender(
      servers,
      images.map(({ file }) => file),
      { pauseMs: 100 },
    );
    await sender.untilStored();
    for (const seconds of [3600, -86_400, 0]) {
      clocks[cluster.nodes.indexOf(primary)]?.set(seconds);
      await sleep(3000);
      const question = 'select extract(epoch from clock_timestamp())::float8 as now';
      const [told] = await cluster.sql(primary, question);
      expect(Math.abs(Number(told?.now) - Date.now() / 1000 - seconds)).toBeLessThan(60);
      await sender.untilStored();
    }
    await cluster.untilWell();
    await sender.stop();
    expect(sender.refused).toEqual([]);
    expect(await sender.lost()).toEqual([]);
  },
);

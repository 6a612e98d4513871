// A cluster whose primary has no room left.
import { statfsSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeSeries } from '../bench/stream/made-series.ts';
import type { ClusterNode } from '../support/cluster/cluster-node.ts';
import { missingForCluster } from '../support/cluster/missing.ts';
import { Sender } from '../support/cluster/sender.ts';
import { ClusterServers } from '../support/cluster/servers.ts';
import { type Cluster, type ClusterOptions, startCluster } from '../support/cluster/start-cluster.ts';
import { temporaryFolder } from '../support/strata.ts';

// Failovers take as long as they take; on a busy machine longer.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const missing = missingForCluster();

describe.skipIf(missing)('a metadata cluster', () => {
  let place: ReturnType<typeof temporaryFolder>;
  let cluster: Cluster | undefined;
  let servers: ClusterServers | undefined;
  beforeEach(() => {
    place = temporaryFolder('cluster-fault');
  });
  afterEach(async () => {
    await servers?.close();
    await cluster?.close();
    place.remove();
  });

  async function start(options: ClusterOptions) {
    cluster = await startCluster(options);
    servers = await ClusterServers.start(cluster.url, 2);
    const primary = await cluster.primary();
    if (!primary) throw new Error('nobody is primary');
    return { cluster, servers, primary };
  }

  function* images(): Generator<string> {
    for (let variant = 0; ; variant++) {
      const made = makeSeries(path.join(place.folder, 'sent'), 1, variant);
      for (const { file } of made.flatMap(({ instances }) => instances)) yield file;
    }
  }

  /** Takes all room on the disk of a node's PostgreSQL. @returns the file that takes it */
  function fillDisk(node: ClusterNode): string {
    const disk = path.join(node.folder, 'disk');
    const file = path.join(disk, 'filler');
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(file, Buffer.alloc(bavail * bsize));
    return file;
  }

  test.skipIf(process.getuid?.() !== 0)(
    'goes on with a standby when the disk of its primary is full, and loses nothing acknowledged',
    async () => {
      const running = await start({ diskSize: '600m' });
      const sender = new Sender(running.servers, images());
      await sender.untilStored();
      const filler = fillDisk(running.primary);
      // A few images still fit into files that PostgreSQL has; then its log needs a new one, and it stops.
      await running.cluster.sql(running.primary, 'select pg_switch_wal()').catch(() => undefined);
      await running.cluster.until('another node is primary', async () => {
        const next = await running.cluster.primary();
        return next !== null && next !== running.primary;
      });
      await sender.untilStored();
      truncateSync(filler, 0);
      await running.cluster.untilWell();
      await sender.untilStored();
      await sender.stop();
      expect(await sender.lost()).toEqual([]);
    },
  );
});

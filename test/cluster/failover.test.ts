// What a cluster is for: its primary is killed, replaced, or cut off while images come in and are looked at.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StrataClient } from '@strata/stream/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { scroll } from '../bench/failover/scroll.ts';
import { framesOf } from '../bench/failover/study-frames.ts';
import { makeSeries } from '../bench/stream/made-series.ts';
import type { ClusterNode } from '../support/cluster/cluster-node.ts';
import { missingForCluster } from '../support/cluster/missing.ts';
import { Sender } from '../support/cluster/sender.ts';
import { ClusterServers } from '../support/cluster/servers.ts';
import { type Cluster, startCluster } from '../support/cluster/start-cluster.ts';
import { Writer } from '../support/cluster/writer.ts';
import { temporaryFolder } from '../support/strata.ts';

// Failovers take as long as they take; on a busy machine longer.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const missing = missingForCluster();
if (missing) console.log(missing);

describe.skipIf(missing)('a metadata cluster under three servers', () => {
  const place = temporaryFolder('failover');
  let cluster: Cluster;
  let servers: ClusterServers;
  let variants = 0;

  beforeAll(async () => {
    cluster = await startCluster();
    servers = await ClusterServers.start(cluster.url, 3);
    const [shown] = makeSeries(path.join(place.folder, 'shown'), 1, variants++);
    const files = shown?.instances.slice(0, 20).map(({ file }) => file) ?? [];
    const ran = await servers.server(0).run('import', ...files);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  });
  afterAll(async () => {
    await servers?.close();
    await cluster?.close();
    place.remove();
  });

  function* images(): Generator<string> {
    for (;;) {
      const made = makeSeries(path.join(place.folder, 'sent'), 1, variants++);
      for (const { file } of made.flatMap(({ instances }) => instances)) yield file;
    }
  }

  async function primary(): Promise<ClusterNode> {
    const node = await cluster.primary();
    if (!node) throw new Error('nobody is primary');
    return node;
  }

  /** Sends and looks at images while something is done, until images are stored again after it. */
  async function used(done: () => Promise<void>) {
    const frames = await framesOf(servers.streams);
    const client = new StrataClient({ servers: servers.streams, cacheBytes: 0 });
    const sender = new Sender(servers, images());
    let isOver = false;
    const scrolling = scroll(client, frames, { perSecond: 10, seconds: 120, until: () => isOver });
    try {
      await sender.untilStored();
      await sleep(500);
      await done();
      await sender.untilStored();
      await sleep(500);
    } finally {
      isOver = true;
      await sender.stop();
    }
    const { latencies, failures } = await scrolling;
    client.close();
    return { sender, shown: latencies.length, failures };
  }

  /** Waits until a node other than this one is primary. */
  const untilReplaced = (node: ClusterNode) =>
    cluster.until('another node is primary', async () => {
      const next = await cluster.primary();
      return next !== null && next !== node;
    });

  test('loses nothing and shows everything when its primary is killed in the middle of commits', async () => {
    const first = await primary();
    const standby = await cluster.synchronousStandby();
    const { sender, shown, failures } = await used(async () => {
      await first.kill9();
      await untilReplaced(first);
    });
    expect(await primary()).toBe(standby);
    expect(failures).toEqual([]);
    expect(shown).toBeGreaterThan(50);
    first.start();
    await cluster.untilWell();
    expect(sender.refused).toEqual([]);
    expect(await sender.lost()).toEqual([]);
  });

  test('refuses nothing while its primary hands over', async () => {
    const first = await primary();
    const { sender, failures } = await used(async () => {
      await cluster.switchover();
    });
    expect(await primary()).not.toBe(first);
    expect(failures).toEqual([]);
    expect(sender.refused).toEqual([]);
    expect(await sender.lost()).toEqual([]);
    await cluster.untilWell();
  });

  test('does not let a standby take over that lacks acknowledged commits', async () => {
    const first = await primary();
    const synchronous = await cluster.synchronousStandby();
    const late = cluster.nodes.find((node) => node !== first && node !== synchronous);
    if (!late) throw new Error('there is no third node');
    late.freeze();
    const sender = new Sender(servers, images());
    await sender.untilStored();
    await sleep(1000);
    const killed = first.kill9();
    late.thaw();
    await killed;
    await untilReplaced(first);
    expect(await primary()).toBe(synchronous);
    await sender.untilStored();
    await sender.stop();
    first.start();
    await cluster.untilWell();
    expect(await sender.lost()).toEqual([]);
  });

  test('says how old a worklist is that comes from a standby far behind, which then takes over with all commits', async () => {
    const first = await primary();
    const standbys = cluster.nodes.filter((node) => node !== first);
    await cluster.sql(first, 'create table lag_test (word text)', 'strata');
    await cluster.sql(first, 'grant all on lag_test to strata', 'strata');
    // A pause of the replay would be ended by Patroni; a change of a table that is being read waits for its readers.
    await sleep(500);
    const readers = standbys.map((node) => cluster.clientBeside(node));
    for (const reader of readers) {
      await reader.connect();
      await reader.query('begin');
      await reader.query('select * from lag_test');
    }
    await cluster.sql(first, 'alter table lag_test add more text', 'strata');
    const sender = new Sender(servers, images());
    await sender.untilStored();
    await sleep(2000);
    await sender.stop();
    const client = new StrataClient({ servers: servers.streams, cacheBytes: 0 });
    await first.kill9();
    let age: number | undefined;
    while (age === undefined && (await cluster.primary()) === null) {
      age = (await client.worklist({ limit: 5 })).ageMs;
    }
    expect(age).toBeGreaterThan(1000);
    client.close();
    for (const reader of readers) await reader.end();
    await untilReplaced(first);
    first.start();
    await cluster.untilWell();
    expect(await sender.lost()).toEqual([]);
  });

  test('goes on without one member of etcd; without most of them stores nothing, shows what there is, and comes back', async () => {
    const [one, two] = cluster.nodes as [ClusterNode, ClusterNode];
    await one.killEtcd();
    const { sender, failures } = await used(() => sleep(3000));
    expect(failures).toEqual([]);
    expect(await sender.lost()).toEqual([]);

    const frames = await framesOf(servers.streams);
    const client = new StrataClient({ servers: servers.streams, cacheBytes: 0 });
    await two.killEtcd();
    await cluster.until('nobody is primary', async () => (await cluster.primaries()).length === 0);
    const { studies, ageMs } = await client.worklist({ limit: 10 });
    expect(studies.length).toBeGreaterThan(0);
    expect(ageMs).toBeGreaterThanOrEqual(0);
    const found = await fetch(`${servers.servers[0]?.url}/dicom-web/studies`);
    expect(found.headers.get('warning')).toContain('the metadata service is changing over');
    const shown = await scroll(client, frames, { perSecond: 10, seconds: 2 });
    expect(shown.failures).toEqual([]);
    client.close();
    for (const node of [one, two]) node.startEtcd();
    const later = new Sender(servers, images());
    await later.untilStored();
    await later.stop();
    await cluster.untilWell();
    expect([...(await sender.lost()), ...(await later.lost())]).toEqual([]);
  });

  test('acknowledges commits on one side only when the cable of its primary is pulled, and keeps all of them', async ({
    skip,
  }) => {
    if (!cluster.canCut) skip('network namespaces cannot be made here: they need root');
    const first = await primary();
    await cluster.sql(first, 'create table cut_test (word text)', 'strata');
    await cluster.sql(first, 'grant all on cut_test to strata', 'strata');
    const beside = new Writer(cluster, first);
    await beside.untilAcknowledged();
    const acknowledged: string[] = [];
    const { sender, failures } = await used(async () => {
      cluster.cut(first);
      beside.mark();
      const others = async () => (await cluster.primaries()).filter((node) => node !== first);
      await cluster.until('another node is primary', async () => (await others()).length === 1);
      const other = new Writer(cluster, (await others())[0] as ClusterNode);
      await other.untilAcknowledged();
      // Until the one that was cut off has stepped down by itself.
      await cluster.until('one primary', async () => !(await cluster.primaries()).includes(first));
      await other.stop();
      acknowledged.push(...other.acknowledged);
    });
    await beside.stop();
    acknowledged.push(...beside.acknowledged);
    // What had reached the standby just before the cable was pulled is acknowledged in that moment; nothing after.
    expect(beside.lateAfterMark).toEqual([]);
    cluster.heal(first);
    await cluster.untilWell();
    const rows = await cluster.sql(await primary(), 'select word from cut_test', 'strata');
    const kept = new Set(rows.map(({ word }) => word));
    expect(acknowledged.filter((word) => !kept.has(word))).toEqual([]);
    expect(failures).toEqual([]);
    expect(await sender.lost()).toEqual([]);
  });
});

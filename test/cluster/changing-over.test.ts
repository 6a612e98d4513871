// Two servers while their metadata cluster changes over: what is shown goes on, what is sent waits, nobody is taken for dead.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Metadata } from '@strata/metadata/metadata';
import { StrataClient } from '@strata/stream/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ListedServer } from '../../server/src/http/servers-routes.ts';
import { makeSeries } from '../bench/stream/made-series.ts';
import { missingForCluster } from '../support/cluster/missing.ts';
import { ClusterServers } from '../support/cluster/servers.ts';
import { type Cluster, startCluster } from '../support/cluster/start-cluster.ts';
import { until } from '../support/pool.ts';
import { temporaryFolder } from '../support/strata.ts';

const missing = missingForCluster();
if (missing) console.log(missing);

/** Longer than a change over takes, short enough to be waited for. */
const PATIENCE_S = 15;

describe.skipIf(missing)('servers whose metadata cluster changes over', () => {
  const place = temporaryFolder('changing-over');
  let cluster: Cluster;
  let servers: ClusterServers;
  let files: string[];

  beforeAll(async () => {
    cluster = await startCluster();
    servers = await ClusterServers.start(cluster.url, 2, { metadata: { patience: PATIENCE_S } });
    files = [0, 1, 2].flatMap((variant) =>
      makeSeries(path.join(place.folder, String(variant)), 1, variant).flatMap(({ instances }) =>
        instances.slice(0, 3).map(({ file }) => file),
      ),
    );
    for (const file of files.slice(0, 6)) expect(await store(file)).toBe(200);
  });
  afterAll(async () => {
    await servers?.close();
    await cluster?.close();
    place.remove();
  });

  async function store(file: string): Promise<number> {
    const response = await fetch(`${servers.server(0).url}/gateway/instances`, {
      method: 'POST',
      headers: { 'content-type': 'application/dicom' },
      body: readFileSync(file),
    });
    await response.body?.cancel();
    return response.status;
  }

  const areReady = async () =>
    (await Promise.all(servers.servers.map(({ url }) => fetch(`${url}/ready`)))).every(({ ok }) => ok);

  async function listed(): Promise<ListedServer[]> {
    return (await fetch(`${servers.server(1).url}/admin/servers`)).json() as Promise<ListedServer[]>;
  }

  /** What a viewer without any memory does, again and again until something is over. */
  async function viewUntil(over: Promise<unknown>) {
    let isOver = false;
    void over.finally(() => {
      isOver = true;
    });
    const seen = { pages: 0, old: 0, oldestMs: 0, slowestMs: 0, notReady: 0, dead: 0 };
    while (!isOver) {
      const client = new StrataClient({ servers: servers.streams, cacheBytes: 0 });
      const began = performance.now();
      const page = await client.worklist({ limit: 10 });
      const study = page.studies[seen.pages++ % page.studies.length];
      const manifest = await client.study(study?.studyUid ?? '');
      expect(manifest.series.length).toBeGreaterThan(0);
      seen.slowestMs = Math.max(seen.slowestMs, performance.now() - began);
      if (page.ageMs !== undefined) seen.old++;
      seen.oldestMs = Math.max(seen.oldestMs, page.ageMs ?? 0);
      if (!(await areReady())) seen.notReady++;
      if ((await listed()).some(({ isAlive }) => !isAlive)) seen.dead++;
      client.close();
      await sleep(100);
    }
    return seen;
  }

  test('show, open and list, say how old the list is, let senders wait, and take nobody for dead', async () => {
    const first = await cluster.primary();
    await first?.kill9();
    const stored = store(files[6] ?? '');
    const seen = await viewUntil(stored);
    expect(await stored).toBe(200);
    expect(seen.old).toBeGreaterThan(0);
    expect(seen.oldestMs).toBeLessThan(30_000);
    expect([seen.notReady, seen.dead]).toEqual([0, 0]);
    await sleep(1500); // all have been heard once more
    expect((await listed()).map(({ isAlive }) => isAlive)).toEqual([true, true]);
    const [work] = await cluster.sql(
      (await cluster.primary()) ?? cluster.node(0),
      'select count(*)::int as blobs from settlings',
      'strata',
    );
    expect(work).toEqual({ blobs: 0 });
    first?.start();
    await cluster.untilWell();
  });

  test('refuse what waited too long, so that it is sent again, and go on by themselves', async () => {
    const [one, two] = cluster.nodes;
    await Promise.all([one?.killEtcd(), two?.killEtcd()]);
    await cluster.until('nobody is primary', async () => (await cluster.primaries()).length === 0);
    const began = performance.now();
    const refused = store(files[7] ?? '');
    const seen = await viewUntil(refused);
    expect(await refused).toBe(503);
    expect(seen.old).toBe(seen.pages);
    expect(performance.now() - began).toBeGreaterThan(PATIENCE_S * 1000 - 500);
    one?.startEtcd();
    two?.startEtcd();
    await until(async () => (await store(files[7] ?? '')) === 200);
    await until(areReady);
  });

  test('ask it over TLS, and trust nobody else', async () => {
    await cluster.untilWell();
    const metadata = await Metadata.open(cluster.tlsUrl);
    expect((await metadata.worklist({ limit: 10 })).studies.length).toBeGreaterThan(0);
    await metadata.close();
    const untrusted = cluster.tlsUrl.replace(/&sslrootcert=.*/, '');
    await expect(Metadata.open(untrusted)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/127\.0\.0\.1:\d+ refuses us/),
    });
  });
});

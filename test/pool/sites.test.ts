// Two sites over a line of 5 Mbit/s: each is served by its own server, and by the other one when that dies.
import type { FrameRef } from '@strata/protocol/messages';
import { StrataClient } from '@strata/stream/client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { framesOf } from '../bench/failover/study-frames.ts';
import { SITES, TwoSites } from '../bench/failover/two-sites.ts';
import { dataFiles } from '../support/data.ts';
import { until } from '../support/pool.ts';

const IMAGES = 12;

let sites: TwoSites;
let frames: FrameRef[];
const clients: StrataClient[] = [];

beforeAll(async () => {
  sites = await TwoSites.start(5e6, 40);
  const ran = await sites.server(0).run('import', ...dataFiles('series/mr-t1').slice(0, IMAGES));
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  frames = await framesOf([sites.server(0).stream]);
}, 240_000);
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => sites?.close());

function clientAt(site: number): StrataClient {
  const client = new StrataClient({
    ...{ servers: sites.addressesAt(site), site: SITES[site] as string, cacheBytes: 0 },
    webSocket: sites.socketsAt(site),
  });
  clients.push(client);
  return client;
}

test('images taken in at one site can be read at the other', async () => {
  const ran = await sites.server(1).run('import', ...dataFiles('series/ct-ge').slice(0, 4));
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  const client = clientAt(0);
  const { studies } = await client.worklist({ limit: 10 });
  const ct = studies.find(({ modalities }) => modalities.includes('CT'));
  const manifest = await client.study(ct?.studyUid ?? '');
  const [series] = manifest.series;
  const { levels } = await client.get({ target: { series: series?.uid ?? '' } }, () => {});
  expect(levels).toBe(series?.instances.reduce((sum, { levels: each }) => sum + each, 0));
});

test.each([0, 1])('a client of site %i uses its own server', async (site) => {
  const client = clientAt(site);
  // Until it has met the servers it may ask any.
  await client.get({ target: { frames: frames.slice(0, 1) } }, () => {});
  const before = sites.link.bytes;
  const { bytes } = await client.get({ target: { frames } }, () => {});
  expect(bytes).toBeGreaterThan(100_000);
  expect(sites.link.bytes - before).toBeLessThan(bytes / 10);
});

test('the server of the other site takes over when the own one dies, and hands back', async () => {
  const client = clientAt(0);
  await client.get({ target: { frames: frames.slice(0, 2) } }, () => {});
  await sites.server(0).kill();
  const before = sites.link.bytes;
  const { bytes } = await client.get({ target: { frames } }, () => {});
  expect(sites.link.bytes - before).toBeGreaterThan(bytes);
  await sites.server(0).start();
  await sites.pool.untilAlive();
  await until(async () => {
    const [crossed, got] = [sites.link.bytes, await client.get({ target: { frames } }, () => {})];
    return sites.link.bytes - crossed < got.bytes / 10;
  });
}, 120_000);

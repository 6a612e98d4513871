import { crc32c } from '@strata/codec/crc32c';
import { StrataClient } from '@strata/stream/client';
import { decodeFrame } from '@strata/stream/frame-loader';
import type { Segment, StrataClientOptions } from '@strata/stream/types';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { dataFiles } from '../support/data.ts';
import {
  type Archive,
  addFiles,
  ImageServer,
  type KnownFrame,
  openArchive,
  testCodec,
} from '../support/image-server.ts';

let archive: Archive;
let server: ImageServer;
let slices: KnownFrame[];

beforeAll(async () => {
  archive = await openArchive();
  slices = await addFiles(archive, dataFiles('series/ct-philips').slice(1, 11));
  await addFiles(archive, dataFiles('series/mr-t1').slice(0, 4));
  server = await ImageServer.start(archive);
});

afterAll(async () => {
  await server?.kill();
  await archive?.close();
});

function connect(options: Partial<StrataClientOptions> = {}): StrataClient {
  const client = new StrataClient({ servers: [server.url], ...options });
  onTestFinished(() => client.close());
  return client;
}

const key = ({ blob, frame, level }: Segment) => `${blob}/${frame}/${level}`;

test('the worklist shows the studies, and filters them at the server', async () => {
  const client = connect();
  const all = await client.worklist({ limit: 10 });
  expect(all.total).toBe(2);
  const ct = await client.worklist({ limit: 10, modality: ['CT'] });
  expect(ct.studies.map((study) => study.studyUid)).toEqual([slices[0]?.study]);
  expect(ct.studies[0]?.instanceCount).toBe(10);
});

test('a manifest names every frame with its levels, by study, series or instance UID', async () => {
  const client = connect();
  const { study = '', series = '' } = slices[0] ?? {};
  const progress: number[] = [];
  const manifest = await client.study(study, { onProgress: ({ instances }) => progress.push(instances) });
  const instances = manifest.series.flatMap((each) => each.instances);
  expect(progress.at(-1)).toBe(10);
  expect(new Set(instances.map((instance) => instance.blob))).toEqual(
    new Set(slices.map((slice) => slice.blob)),
  );
  for (const instance of instances) {
    expect(instance.format).toEqual(slices[0]?.format);
    expect(instance.frameSegments.map(({ lengths }) => lengths.length)).toEqual([instance.levels]);
  }
  expect(await client.study(series)).toEqual(manifest);
  expect(await client.study(instances[3]?.uid ?? '')).toEqual(manifest);
});

test('every level of a series comes once, verified, in order for each frame, and decodes to the source pixels', async () => {
  const client = connect();
  const segments = new Map<string, Segment[]>();
  const order: number[] = [];
  const { series = '' } = slices[0] ?? {};
  const result = await client.get({ target: { series } }, (segment) => {
    expect(crc32c(segment.bytes)).toBe(segment.crc32c);
    order.push(segment.level);
    segments.set(segment.blob, [...(segments.get(segment.blob) ?? []), segment]);
  });
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(result.levels).toBe(order.length);
  const codec = await testCodec();
  for (const slice of slices) {
    const own = segments.get(slice.blob) ?? [];
    expect(own.map((segment) => segment.level)).toEqual(own.map((_, level) => level));
    const decoded = await decodeFrame(codec, own);
    expect(decoded.level).toBe(decoded.lastLevel);
    expect(decoded.pixels).toEqual(slice.pixels);
  }
});

test('only the levels that are asked for travel, and what came before comes from the cache', async () => {
  const client = connect();
  const target = { frames: slices.map(({ blob, frame }) => ({ blob, frame })) };
  const coarse = await client.get({ target, to: 2 }, () => {});
  expect(coarse.levels).toBe(slices.length * 3);
  const { payloadBytes } = client.stats();
  expect(payloadBytes).toBe(coarse.bytes);
  const full = await client.get({ target }, () => {});
  expect(full.fromCache).toBe(coarse.bytes);
  expect(client.stats().payloadBytes).toBe(full.bytes);
  expect(coarse.bytes).toBeLessThan(full.bytes * 0.15);
  const again = await client.get({ target }, () => {});
  expect(again).toEqual({ ...full, fromCache: full.bytes });
  expect(client.stats().payloadBytes).toBe(full.bytes);
});

test('the same frames asked for at the same time travel once', async () => {
  const client = connect({ cacheBytes: 0 });
  const target = { frames: slices.map(({ blob, frame }) => ({ blob, frame })) };
  const seen = [new Set<string>(), new Set<string>(), new Set<string>()];
  const results = await Promise.all(
    seen.map((keys, i) => client.get({ target, priority: i }, (segment) => void keys.add(key(segment)))),
  );
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
  expect(results[1]).toEqual(results[0]);
  expect(client.stats().payloadBytes).toBe(results[0]?.bytes);
});

// The metadata of a pool, made of the disks of its servers, one server after the other.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { query } from '@strata/metadata/testing/databases';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { Pool } from '../support/pool.ts';
import { answersOf } from './answers.ts';
import { rebuild, sendInOrder } from './installation.ts';

let pool: Pool;
beforeAll(async () => {
  pool = await Pool.start(3, (at) => ({
    replicas: 2,
    disks: [{ path: 'a' }, { path: 'b', kind: at === 0 ? 'archive' : 'online' }],
  }));
});
afterAll(() => pool?.close());

const replicas = (url: string) =>
  query(url, `select encode(blob, 'hex') as blob, server, disk, tier from replicas order by 1, 2`);

it('answer as before, and know who holds which blob on which disk', async () => {
  const files = [...dataFiles('series/ct-ge').slice(0, 6), ...dataFiles('odd/pydicom').slice(0, 10)];
  expect(await sendInOrder(pool.server(1).url, files)).toBeGreaterThan(12);
  await Promise.all(pool.servers.map((server) => server.stop()));
  const url = readFileSync(path.join(pool.metadata.folder, 'metadata-url'), 'utf8').trim();
  const before = await answersOf(url);
  const places = await replicas(url);
  expect(new Set(places.map(({ server }) => server)).size).toBe(3);

  await query(url, 'create database rebuilt');
  const anew = url.replace(/[^/]*$/, 'rebuilt');
  const [one, two, three] = pool.servers.map(({ folder }) => folder);
  const look = await rebuild(one as string, '--metadata', anew, '--look');
  expect(look).toMatchObject({ code: 0, stored: 0, problems: [] });
  expect(look.waiting).toBeGreaterThan(0);
  await rebuild(two as string, '--metadata', anew, '--look');
  expect(await rebuild(three as string, '--metadata', anew)).toMatchObject({
    code: 0,
    waiting: 0,
    problems: [],
  });
  expect(await answersOf(anew)).toEqual(before);
  expect(await replicas(anew)).toEqual(places);
});

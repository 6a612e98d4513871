// The look through all blobs: by one server at a time, to the end, again when the pool is another; on a real PostgreSQL.
import { expect, it } from 'vitest';
import type { Metadata } from '../metadata.ts';
import { openUntilTestEnds, serverOfThisFile } from '../testing/databases.ts';
import { record, records } from '../testing/records.ts';

const newDatabase = serverOfThisFile();
const LEASE_MS = 60_000;
const done = { after: null, looked: 1, queued: 0 };

async function open(): Promise<Metadata> {
  return openUntilTestEnds(await newDatabase());
}

it('is taken by one server, goes on where it was left, and is not begun again until the pool is another', async () => {
  const { pool } = await open();
  expect(await pool.takeSweep('a', 'three servers', 'week', LEASE_MS)).toMatchObject({ after: '' });
  expect(await pool.takeSweep('b', 'three servers', 'week', LEASE_MS)).toBeNull();
  await pool.advanceSweep('a', { after: 'c0'.repeat(32), looked: 100, queued: 3 });
  expect(await pool.sweep()).toMatchObject({
    looked: 100,
    queued: 3,
    share: expect.closeTo(0.753, 3),
    doneAt: null,
  });
  expect(await pool.takeSweep('a', 'three servers', 'week', LEASE_MS)).toMatchObject({
    after: 'c0'.repeat(32),
  });
  await pool.advanceSweep('a', done);
  expect(await pool.sweep()).toMatchObject({ looked: 101, share: 1, doneAt: expect.any(String) });
  for (const server of ['a', 'b']) {
    expect(await pool.takeSweep(server, 'three servers', 'week', LEASE_MS)).toBeNull();
  }
  expect(await pool.takeSweep('b', 'two servers', 'week', LEASE_MS)).toMatchObject({ after: '' });
});

it('goes on with another server when the one that took it is silent, which then cannot say that it is done', async () => {
  const { pool } = await open();
  await pool.takeSweep('a', 'two servers', 'week', 0);
  expect(await pool.takeSweep('b', 'two servers', 'week', LEASE_MS)).toMatchObject({ after: '' });
  await pool.advanceSweep('a', done);
  expect(await pool.sweep()).toMatchObject({ share: 0, doneAt: null });
});

it('sees every blob with its holders, its age and the newest study date of those that need it', async () => {
  const metadata = await open();
  const many = records(3);
  const dateless = record({ study: '1.2.2', inStudy: { date: '' } });
  await metadata.commit([...many, dateless]);
  const [first] = many;
  const digest = first?.objectBlob.digest ?? '';
  await metadata.pool.keepReplicas([
    { digest, server: 'a', disk: 'a1' },
    { digest, server: 'b', disk: null },
  ]);
  const page = await metadata.pool.placedBlobs('', 5);
  const blobs = [...page, ...(await metadata.pool.placedBlobs(page.at(-1)?.digest ?? '', 5))];
  expect(blobs).toHaveLength(8);
  expect(blobs.find((one) => one.digest === digest)).toMatchObject({
    ...{ length: 100, kind: 'object', studyDate: '20240131' },
    holders: [
      { server: 'a', disk: 'a1' },
      { server: 'b', disk: null },
    ],
  });
  expect(blobs.find((one) => one.digest === dateless.objectBlob.digest)).toMatchObject({
    ...{ studyDate: '', holders: [] },
  });
  const known = await metadata.pool.placedBlobsOf([digest, 'f'.repeat(64)]);
  expect(known.map((one) => one.digest)).toEqual([digest]);
  const now = await metadata.pool.clock();
  for (const { createdAt } of blobs) expect(Math.abs(now - createdAt)).toBeLessThan(60_000);
});

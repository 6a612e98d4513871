// Blobs below their wanted copies, on a real PostgreSQL.
import { expect, it } from 'vitest';
import { openUntilTestEnds, serverOfThisFile } from '../testing/databases.ts';
import { record } from '../testing/records.ts';

const newDatabase = serverOfThisFile();

const server = (id: string, disk: 'in' | 'lost' = 'in') => ({
  ...{ id, name: id, site: 'main', wireUrl: '', endpoints: [], roles: ['image'], version: '1', load: 0 },
  ...{
    boot: id,
    disks: [{ id: `${id}1`, name: 'd', kind: 'online', capacity: 9, free: 9, state: disk }] as const,
  },
});
const two = [{ olderThanDays: 0, copies: 2 }];

it('counts copies on servers that are in the pool and heard, as far as there are such servers', async () => {
  const { pool, commit } = await openPool();
  await pool.heartbeat(server('a'), 60_000);
  await commit('1.2.1', ['a']);
  expect(await pool.fewCopies(two, 60_000)).toBe(0);
  await pool.heartbeat(server('b'), 60_000);
  expect(await pool.fewCopies(two, 60_000)).toBe(2);
  await commit('1.2.2', ['a', 'b']);
  expect(await pool.fewCopies(two, 60_000)).toBe(2);
  await pool.heartbeat(server('c'), 60_000);
  await pool.setState('b', 'draining');
  expect(await pool.fewCopies(two, 60_000)).toBe(4);
  await pool.setState('b', 'in');
  await pool.heartbeat(server('b', 'lost'), 60_000, 'renew');
  expect(await pool.fewCopies(two, 60_000)).toBe(4);
  await pool.heartbeat(server('b'), 60_000, 'renew');
  await pool.leave('b');
  expect(await pool.fewCopies(two, 60_000)).toBe(2);
  expect(await pool.fewCopies(two, 0)).toBe(4);
});

it('goes by the age of the study, or of the blob where none says a date', async () => {
  const { pool, commit } = await openPool();
  for (const id of ['a', 'b', 'c']) await pool.heartbeat(server(id), 60_000);
  const [today = ''] = new Date().toISOString().replaceAll('-', '').split('T');
  await commit('1.2.1', ['a'], '20010231');
  await commit('1.2.2', ['a', 'b'], today);
  await commit('1.2.3', ['a', 'b'], 'yesterday');
  expect(await pool.fewCopies(two, 60_000)).toBe(2);
  expect(await pool.fewCopies([...two, { olderThanDays: 365, copies: 1 }], 60_000)).toBe(0);
  expect(await pool.fewCopies([...two, { olderThanDays: 365, copies: 3 }], 60_000)).toBe(2);
});

async function openPool() {
  const metadata = await openUntilTestEnds(await newDatabase());
  /** Of one instance, whose two blobs these servers hold. */
  const commit = async (study: string, servers: readonly string[], date = '20240131') => {
    const one = record({ study, inStudy: { date } });
    const replicas = servers.map((id) => ({ server: id, disk: `${id}1` }));
    const { objectBlob, framesBlob } = one;
    await metadata.commit([
      {
        ...one,
        objectBlob: { ...objectBlob, replicas },
        framesBlob: framesBlob && { ...framesBlob, replicas },
      },
    ]);
  };
  return { pool: metadata.pool, commit };
}

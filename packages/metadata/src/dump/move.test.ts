// From the embedded server of one version of PostgreSQL straight into another, older one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Metadata } from '../metadata.ts';
import { openUntilTestEnds, query, serverOfThisFile } from '../testing/databases.ts';
import { type DebianPostgres, hasDebianPostgres, startDebianPostgres } from '../testing/debian-postgres.ts';
import { records } from '../testing/records.ts';
import { loadRows } from './load.ts';
import { makeSchema } from './make-schema.ts';
import { retire } from './retire.ts';
import { Snapshot } from './snapshot.ts';

const newDatabase = serverOfThisFile();

describe.skipIf(!hasDebianPostgres)('PostgreSQL 15', () => {
  let target: DebianPostgres;
  beforeAll(async () => {
    target = await startDebianPostgres();
  });
  afterAll(() => target.stop());

  it('takes what the embedded PostgreSQL has, row by row the same, and goes on from there', async () => {
    const url = await newDatabase();
    const before = await Metadata.open(url);
    await before.commit(records(1000, { patient: { name: 'Müller^Jörg=漢字' } }));
    await before.pool.key();
    await before.close();

    const snapshot = await Snapshot.take(url);
    const steps = new Set<string>();
    const { outcome, tables } = await loadRows(target.url, snapshot, {
      origin: 'a test',
      onProgress: ({ step }) => steps.add(step),
    }).finally(() => snapshot.close());
    expect(outcome).toBe('loaded');
    expect(tables.find(({ name }) => name === 'instances')?.rows).toBe(1000);
    expect([...steps]).toEqual(['copy', 'index', 'check']);

    const all = 'select * from instances order by id';
    expect(await query(target.url, all)).toEqual(await query(url, all));
    const after = await Metadata.open(target.url);
    expect(await after.commit(records(1001, { patient: { name: 'Müller^Jörg=漢字' } }).slice(1000))).toEqual([
      'stored',
    ]);
    await after.close();
  });

  it('that dies in the middle keeps nothing, and is told as away', async () => {
    const dying = await startDebianPostgres();
    const url = await newDatabase();
    const metadata = await Metadata.open(url);
    await metadata.commit(records(1000));
    await metadata.close();
    const snapshot = await Snapshot.take(url);
    let isGone = false;
    const loading = loadRows(dying.url, snapshot, {
      origin: 'a test',
      onProgress: ({ step }) => {
        if (step !== 'check' || isGone) return;
        isGone = true;
        dying.stop();
      },
    }).finally(() => snapshot.close());
    await expect(loading).rejects.toMatchObject({ name: 'MetadataError', code: 'unavailable' });
  });

  it('that dies while it is dumped is told as away, too', async () => {
    const dying = await startDebianPostgres();
    const metadata = await Metadata.open(dying.url);
    await metadata.commit(records(1000));
    await metadata.close();
    const snapshot = await Snapshot.take(dying.url);
    dying.stop();
    const read = async () => {
      for (const table of snapshot.tables) for await (const _ of snapshot.rowsOf(table));
    };
    await expect(read()).rejects.toMatchObject({ name: 'MetadataError', code: 'unavailable' });
    await snapshot.close();
  });
});

it('a database that was moved says where to, and is not opened any more', async () => {
  const url = await newDatabase();
  await (await Metadata.open(url)).close();
  await retire(url, 'postgres://n1,n2,n3/strata');
  await expect(Metadata.open(url)).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('postgres://n1,n2,n3/strata'),
  });
});

it('rows of an earlier schema are loaded into the tables of that time, and brought up to date there', async () => {
  const from = await newDatabase();
  await makeSchema(from, '0005-sweeps');
  await query(
    from,
    `insert into blobs (digest, length, kind) select sha256(n::text::bytea), n, 'object' from generate_series(1, 50) n;
     insert into patients (identity, patient_id, issuer, name, birth_date, sex) values ('\\x01', 'P1', '', 'Müller^Jörg', '', '')`,
  );
  const snapshot = await Snapshot.take(from);
  expect(snapshot.version).toBe('0005-sweeps');
  const to = await newDatabase();
  await loadRows(to, snapshot, { origin: 'earlier' }).finally(() => snapshot.close());
  const metadata = await openUntilTestEnds(to);
  expect((await metadata.counts()).patients).toBe(1);
  expect(await query(to, 'select count(*)::int as blobs from blobs')).toEqual([{ blobs: 50 }]);
  expect(await query(to, `select to_regclass('pool_secrets') is not null as there`)).toEqual([
    { there: true },
  ]);
});

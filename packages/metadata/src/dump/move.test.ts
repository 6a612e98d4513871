// From the embedded server of one version of PostgreSQL straight into another, older one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Metadata } from '../metadata.ts';
import { query, serverOfThisFile } from '../testing/databases.ts';
import { type DebianPostgres, hasDebianPostgres, startDebianPostgres } from '../testing/debian-postgres.ts';
import { records } from '../testing/records.ts';
import { loadRows } from './load.ts';
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
});

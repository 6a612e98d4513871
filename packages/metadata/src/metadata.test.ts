// Opening, the schema's age, the order of a manifest, and what happens while the database is away.
import { describe, expect, it } from 'vitest';
import { Metadata } from './metadata.ts';
import { openUntilTestEnds, query, serverOfThisFile } from './testing/databases.ts';
import { record, records } from './testing/records.ts';

const newDatabase = serverOfThisFile();

describe('the metadata service', () => {
  it('makes its schema once, however many open it at the same time, and finds it again', async () => {
    const url = await newDatabase();
    const opened = await Promise.all(Array.from({ length: 4 }, () => openUntilTestEnds(url)));
    await opened[0]?.commit(records(2));
    const again = await openUntilTestEnds(url);
    expect(await again.counts()).toMatchObject({ instances: 2 });
    const names = (await query(url, 'select name from kysely_migration')).map(({ name }) => name);
    expect(names).toContain('0001-first');
    expect(new Set(names).size).toBe(names.length);
  });

  it('refuses a database that a newer Strata made, and leaves it as it is', async () => {
    const url = await newDatabase();
    await (await Metadata.open(url)).close();
    await query(url, `insert into kysely_migration values ('0099-later', '2040-01-01')`);
    const before = await query(url, 'select name from kysely_migration order by name');
    await expect(Metadata.open(url)).rejects.toMatchObject({
      code: 'newer-schema',
      message: expect.stringContaining('0099-later'),
    });
    expect(await query(url, 'select name from kysely_migration order by name')).toEqual(before);
  });

  it('says what is wrong with its URL', async () => {
    await expect(Metadata.open('http://127.0.0.1/')).rejects.toMatchObject({ code: 'invalid' });
    const url = await newDatabase();
    await expect(Metadata.open(url.replace(/:[^:@/]+@/, ':wrong@'))).rejects.toMatchObject({
      code: 'refused',
    });
  });

  it('gives a manifest its series by number and its instances by number, position and UID', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const plane = { imageOrientation: [1, 0, 0, 0, 1, 0] };
    const at = (instance: string, number: number | null, z: number | null) =>
      record({
        series: '3',
        instance,
        inSeries: { number: 1 },
        inInstance: { number, presentation: z === null ? {} : { ...plane, imagePosition: [0, 0, z] } },
      });
    await metadata.commit([
      at('9', null, null),
      at('8', null, 10.5),
      at('7', null, -3),
      at('6', 2, null),
      at('5', 10, 0),
      at('4', 1, 5),
      at('3', 1, 4),
      at('2', null, null),
      record({ series: '2', inSeries: { number: null } }),
      record({ series: '1', inSeries: { number: 7 } }),
    ]);
    const study = await metadata.study('1.2.1');
    expect(study?.series.map((series) => series.uid)).toEqual(['1.2.1.3', '1.2.1.1', '1.2.1.2']);
    const ends = study?.series[0]?.instances.map((instance) => instance.uid.slice(-1));
    expect(ends).toEqual(['3', '4', '6', '5', '7', '8', '2', '9']);
    const series = await metadata.series('1.2.1.3');
    expect(series).toEqual({ ...study, series: [study?.series[0]] });
    expect([await metadata.study('1.2.1.3'), await metadata.series('1.2.1')]).toEqual([null, null]);
  });

  it('finds what a UID names', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    await metadata.commit([record()]);
    expect(await metadata.find('1.2.1')).toEqual({ kind: 'study', studyUid: '1.2.1' });
    expect(await metadata.find('1.2.1.1')).toEqual({
      kind: 'series',
      studyUid: '1.2.1',
      seriesUid: '1.2.1.1',
    });
    expect(await metadata.find('1.2.1.1.1')).toEqual({
      kind: 'instance',
      studyUid: '1.2.1',
      seriesUid: '1.2.1.1',
      instanceUid: '1.2.1.1.1',
    });
    for (const uid of ['1.2', '', '\0', "1' or '1'='1", '1'.repeat(100_000), '\ud800']) {
      expect(await metadata.find(uid)).toBeNull();
    }
  });

  it('finds a study, its series and its instance also where all three have the same UID', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const { study, series, instance, ...rest } = record();
    const uid = '9.99.999';
    const all = { study: { ...study, uid }, series: { ...series, uid }, instance: { ...instance, uid } };
    await metadata.commit([{ ...rest, ...all }]);
    for (const kind of ['study', 'series', 'instance'] as const) {
      expect(await metadata.find(uid, kind)).toMatchObject({ kind });
    }
    expect((await metadata.instance(uid))?.instance.uid).toBe(uid);
  });

  it('walks over more instances than one page holds, each once', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    await metadata.commit(records(450));
    const seen = new Set<string>();
    for await (const one of metadata.instancesOf('1.2.1')) seen.add(one.instance.uid);
    expect(seen.size).toBe(450);
  });

  it('goes on when its connections are cut', async () => {
    const url = await newDatabase();
    const metadata = await openUntilTestEnds(url);
    await metadata.commit(records(1));
    const cut = () =>
      query(
        url,
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()",
      );
    for (let time = 2; time < 8; time++) {
      const [, outcome, counts] = await Promise.all([
        cut(),
        metadata.commit([record({ instance: String(time) })]),
        metadata.counts(),
      ]);
      expect(outcome).toHaveLength(1);
      expect(counts.instances).toBeGreaterThan(0);
    }
    expect(await metadata.counts()).toMatchObject({ instances: 7 });
  });

  it('keeps values of patients out of its errors', async () => {
    const url = await newDatabase();
    const metadata = await openUntilTestEnds(url);
    await query(url, `alter table patients add check (name <> 'Secret^Name')`);
    const failed = await metadata
      .commit([record({ patient: { name: 'Secret^Name' } })])
      .catch((error) => error);
    expect(failed).toMatchObject({ name: 'MetadataError', code: 'failed' });
    expect(JSON.stringify([failed.message, failed.cause, { ...failed.cause }])).not.toContain('Secret');
  });
});

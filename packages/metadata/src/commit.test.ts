// Commits: their outcomes, what they count, and that many at once neither lose nor deadlock.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstanceRecord } from './records.ts';
import { openUntilTestEnds, query, serverOfThisFile } from './testing/databases.ts';
import { record, records } from './testing/records.ts';

const newDatabase = serverOfThisFile();

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('a commit', () => {
  it('stores instances and gives each back as it was', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const plain = record({
      series: '2',
      inInstance: { frames: 0, number: null, presentation: null },
      inSeries: { number: null, modality: 'SR' },
    });
    const given: InstanceRecord[] = [
      ...records(3),
      { ...plain, framesBlob: null, frameIndex: null, frameDigests: null, format: null },
    ];
    expect(await metadata.commit(given)).toEqual(['stored', 'stored', 'stored', 'stored']);
    for (const one of given) {
      const kept = await metadata.instance(one.instance.uid);
      expect(kept && { ...kept, frameIndex: kept.frameIndex && Buffer.from(kept.frameIndex) }).toEqual(one);
    }
    expect(await collect(metadata.instancesOf('1.2.1'))).toHaveLength(4);
    expect(await collect(metadata.instancesOf('1.2.1.1'))).toHaveLength(3);
    expect(await collect(metadata.instancesOf('1.2.1.1.2'))).toHaveLength(1);
    expect(await collect(metadata.instancesOf('1.2.9'))).toEqual([]);
  });

  it('tells again what it has, and refuses another file under a known UID', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    expect(await metadata.commit([record(), record(), record({ file: 'other' })])).toEqual([
      'stored',
      'already',
      'conflict',
    ]);
    expect(await metadata.commit([record(), record({ instance: '2' }), record({ file: 'other' })])).toEqual([
      'already',
      'stored',
      'conflict',
    ]);
    expect(await metadata.instance('1.2.1.1.1')).toMatchObject({ file: record().file });
    expect(await metadata.counts()).toEqual({
      patients: 1,
      studies: 1,
      series: 1,
      instances: 2,
      frames: 2,
      bytes: 2000,
    });
  });

  it('refuses an instance whose series is known under another study, and keeps nothing of it', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const elsewhere = (instance: string) =>
      record({ study: '1.2.2', instance, inSeries: { uid: '1.2.1.1' }, patient: { id: 'other' } });
    expect(await metadata.commit([record(), elsewhere('8')])).toEqual(['stored', 'conflict']);
    expect(await metadata.commit([elsewhere('9')])).toEqual(['conflict']);
    expect(await metadata.counts()).toMatchObject({ patients: 1, studies: 1, series: 1, instances: 1 });
    expect(await metadata.find('1.2.2')).toBeNull();
    expect(await collect(metadata.blobs())).toHaveLength(2);
  });

  it('keeps the first words where instances of a study disagree', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    await metadata.commit([record()]);
    const late = record({
      instance: '2',
      patient: { name: 'Roe^Jane' },
      inStudy: { description: 'Abdomen' },
    });
    expect(await metadata.commit([late])).toEqual(['stored']);
    expect(await metadata.study('1.2.1')).toMatchObject({
      patient: { name: 'Doe^Jane' },
      study: { description: 'Thorax' },
    });
  });

  it('keeps patients apart by id and issuer, and studies without an id too', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const patients = [
      { id: 'P1' },
      { id: 'P1', issuer: 'B' },
      { id: 'P2' },
      { id: '' },
      { id: '' },
      { id: ' P1 ' },
    ];
    await metadata.commit(patients.map((patient, n) => record({ study: `1.2.${n}`, patient })));
    expect(await metadata.counts()).toMatchObject({ patients: 5, studies: 6 });
  });

  it('counts series, instances, frames, bytes and modalities of a study', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    await metadata.commit([...records(3), ...records(2, { series: '2', inSeries: { modality: 'PT' } })]);
    await metadata.commit([
      record({ series: '3', inSeries: { modality: '' }, inInstance: { frames: 25 } }),
      record({ series: '2', instance: '9', inSeries: { modality: 'PT' } }),
      ...records(3),
    ]);
    const page = await metadata.worklist({ limit: 10 });
    expect(page.studies).toMatchObject([
      { modalities: ['CT', 'PT'], seriesCount: 3, instanceCount: 7, frameCount: 31, bytes: 7000 },
    ]);
  });

  it('loses and doubles nothing when many commit to the same studies at once, and never deadlocks', async () => {
    const url = await newDatabase();
    const several = [await openUntilTestEnds(url), await openUntilTestEnds(url)];
    const all = ['1.2.1', '1.2.2', '1.2.3'].flatMap((study) =>
      ['1', '2'].flatMap((series) => records(20, { study, series })),
    );
    // Every instance three times, in batches of mixed studies, in differing orders.
    const shuffled = [
      ...all,
      ...all.toReversed(),
      ...all.toSorted((a, b) => (a.file.digest < b.file.digest ? -1 : 1)),
    ];
    const batches = Array.from({ length: 36 }, (_, n) => shuffled.slice(n * 10, n * 10 + 10));
    const outcomes = await Promise.all(batches.map((batch, n) => several[n % 2]?.commit(batch)));
    const stored = outcomes.flat().filter((outcome) => outcome === 'stored');
    expect(stored).toHaveLength(all.length);
    expect(outcomes.flat().filter((outcome) => outcome === 'already')).toHaveLength(2 * all.length);
    const page = await several[0]?.worklist({ limit: 10 });
    expect(page?.studies.map((study) => [study.seriesCount, study.instanceCount, study.bytes])).toEqual(
      Array.from({ length: 3 }, () => [2, 40, 40_000]),
    );
  });

  it('stores one of two files that come at once under the same UID', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    for (let n = 1; n <= 10; n++) {
      const rivals = ['a', 'b', 'c'].map((file) =>
        metadata.commit([record({ instance: String(n), file: file + n })]),
      );
      expect((await Promise.all(rivals)).flat().toSorted()).toEqual(['conflict', 'conflict', 'stored']);
    }
    expect(await metadata.counts()).toMatchObject({ instances: 10, series: 1, bytes: 10_000 });
  });

  it('takes any text that a file can hold', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\0', 'a\0b', '\ud800', "'; drop table studies; --", '{"', '\\', '😀'.repeat(600)),
    );
    let n = 0;
    await fc.assert(
      fc.asyncProperty(text, text, fc.jsonValue(), async (one, other, json) => {
        const odd = record({
          study: `1.2.${++n}`,
          patient: { id: one, name: other, issuer: other },
          inStudy: { accessionNumber: other, description: one, date: one },
          inSeries: { modality: one },
          inInstance: { presentation: { json: json as string, one, [other]: 1 } },
        });
        expect(await metadata.commit([odd])).toEqual(['stored']);
        const kept = await metadata.instance(odd.instance.uid);
        expect(kept?.patient.name).toBe(other.slice(0, 1024).replaceAll('\0', '').toWellFormed());
        const search = other.slice(0, 1024);
        await metadata.worklist({ limit: 1, patientName: search, patientId: search, modality: [search] });
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what no instance can be, by name', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const good = record();
    const bad: [InstanceRecord, string][] = [
      [record({ study: '' }), 'Study Instance UID'],
      [record({ study: '1.2 3' }), 'Study Instance UID'],
      [{ ...good, series: { ...good.series, uid: '1'.repeat(129) } }, 'Series Instance UID'],
      [{ ...good, instance: { ...good.instance, uid: '1.2\0' } }, 'SOP Instance UID'],
      [{ ...good, instance: { ...good.instance, frames: -1 } }, '-1 frames'],
      [{ ...good, objectBlob: { digest: 'x', length: 1 } }, 'digest'],
      [{ ...good, file: { ...good.file, length: -5 } }, '-5 bytes'],
      [{ ...good, frameDigests: Buffer.alloc(31) }, '31 bytes'],
    ];
    for (const [one, words] of bad) {
      await expect(metadata.commit([good, one])).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringContaining(words),
      });
    }
    await expect(metadata.commit(records(1001))).rejects.toMatchObject({ code: 'invalid' });
    expect(await metadata.commit([])).toEqual([]);
    expect(await metadata.counts()).toMatchObject({ instances: 0, studies: 0 });
  });

  it('lists every blob once, over many pages', async () => {
    const url = await newDatabase();
    const metadata = await openUntilTestEnds(url);
    await metadata.commit(records(3));
    const shared = { ...record({ instance: '4' }), framesBlob: record().framesBlob };
    await metadata.commit([shared]);
    await query(
      url,
      `insert into blobs (digest, length, kind) select sha256(n::text::bytea), n, 'object' from generate_series(1, 5000) n`,
    );
    const blobs = await collect(metadata.blobs());
    expect(blobs).toHaveLength(5007);
    expect(new Set(blobs.map((blob) => blob.digest)).size).toBe(5007);
    expect(blobs).toContainEqual({ ...record().objectBlob, kind: 'object' });
    expect(blobs).toContainEqual({ ...record().framesBlob, kind: 'frames' });
  });
});

// Commits into series that are known: the same outcome as any other commit, in one statement.
import { expect, it } from 'vitest';
import { commitKnown } from './commit-known.ts';
import { openDatabase } from './database.ts';
import { attributesByLevel } from './query/column-attributes.ts';
import type { InstanceRecord } from './records.ts';
import { openUntilTestEnds, query, serverOfThisFile } from './testing/databases.ts';
import { record, records } from './testing/records.ts';

const newDatabase = serverOfThisFile();

const described = (given: readonly InstanceRecord[]) =>
  given.map((one) => ({ ...one, described: attributesByLevel(one) }));

async function newMetadata() {
  const url = await newDatabase();
  const database = openDatabase(url);
  const metadata = await openUntilTestEnds(url);
  const known = async (given: readonly InstanceRecord[]) => {
    try {
      return await commitKnown(database, described(given));
    } finally {
      // The pool of a test: nothing else is asked on it.
      await database.destroy();
    }
  };
  return { url, metadata, known };
}

it('stores instances of a known series as they are given, and counts them', async () => {
  const { metadata, known, url } = await newMetadata();
  await metadata.commit([record()]);
  const plain = record({ instance: '3', inInstance: { frames: 0, number: null, presentation: null } });
  const given = [
    record({ instance: '2', inSeries: { modality: 'PT' } }),
    { ...plain, framesBlob: null, frameIndex: null, frameDigests: null, format: null },
  ];
  expect(await known(given)).toBe(true);
  for (const { series: _, attributes: __, ...one } of given) {
    const kept = await metadata.instance(one.instance.uid);
    const index = kept?.frameIndex && Buffer.from(kept.frameIndex);
    expect(kept && { ...kept, frameIndex: index }).toMatchObject(one);
  }
  expect(await metadata.worklist({ limit: 1 })).toMatchObject({
    studies: [{ modalities: ['CT', 'PT'], seriesCount: 1, instanceCount: 3, frameCount: 2, bytes: 3000 }],
  });
  const [series] = await query(
    url,
    'select instance_count, frame_count::integer, bytes::integer from series',
  );
  expect(series).toEqual({ instance_count: 3, frame_count: 2, bytes: 3000 });
});

it('writes down where the blobs are', async () => {
  const { metadata, known } = await newMetadata();
  await metadata.commit([record()]);
  const one = record({ instance: '2' });
  const replicas = [{ server: 'here', disk: 'first' }];
  expect(await known([{ ...one, objectBlob: { ...one.objectBlob, replicas } }])).toBe(true);
  const holders = await metadata.pool.holders([one.objectBlob.digest]);
  expect(holders.get(one.objectBlob.digest)).toMatchObject([{ server: 'here', disk: 'first' }]);
});

it.each([
  ['a new series', record({ series: '2' })],
  ['a known instance', record()],
  ['another file of a known instance', record({ file: 'other' })],
  ['a series of another study', record({ study: '1.2.2', inSeries: { uid: '1.2.1.1' } })],
  ['the same instance twice', record({ instance: '2' })],
  [
    'errands',
    { ...record({ instance: '4' }), errands: [{ kind: 'forward', target: 'a', rule: 'b', uid: 'c' }] },
  ],
])('stores nothing at all when %s is among them', async (_, odd) => {
  const { metadata, known } = await newMetadata();
  await metadata.commit([record()]);
  const before = await metadata.counts();
  expect(await known([record({ instance: '2' }), odd as InstanceRecord])).toBe(false);
  expect(await metadata.counts()).toEqual(before);
});

it('takes many at once', async () => {
  const { metadata, known } = await newMetadata();
  await metadata.commit([record()]);
  expect(await known(records(1000).slice(1))).toBe(true);
  expect(await metadata.counts()).toMatchObject({ instances: 1000, frames: 1000 });
});

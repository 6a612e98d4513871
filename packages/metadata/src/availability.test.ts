// How near instances are, by the replicas of their blobs.
import { describe, expect, it } from 'vitest';
import { openUntilTestEnds, query, serverOfThisFile } from './testing/databases.ts';
import { record, records } from './testing/records.ts';

const newDatabase = serverOfThisFile();

describe('the availability of a study', () => {
  it('is online as long as nobody writes replicas down', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    await metadata.commit(records(2));
    expect(await metadata.availability('1.2.1')).toEqual(
      ['1', '2'].map((instance) => ({
        seriesUid: '1.2.1.1',
        instanceUid: `1.2.1.1.${instance}`,
        sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
        availability: 'ONLINE',
      })),
    );
    expect(await metadata.availability('1.2.9')).toEqual([]);
    expect(await metadata.availability("'")).toEqual([]);
  });

  it('is that of the nearest replica of each blob, and of the farthest blob', async () => {
    const url = await newDatabase();
    const metadata = await openUntilTestEnds(url);
    const five = records(5);
    await metadata.commit([
      ...five,
      { ...record({ series: '2' }), framesBlob: null, frameIndex: null, frameDigests: null },
    ]);
    const replica = (digest: string | undefined, server: string, tier: string) =>
      query(url, `insert into replicas (blob, server, tier) values (decode($1, 'hex'), $2, $3)`, [
        digest,
        server,
        tier,
      ]);
    const tiers = [['online', 'offline'], ['nearline'], ['nearline', 'offline'], ['offline'], []];
    for (const [index, one] of five.entries()) {
      await replica(one.objectBlob.digest, 'a', 'online');
      for (const tier of tiers[index] ?? []) await replica(one.framesBlob?.digest, tier, tier);
    }
    await replica(record({ series: '2' }).objectBlob.digest, 'a', 'online');
    const found = await metadata.availability('1.2.1');
    expect(found.map(({ availability }) => availability)).toEqual([
      'ONLINE',
      'NEARLINE',
      'NEARLINE',
      'OFFLINE',
      'UNAVAILABLE',
      'ONLINE',
    ]);
    const told = async (level: 'study' | 'series') => {
      const { matches } = await metadata.query({ level, keys: {}, include: ['00080056'], limit: 10 });
      return matches.map((match) => match['00080056']?.Value?.[0]);
    };
    expect(await told('series')).toEqual(['ONLINE', 'UNAVAILABLE']);
    expect(await told('study')).toEqual(['UNAVAILABLE']);
  });
});

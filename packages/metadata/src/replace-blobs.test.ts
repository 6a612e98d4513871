// An instance whose blobs were damaged gets others, coded anew from the same file.
import { describe, expect, it } from 'vitest';
import type { BlobRef, InstanceRecord } from './records.ts';
import { openUntilTestEnds, query, serverOfThisFile } from './testing/databases.ts';
import { record } from './testing/records.ts';

const newDatabase = serverOfThisFile();

const blob = (digit: string): BlobRef => ({ digest: digit.repeat(64), length: 10 });

/** The same instance from the same file, as a later version codes it. */
function codedAnew(before: InstanceRecord, frames = 'b'): InstanceRecord {
  return { ...before, objectBlob: blob('a'), framesBlob: blob(frames), frameIndex: Buffer.from('another') };
}

async function digests(blobs: AsyncIterable<BlobRef>): Promise<string[]> {
  const all: string[] = [];
  for await (const { digest } of blobs) all.push(digest);
  return all;
}

describe('replacing the blobs of an instance', () => {
  it('refers to the new ones, forgets those that nobody needs, and leaves all else', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const before = record();
    await metadata.commit([before]);
    const counts = await metadata.counts();
    const after = codedAnew(before);
    const described = { ...after, patient: { ...after.patient, name: 'Somebody^Else' } };
    expect((await metadata.replaceBlobs(described))?.sort()).toEqual(
      [before.objectBlob.digest, before.framesBlob?.digest].sort(),
    );
    const kept = await metadata.instance(before.instance.uid);
    expect(kept && { ...kept, frameIndex: kept.frameIndex && Buffer.from(kept.frameIndex) }).toEqual(after);
    expect(await digests(metadata.blobs())).toEqual([blob('a').digest, blob('b').digest]);
    expect(await metadata.counts()).toEqual(counts);
    expect(await metadata.commit([before])).toEqual(['already']);
  });

  it('keeps a blob that another instance, or the same one, still refers to', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const shared = record();
    const other = { ...record({ instance: '2' }), framesBlob: shared.framesBlob };
    await metadata.commit([shared, other]);
    expect(await metadata.replaceBlobs(codedAnew(shared))).toEqual([shared.objectBlob.digest]);
    expect(await metadata.replaceBlobs(codedAnew(shared))).toEqual([]);
    expect(await metadata.instance(other.instance.uid)).toMatchObject({ framesBlob: shared.framesBlob });
    expect(await metadata.instancesWithBlob(shared.framesBlob?.digest ?? '')).toEqual([
      { studyUid: '1.2.1', instanceUid: other.instance.uid },
    ]);
    expect(await metadata.instancesWithBlob(shared.objectBlob.digest)).toEqual([]);
    expect(await metadata.instancesWithBlob("no digest'")).toEqual([]);
  });

  it('changes nothing for a UID that is not known, or is known with another file', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    await metadata.commit([record()]);
    expect(await metadata.replaceBlobs(codedAnew(record({ instance: '2' })))).toBeNull();
    expect(await metadata.replaceBlobs(codedAnew(record({ file: 'other' })))).toBeNull();
    expect(await metadata.instance('1.2.1.1.1')).toMatchObject({ framesBlob: record().framesBlob });
    expect(await digests(metadata.blobs())).toHaveLength(2);
  });

  it('never takes a blob away from an instance that is committed at the same time', async () => {
    const url = await newDatabase();
    const metadata = await openUntilTestEnds(url);
    const first = record();
    await metadata.commit([first]);
    for (let round = 2; round < 30; round++) {
      const sharing = { ...record({ instance: String(round) }), framesBlob: first.framesBlob };
      const [outcomes] = await Promise.all([
        metadata.commit([sharing]),
        metadata.replaceBlobs(codedAnew(first)),
      ]);
      expect(outcomes).toEqual(['stored']);
      await metadata.replaceBlobs(codedAnew(sharing));
      await metadata.replaceBlobs(first);
    }
    const broken = `select uid from instances where not exists (select from blobs where digest = frames_blob)`;
    expect(await query(url, broken)).toEqual([]);
  });
});

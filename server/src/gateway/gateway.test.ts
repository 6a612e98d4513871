// The gateway on a real database and a real store: damaged blobs are healed even by another version of the codec.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { EmbeddedPostgres } from '@strata/metadata/embedded/embedded-postgres';
import { Metadata } from '@strata/metadata/metadata';
import { BlobStore } from '@strata/store/blob-store';
import { expect, it } from 'vitest';
import { type VerifyEvent, verifyAll } from '../admin/verify.ts';
import { createLog } from '../config/log.ts';
import { scratchFolder, testBytes } from '../testing/test-files.ts';
import { CodingPool } from './coding-pool.ts';
import { CommitQueue } from './commit-queue.ts';
import { Gateway } from './gateway.ts';
import { Quarantine } from './quarantine.ts';
import { isMetadataAway } from './refusal.ts';

async function openGateway(folder: string, onChanged: (studyUid: string) => void) {
  const database = await EmbeddedPostgres.start({ folder: path.join(folder, 'postgres') });
  const metadata = await Metadata.open(database.url);
  const store = await BlobStore.open(path.join(folder, 'store'));
  const coding = new CodingPool(() => undefined);
  const patience = { isAway: isMetadataAway, patienceMs: 1000 };
  const commits = new CommitQueue(metadata, patience, onChanged);
  const quarantine = new Quarantine(path.join(folder, 'quarantine'));
  const log = createLog('silent');
  const gateway = new Gateway({ store, metadata, commits, patience, coding, quarantine, log });
  const close = async () => {
    await coding.close();
    store.close();
    await metadata.close();
    await database.stop();
  };
  return { gateway, metadata, store, folder, [Symbol.asyncDispose]: close };
}

type Opened = Awaited<ReturnType<typeof openGateway>>;

/** As if an earlier version had coded the instance: other blobs, which then are damaged or lost. */
async function ageAndDamage({ metadata, store, folder }: Opened, uid: string): Promise<void> {
  const record = await metadata.instance(uid);
  if (!record?.framesBlob) throw new Error('not stored');
  const object = await store.put([Buffer.from('as an earlier version wrote it')]);
  const frames = await store.put([Buffer.from('as an earlier codec coded them')]);
  await metadata.replaceBlobs({ ...record, objectBlob: object, framesBlob: frames });
  for (const { digest } of [record.objectBlob, record.framesBlob]) await store.delete(digest);
  const { digest } = frames;
  writeFileSync(path.join(folder, 'store/blobs', digest.slice(0, 2), digest.slice(2, 4), digest), 'damaged');
}

it('takes the blobs that the file gives now in place of damaged ones of an earlier version', async () => {
  using folder = scratchFolder();
  const changed: string[] = [];
  await using opened = await openGateway(folder.path, (study) => changed.push(study));
  const { gateway, metadata, store } = opened;
  const file = testBytes('extra/other/OT_512x512_signed_full_range.dcm');
  const stored = await gateway.ingest(file.slice(), { kind: 'import' });
  expect(stored).toMatchObject({ outcome: 'stored' });
  const uid = stored.sopInstanceUid ?? '';
  const before = await metadata.instance(uid);
  await ageAndDamage(opened, uid);

  expect(await gateway.ingest(file.slice(), { kind: 'import' })).toEqual({ ...stored, outcome: 'already' });

  const after = await metadata.instance(uid);
  expect(after).toEqual(before);
  expect(after && Buffer.from(await gateway.original(after)).equals(file)).toBe(true);
  expect(changed).toEqual([stored.studyInstanceUid, stored.studyInstanceUid]);
  const events: VerifyEvent[] = [];
  for await (const event of verifyAll(opened, 'deep', new AbortController().signal)) events.push(event);
  expect(events.at(-1)).toMatchObject({ type: 'summary', problems: 0, rebuilt: 1 });
  expect(await store.has(before?.objectBlob.digest ?? '')).toBe(true);
  expect(await gateway.ingest(file.slice(), { kind: 'import' })).toMatchObject({ outcome: 'already' });
});

it('knows an object again that comes in another file: by C-STORE only its data set travels', async () => {
  using folder = scratchFolder();
  await using opened = await openGateway(folder.path, () => undefined);
  const { gateway } = opened;
  const file = testBytes('extra/other/OT_512x512_signed_full_range.dcm');
  const stored = await gateway.ingest(file.slice(), { kind: 'import' });
  const sent = file.slice();
  sent.fill(1, 0, 128);
  expect(await gateway.ingest(sent.slice(), { kind: 'import' })).toEqual({ ...stored, outcome: 'already' });
  sent[sent.length - 1] = (sent.at(-1) as number) ^ 1;
  expect(await gateway.ingest(sent, { kind: 'import' })).toMatchObject({
    outcome: 'refused',
    code: 'conflict',
  });
});

it('takes many different files of one instance at once: one is stored, none waits for ever', async () => {
  using folder = scratchFolder();
  await using opened = await openGateway(folder.path, () => undefined);
  const file = testBytes('extra/other/OT_512x512_signed_full_range.dcm');
  const versions = Array.from({ length: 9 }, (_, index) => {
    const version = file.slice();
    version[version.length - 1] = (version.at(-1) as number) ^ (index % 5);
    return version;
  });
  const answers = await Promise.all(
    versions.map((version) => opened.gateway.ingest(version, { kind: 'import' })),
  );
  const outcomes = answers.map(({ outcome, code }) => code ?? outcome);
  expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
  expect(new Set(outcomes)).toEqual(new Set(['stored', 'already', 'conflict']));
});

it('knows an image again in every encoding that loses nothing, and takes none that lost something for it', async () => {
  using folder = scratchFolder();
  await using opened = await openGateway(folder.path, () => undefined);
  const { gateway, metadata } = opened;
  const named = (name: string) => testBytes(`odd/pydicom/MR_small_${name}.dcm`);
  const source = { kind: 'stow', peer: 'a router' } as const;
  const stored = await gateway.ingest(named('RLE'), source);
  expect(stored).toMatchObject({ outcome: 'stored' });
  for (const name of ['implicit', 'bigendian', 'jp2klossless', 'jpeg_ls_lossless']) {
    expect(await gateway.ingest(named(name), source), name).toEqual({ ...stored, outcome: 'already' });
  }
  const altered = named('implicit');
  altered[altered.length - 1] = (altered.at(-1) as number) ^ 1;
  expect(await gateway.ingest(altered, source)).toMatchObject({ outcome: 'refused', code: 'conflict' });
  expect((await metadata.instance(stored.sopInstanceUid ?? ''))?.file.digest).toBe(
    createHash('sha256').update(named('RLE')).digest('hex'),
  );
});

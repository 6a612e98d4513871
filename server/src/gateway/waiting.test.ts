// Files that wait for metadata which are away: they keep no worker, are stored when these come back, and refused when they do not.
import path from 'node:path';
import { EmbeddedPostgres } from '@strata/metadata/embedded/embedded-postgres';
import { MetadataError } from '@strata/metadata/errors';
import { Metadata } from '@strata/metadata/metadata';
import { BlobStore } from '@strata/store/blob-store';
import { expect, it } from 'vitest';
import { createLog } from '../config/log.ts';
import { scratchFolder, testBytes } from '../testing/test-files.ts';
import { CodingPool } from './coding-pool.ts';
import { CommitQueue } from './commit-queue.ts';
import { Gateway } from './gateway.ts';
import { Quarantine } from './quarantine.ts';
import { isMetadataAway } from './refusal.ts';

/** The metadata, as long as nobody says that they are away. */
function cuttable(metadata: Metadata) {
  const line = { isCut: false };
  const cut = new Proxy(metadata, {
    get: (target, name: keyof Metadata) => {
      const member = target[name] as unknown;
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (line.isCut) throw new MetadataError('unavailable', 'They are away.');
        return member.apply(target, args);
      };
    },
  });
  return { line, cut };
}

async function openGateway(folder: string, patienceMs: number) {
  const database = await EmbeddedPostgres.start({ folder: path.join(folder, 'postgres') });
  const metadata = await Metadata.open(database.url);
  const { line, cut } = cuttable(metadata);
  const store = await BlobStore.open(path.join(folder, 'store'));
  const coding = new CodingPool(() => undefined);
  const patience = { isAway: isMetadataAway, patienceMs };
  const commits = new CommitQueue(cut, patience, () => undefined);
  const quarantine = new Quarantine(path.join(folder, 'quarantine'));
  const log = createLog('silent');
  const gateway = new Gateway({ store, metadata: cut, commits, patience, coding, quarantine, log });
  const close = async () => {
    await coding.close();
    store.close();
    await metadata.close();
    await database.stop();
  };
  return { gateway, metadata, line, workers: coding.size, [Symbol.asyncDispose]: close };
}

it('shows what is stored while many files wait, and stores them all when the metadata are back', async () => {
  using folder = scratchFolder();
  await using opened = await openGateway(folder.path, 30_000);
  const { gateway, metadata, line, workers } = opened;
  const file = testBytes('extra/other/OT_512x512_signed_full_range.dcm');
  const stored = await gateway.ingest(file.slice(), { kind: 'import' });
  const record = await metadata.instance(stored.sopInstanceUid ?? '');
  if (!record) throw new Error('not stored');
  line.isCut = true;
  const waiting = Array.from({ length: workers + 2 }, () => gateway.ingest(file.slice(), { kind: 'import' }));
  for (let shown = 0; shown < 3; shown++) expect(await gateway.original(record)).toEqual(file);
  line.isCut = false;
  const answers = await Promise.all(waiting);
  expect(answers.map(({ outcome }) => outcome)).toEqual(waiting.map(() => 'already'));
});

it('refuses what has waited too long in words that a sender tries again after', async () => {
  using folder = scratchFolder();
  await using opened = await openGateway(folder.path, 500);
  const { gateway, line } = opened;
  line.isCut = true;
  const file = testBytes('extra/other/OT_512x512_signed_full_range.dcm');
  const answers = await Promise.all([1, 2, 3].map(() => gateway.ingest(file.slice(), { kind: 'import' })));
  for (const answer of answers)
    expect(answer).toMatchObject({ outcome: 'refused', code: 'metadata-unavailable' });
  line.isCut = false;
  expect(await gateway.ingest(file, { kind: 'import' })).toMatchObject({ outcome: 'stored' });
});

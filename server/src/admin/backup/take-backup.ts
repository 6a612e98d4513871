// Takes a backup while servers go on: the metadata of one moment, then every blob that they name.
import { setTimeout as sleep } from 'node:timers/promises';
import { DumpFolder } from '@strata/metadata/dump/dump-folder';
import type { Manifest } from '@strata/metadata/dump/manifest';
import { Snapshot } from '@strata/metadata/dump/snapshot';
import { writeDump } from '@strata/metadata/dump/write-dump';
import { MetadataError } from '@strata/metadata/errors';
import type { Metadata } from '@strata/metadata/metadata';
import { VERSION } from '../../config/version.ts';
import { folderTrouble } from './backup-error.ts';
import type { BackupFolder, DumpSummary } from './backup-folder.ts';
import { type CopiedBlobs, type CopyParts, copyBlobs } from './copy-blobs.ts';
import { type LackingImage, withImages } from './lacking-images.ts';
import { type Pruned, prune } from './prune.ts';
import { keepServerFiles, type ServerFiles } from './server-files.ts';

/** Blobs may be taken out of use between the dump and their turn: then both begin anew. */
const ROUNDS = 3;
/** A failover takes some ten seconds. */
const ATTEMPTS = 4;
const PAUSE_MS = 5_000;

interface BackupProgress {
  readonly step: 'metadata' | 'compare' | 'copy' | 'prune';
  readonly done: number;
  /** 0: not known. */
  readonly total: number;
  /** Of blobs. */
  readonly bytes: number;
}

export interface BackupParts extends Pick<CopyParts, 'source' | 'existing' | 'signal'> {
  readonly folder: BackupFolder;
  /** Of the database. */
  readonly url: string;
  readonly metadata: Pick<Metadata, 'instancesWithBlob'>;
  /** Null where there is no data folder. */
  readonly files: ServerFiles | null;
  /** Dumps to keep, this one too; null: all. */
  readonly keep: number | null;
  readonly onProgress: (progress: BackupProgress) => void;
}

export interface BackupReport {
  readonly name: string;
  readonly summary: DumpSummary;
  readonly copied: CopiedBlobs['copied'];
  readonly lacking: readonly LackingImage[];
  /** What else is not in the backup that should be. */
  readonly problems: readonly string[];
  readonly pruned: Pruned | null;
}

/** @throws BackupError, DumpError, MetadataError; what was copied until then stays, and the next backup goes on from there */
export async function takeBackup(parts: BackupParts): Promise<BackupReport> {
  const { folder, metadata, files, keep, onProgress, signal } = parts;
  try {
    const { name, blobs, ...dumped } = await dumpWithBlobs(parts);
    const { named, copied } = blobs;
    const removed = blobs.gone.map((digest) => ({ digest, reason: 'It was taken out of use meanwhile.' }));
    const lacking = [...blobs.lacking, ...removed];
    const problems = files ? await keepServerFiles(files, folder.partialFolder(name), folder.blobs) : [];
    const summary: DumpSummary = {
      ...{ ...dumped, ...named, strata: VERSION },
      lacking: lacking.map(({ digest }) => digest).sort(),
    };
    await folder.complete(name, summary);
    const pruned =
      keep === null
        ? null
        : await prune(folder, keep, {
            onProgress: (done) => onProgress({ step: 'prune', done, total: named.blobs, bytes: 0 }),
            signal,
          });
    return { name, summary, copied, problems, pruned, lacking: await withImages(metadata, lacking) };
  } catch (error) {
    await folder.dropPartial().catch(() => undefined); // the next backup does it else
    throw folderTrouble(folder.path, error);
  }
}

async function dumpWithBlobs(parts: BackupParts) {
  const { folder, onProgress } = parts;
  for (let round = 1; ; round++) {
    const name = await folder.newName(new Date());
    const at = folder.partialFolder(name);
    const { takenAt, tables } = await dumpPatiently(parts, at);
    const rowsOf = (table: string) => tables.find((each) => each.name === table)?.rows ?? 0;
    const blobs = await copyBlobs(await DumpFolder.open(at), {
      ...parts,
      onProgress: (step, done, total, bytes) => onProgress({ step, done, total, bytes }),
    });
    if (blobs.gone.length === 0 || round === ROUNDS)
      return { name, takenAt, studies: rowsOf('studies'), instances: rowsOf('instances'), blobs };
    await folder.dropPartial();
  }
}

/** A cluster may change over in the middle of a dump: then it begins anew. */
async function dumpPatiently(
  { folder, url, onProgress, signal }: BackupParts,
  at: string,
): Promise<Manifest> {
  for (let attempt = 1; ; attempt++) {
    try {
      const snapshot = await Snapshot.take(url);
      return await writeDump(snapshot, at, {
        onProgress: ({ done, total }) => onProgress({ step: 'metadata', done, total, bytes: 0 }),
        signal,
      }).finally(() => snapshot.close());
    } catch (error) {
      const isAway = error instanceof MetadataError && error.code === 'unavailable';
      if (!isAway || attempt === ATTEMPTS) throw error;
      await folder.dropPartial();
      await sleep(PAUSE_MS, undefined, { signal });
    }
  }
}

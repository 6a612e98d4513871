// Brings the blobs that a dump names into the backup, those that are not there yet.
import { statfs } from 'node:fs/promises';
import type { DumpFolder } from '@strata/metadata/dump/dump-folder';
import type { BlobName } from '@strata/store/blob-names';
import { BackupError } from './backup-error.ts';
import type { BackupFolder } from './backup-folder.ts';
import { namedBlobs } from './named-blobs.ts';
import type { Fetched, PoolSource } from './pool-source.ts';

/** Blobs whose holders are asked for together, and how many are copied at once. */
const PAGE = 256;
const AT_ONCE = 8;
/** When so many are nowhere to be had, servers are away: they are not told one by one. */
const MOST_LACKING = 50_000;
/** Beside the blobs: for names, the next dump, and what comes meanwhile. */
const SPARE_BYTES = 2 ** 20;

export interface LackingBlob {
  readonly digest: string;
  readonly reason: string;
}

export interface CopiedBlobs {
  /** All that the dump names. */
  readonly named: { readonly blobs: number; readonly bytes: number };
  readonly copied: { readonly blobs: number; readonly bytes: number };
  readonly lacking: readonly LackingBlob[];
  /** Blobs that were taken out of use since the dump. */
  readonly gone: readonly string[];
}

export interface CopyParts {
  readonly folder: BackupFolder;
  readonly source: Pick<PoolSource, 'fetch' | 'holders'>;
  /** `read`: blobs that are in the backup already are read again, and bad ones replaced. */
  readonly existing: 'trust' | 'read';
  readonly onProgress: (step: 'compare' | 'copy', done: number, total: number, bytes: number) => void;
  readonly signal: AbortSignal;
}

/** @throws BackupError 'no-space' before anything is copied that would not fit, StoreError, DumpError, MetadataError */
export async function copyBlobs(dump: DumpFolder, parts: CopyParts): Promise<CopiedBlobs> {
  const { folder, onProgress, signal } = parts;
  const known = dump.tables.find(({ name }) => name === 'blobs')?.rows ?? 0;
  const named = { blobs: 0, bytes: 0 };
  const wanted = { blobs: 0, bytes: 0 };
  for await (const { blob, isHere } of compared(dump, folder, 'trust')) {
    signal.throwIfAborted();
    named.blobs += 1;
    named.bytes += blob.length;
    if (!isHere) {
      wanted.blobs += 1;
      wanted.bytes += blob.length;
    }
    onProgress('compare', named.blobs, known, 0);
  }
  await refuseTooLarge(folder.path, wanted.bytes);
  const copied = { blobs: 0, bytes: 0 };
  const lacking: LackingBlob[] = [];
  const gone: string[] = [];
  const total = parts.existing === 'read' ? named.blobs : wanted.blobs;
  let seen = 0;
  const copy = async (page: readonly BlobName[]): Promise<void> => {
    const holders = await parts.source.holders(page.map(({ digest }) => digest));
    await eachOf(page, AT_ONCE, async (blob) => {
      signal.throwIfAborted();
      const fetched = await parts.source.fetch(blob, holders.get(blob.digest) ?? [], folder.blobs, signal);
      if (fetched.outcome === 'copied') {
        copied.blobs += 1;
        copied.bytes += blob.length;
      } else if (fetched.outcome === 'gone') gone.push(blob.digest);
      else lacking.push({ digest: blob.digest, reason: fetched.reason });
      if (lacking.length > MOST_LACKING) throw tooManyLacking(fetched);
      seen += 1;
      onProgress('copy', seen, total, copied.bytes);
    });
  };
  let page: BlobName[] = [];
  for await (const { blob, isHere } of compared(dump, folder, parts.existing)) {
    signal.throwIfAborted();
    if (isHere) {
      if (parts.existing === 'read') onProgress('copy', ++seen, total, copied.bytes);
      continue;
    }
    page.push(blob);
    if (page.length < PAGE) continue;
    await copy(page);
    page = [];
  }
  await copy(page);
  return { named, copied, lacking, gone };
}

/** The blobs that a dump names, each with whether the backup has it; both lists are sorted. */
async function* compared(
  dump: DumpFolder,
  { blobs }: BackupFolder,
  existing: CopyParts['existing'],
): AsyncGenerator<{ readonly blob: BlobName; readonly isHere: boolean }> {
  const here = blobs.list();
  try {
    let next = await here.next();
    for await (const blob of namedBlobs(dump)) {
      while (!next.done && next.value.digest < blob.digest) next = await here.next();
      let isHere = !next.done && next.value.digest === blob.digest && next.value.length === blob.length;
      if (isHere && existing === 'read') isHere = (await blobs.verify(blob.digest)).state === 'good';
      yield { blob, isHere };
    }
  } finally {
    await here.return(undefined);
  }
}

async function refuseTooLarge(folder: string, bytes: number): Promise<void> {
  const { bsize, bavail } = await statfs(folder);
  const free = bsize * bavail;
  if (bytes === 0 || free >= bytes + SPARE_BYTES) return;
  const [needed, there] = [bytes, free].map((each) => `${(each / 1e9).toFixed(3)} GB`);
  throw new BackupError(
    'no-space',
    `The backup ${folder} needs ${needed} more, and its disk has ${there} free: free space there, or name a folder on a larger disk.`,
  );
}

function tooManyLacking(last: Fetched): BackupError {
  const why = last.outcome === 'lacking' ? ` The last: ${last.reason}` : '';
  return new BackupError(
    'no-servers',
    `More than ${MOST_LACKING} blobs are on no server that can be reached. Start the servers that are away (strata servers), and run it again; what was copied stays.${why}`,
  );
}

/** Does the work for each item, so many at once; the first failure ends it. */
export async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  let failed = false;
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined && !failed; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  const failure = lanes.find((one) => one.status === 'rejected');
  if (failure) throw failure.reason;
}

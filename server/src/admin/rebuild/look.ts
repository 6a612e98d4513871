// Looks through a disk from where an earlier look stopped, and writes down in the book what its blobs hold.
import type { RebuildBook } from '@strata/metadata/rebuild/book';
import type { FoundFrames, FoundObject, Problem } from '@strata/metadata/rebuild/booked';
import type { ListedBlob } from '@strata/store/blob-store';
import { readIdentity } from '@strata/store/disk-identity';
import { StoreError } from '@strata/store/errors';
import type { CodingPool } from '../../gateway/coding-pool.ts';
import { WorkerError } from '../../gateway/file-workers.ts';
import { refusalOf } from '../../gateway/refusal.ts';
import type { FoundDisk } from './found-disks.ts';
import { readBlob } from './read-blob.ts';

/** Blobs of one stretch: what a killed rebuild does again. */
const PAGE = 200;

export interface LookParts {
  readonly book: RebuildBook;
  readonly coding: CodingPool;
}

/** How far the look is: 0 to 1 by digest, which are spread evenly. */
export interface Looked {
  readonly blobs: number;
  readonly bytes: number;
  readonly share: number;
  readonly problems: readonly Problem[];
}

/** Yields after each stretch that is written down. Throws MetadataError, StoreError, WorkerError `stopping`. */
export async function* lookThrough(
  parts: LookParts,
  disk: FoundDisk,
  after: string,
  signal: AbortSignal,
): AsyncGenerator<Looked> {
  let page: ListedBlob[] = [];
  for await (const blob of disk.store.list(after === '' ? undefined : after)) {
    page.push(blob);
    if (page.length < PAGE) continue;
    yield await keepStretch(parts, disk, page);
    page = [];
    if (signal.aborted) return;
  }
  if (page.length > 0) yield await keepStretch(parts, disk, page);
  await parts.book.finish(disk);
}

async function keepStretch(
  { book, coding }: LookParts,
  disk: FoundDisk,
  page: readonly ListedBlob[],
): Promise<Looked> {
  const known = await book.known(page.map(({ digest }) => digest));
  const objects: FoundObject[] = [];
  const frames: FoundFrames[] = [];
  const problems: Problem[] = [];
  const bad = new Set<string>();
  const waiting = page.filter(({ digest }) => !known.has(digest));
  const work = async (): Promise<void> => {
    for (let blob = waiting.shift(); blob; blob = waiting.shift()) {
      try {
        const found = await readBlob(disk.store, blob, coding);
        if (found.kind === 'object') objects.push(found.object);
        else frames.push(found.frames);
      } catch (error) {
        if (await isNotOfTheBlob(error, disk)) throw error;
        bad.add(blob.digest);
        problems.push({ subject: `blob ${blob.digest} on ${disk.path}`, reason: refusalOf(error).reason });
      }
    }
  };
  await Promise.all(Array.from({ length: coding.size * 2 }, work));
  const copies = page.map(({ digest }) => digest).filter((digest) => !bad.has(digest));
  const end = page.at(-1)?.digest ?? '';
  await book.seen(
    page
      .filter(({ digest }) => known.has(digest))
      .map(({ digest, modifiedMs }) => ({ digest, arrivedMs: modifiedMs })),
  );
  await book.keep(disk, { after: end, blobs: page.length, copies, objects, frames, problems });
  return {
    blobs: page.length,
    bytes: page.reduce((sum, { length }) => sum + length, 0),
    share: (Number.parseInt(end.slice(0, 8), 16) + 1) / 2 ** 32,
    problems,
  };
}

/** The work is stopped, or the disk is gone: nothing that can be said of one blob. */
async function isNotOfTheBlob(error: unknown, disk: FoundDisk): Promise<boolean> {
  if (error instanceof WorkerError) return error.code === 'stopping';
  if (!(error instanceof StoreError) || error.code !== 'io') return false;
  return (await readIdentity(disk.path).catch(() => null)) !== disk.disk;
}

// Finds the frames of objects from before their blobs named them: those that give the file back, byte for byte.
import type { RebuildBook } from '@strata/metadata/rebuild/book';
import type { SoughtObject } from '@strata/metadata/rebuild/booked';
import type { CodingPool } from '../../gateway/coding-pool.ts';
import { WorkerError } from '../../gateway/file-workers.ts';
import type { FoundDisk } from './found-disks.ts';

const PAGE = 100;
/**
 * Blobs of frames that are tried for one object. An image's two blobs are written within moments, so of those of its shape
 * the nearest in time are its own but for a few that came meanwhile.
 */
const TRIES = 200;

export interface FindParts {
  readonly book: RebuildBook;
  readonly coding: CodingPool;
  readonly disks: readonly FoundDisk[];
}

/** Yields after each object that was tried: how many so far, and how many of them were found. */
export async function* findFrames(
  parts: FindParts,
  signal: AbortSignal,
): AsyncGenerator<{ tried: number; found: number }> {
  await parts.book.linkByPixels();
  let tried = 0;
  let found = 0;
  for (let after: SoughtObject | null = null; ; ) {
    const page: SoughtObject[] = await parts.book.sought(after, PAGE);
    for (const object of page) {
      if (signal.aborted) return;
      const frames = await framesOf(parts, object);
      if (frames !== null) await parts.book.link(object, frames);
      tried += 1;
      found += frames === null ? 0 : 1;
      yield { tried, found };
    }
    after = page.at(-1) ?? null;
    if (page.length < PAGE) return;
  }
}

async function framesOf(parts: FindParts, sought: SoughtObject): Promise<string | null> {
  const { book, coding } = parts;
  const object = await read(parts, sought.digest);
  if (object === null) return null;
  for (const { digest, digests } of await book.candidates(sought, TRIES)) {
    const frames = await read(parts, digest);
    if (frames === null) continue;
    try {
      await coding.rebuild({ object: object.slice(), frames, frameDigests: digests });
      return digest;
    } catch (error) {
      if (error instanceof WorkerError && error.code === 'stopping') throw error;
      // Another image's, or damaged: the next.
    }
  }
  return null;
}

/** The blob from the first disk that gives it; null where none does. */
async function read({ disks }: FindParts, digest: string): Promise<Uint8Array | null> {
  for (const { store } of disks) {
    const bytes = await store.get(digest).catch(() => null);
    if (bytes) return bytes;
  }
  return null;
}

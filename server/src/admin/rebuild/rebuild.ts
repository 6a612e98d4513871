// Makes metadata out of the blobs of some disks: look, find, commit. It may be killed and run again at any moment.
import type { Metadata } from '@strata/metadata/metadata';
import type { BookSummary, Problem } from '@strata/metadata/rebuild/booked';
import type { CodingPool } from '../../gateway/coding-pool.ts';
import { commitBooked, type Known } from './commit-booked.ts';
import { findFrames } from './find-frames.ts';
import type { FoundDisk } from './found-disks.ts';
import { lookThrough } from './look.ts';

export interface RebuildParts {
  readonly metadata: Metadata;
  readonly coding: CodingPool;
  readonly disks: readonly FoundDisk[];
}

export interface RebuildOptions {
  readonly known: Known;
  /** `look`: only write down what there is; the rebuild of another server commits it. */
  readonly until: 'look' | 'end';
  /** What cannot be used is looked for again by the next rebuild, or it is given up. */
  readonly leftovers: 'wait' | 'give-up';
}

export type RebuildEvent =
  | { readonly type: 'looked'; readonly disk: string; readonly blobs: number; readonly share: number }
  | { readonly type: 'skipped'; readonly disk: string }
  | { readonly type: 'sought'; readonly tried: number; readonly found: number }
  | { readonly type: 'committed'; readonly done: number; readonly total: number }
  | ({ readonly type: 'summary' } & RebuildSummary);

export interface RebuildSummary extends BookSummary {
  readonly describedAnew: number;
  /** At most 1000 of them. */
  readonly listed: readonly Problem[];
}

/** Yields how far it is, and what came of it at last. Throws MetadataError, StoreError, WorkerError `stopping`. */
export async function* rebuild(
  parts: RebuildParts,
  { known, until, leftovers }: RebuildOptions,
  signal: AbortSignal,
): AsyncGenerator<RebuildEvent> {
  const { metadata, coding, disks } = parts;
  const book = metadata.rebuild;
  const states = await book.open(disks);
  if (known === 'describe-anew' && states.every(({ after, isDone }) => after === '' && !isDone)) {
    await book.forgetOutcomes();
  }
  for (const [index, disk] of disks.entries()) {
    const state = states[index];
    if (state?.isDone) {
      yield { type: 'skipped', disk: disk.path };
      continue;
    }
    let blobs = 0;
    for await (const looked of lookThrough({ book, coding }, disk, state?.after ?? '', signal)) {
      blobs += looked.blobs;
      yield { type: 'looked', disk: disk.path, blobs, share: looked.share };
    }
    if (signal.aborted) return;
  }
  let describedAnew = 0;
  if (until === 'end') {
    for await (const found of findFrames({ book, coding, disks }, signal)) yield { type: 'sought', ...found };
    const total = await book.ready();
    let done = 0;
    for await (const committed of commitBooked(metadata, known, signal)) {
      done += committed.instances;
      describedAnew += committed.describedAnew;
      yield { type: 'committed', done, total };
    }
  }
  if (signal.aborted) return;
  const summary = await book.summary();
  const listed = await book.problems(until === 'end' ? 'with-waiting' : 'without-waiting');
  if (until === 'end') {
    if (listed.length === 0 || leftovers === 'give-up') await book.close();
    else await book.lookAgain(disks);
  }
  yield { type: 'summary', ...summary, describedAnew, listed };
}

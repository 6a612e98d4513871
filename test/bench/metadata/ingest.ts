// How fast instances become known: commits of many records, and of one.
import type { Metadata } from '@strata/metadata/metadata';
import type { InstanceRecord } from '@strata/metadata/records';
import { clearProgress, progress } from '../progress.ts';
import { madeRecord, madeStudy } from './made-studies.ts';

const BATCH = 1000;

/** Instances a second. */
export interface IngestFigures {
  /** Commits of 1000 records of new studies as they come, about five instances each. */
  readonly mixed: number;
  /** The same, two at a time: while one is made ready, the other is written. */
  readonly twoAtATime: number;
  /** Commits of 1000 records of one series each, which the first of them makes known. */
  readonly long: number;
  /** Commits of one record, one after the other. */
  readonly single: number;
  /** Commits of one record, eight at a time. */
  readonly parallel: number;
}

/**
 * Commits `batches` batches of each kind and as many single records as one batch has.
 * @param space tells the UIDs of this run from those of all others
 */
export async function measureIngest(
  metadata: Metadata,
  batches: number,
  space: number,
): Promise<IngestFigures> {
  const mixed = batchesOf(recordsOf(space, BATCH * batches));
  const two = batchesOf(recordsOf(space + 4, BATCH * batches));
  const long = Array.from({ length: batches }, (_, batch) =>
    longSeries(space + 1, Math.floor(batch / 4), batch % 4),
  );
  const single = recordsOf(space + 2, BATCH / 2).map((record) => [record]);
  const parallel = recordsOf(space + 3, BATCH).map((record) => [record]);
  const figures = {
    mixed: await rate('batches of new studies', BATCH * batches, () => commitAll(metadata, mixed, 1)),
    twoAtATime: await rate('two batches at a time', BATCH * batches, () => commitAll(metadata, two, 2)),
    long: await rate('batches of long series', BATCH * batches, () => commitAll(metadata, long, 1)),
    single: await rate('single commits', single.length, () => commitAll(metadata, single, 1)),
    parallel: await rate('eight single commits at a time', parallel.length, () =>
      commitAll(metadata, parallel, 8),
    ),
  };
  clearProgress();
  return figures;
}

async function commitAll(
  metadata: Metadata,
  batches: readonly (readonly InstanceRecord[])[],
  atATime: number,
): Promise<void> {
  const left = batches.values();
  const commitLeft = async (): Promise<void> => {
    for (const batch of left) await metadata.commit(batch);
  };
  await Promise.all(Array.from({ length: atATime }, commitLeft));
}

function batchesOf(records: readonly InstanceRecord[]): InstanceRecord[][] {
  return Array.from({ length: records.length / BATCH }, (_, batch) =>
    records.slice(batch * BATCH, (batch + 1) * BATCH),
  );
}

async function rate(words: string, instances: number, work: () => Promise<void>): Promise<number> {
  progress(words);
  const began = performance.now();
  await work();
  return (instances * 1000) / (performance.now() - began);
}

function recordsOf(space: number, count: number): InstanceRecord[] {
  const records: InstanceRecord[] = [];
  for (let n = 0; records.length < count; n++) {
    const made = madeStudy(n, count, space);
    for (const [series, instances] of made.instances.entries()) {
      for (let instance = 1; instance <= instances; instance++)
        records.push(madeRecord(made, series + 1, instance));
    }
  }
  return records.slice(0, count);
}

function longSeries(space: number, n: number, part: number): InstanceRecord[] {
  const made = madeStudy(n, 1000, space);
  return Array.from({ length: BATCH }, (_, index) => madeRecord(made, 1, part * BATCH + index + 1));
}

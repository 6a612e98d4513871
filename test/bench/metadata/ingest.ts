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
  const mixed = recordsOf(space, BATCH * batches);
  const long = Array.from({ length: batches }, (_, batch) =>
    longSeries(space + 1, Math.floor(batch / 4), batch % 4),
  );
  const single = recordsOf(space + 2, BATCH / 2);
  const parallel = recordsOf(space + 3, BATCH);
  const figures = {
    mixed: await rate('batches of new studies', mixed.length, async () => {
      for (let at = 0; at < mixed.length; at += BATCH) await metadata.commit(mixed.slice(at, at + BATCH));
    }),
    long: await rate('batches of long series', BATCH * batches, async () => {
      for (const batch of long) await metadata.commit(batch);
    }),
    single: await rate('single commits', single.length, async () => {
      for (const record of single) await metadata.commit([record]);
    }),
    parallel: await rate('single commits, eight at a time', parallel.length, async () => {
      const left = parallel.values();
      const commitLeft = async (): Promise<void> => {
        for (const record of left) await metadata.commit([record]);
      };
      await Promise.all(Array.from({ length: 8 }, commitLeft));
    }),
  };
  clearProgress();
  return figures;
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

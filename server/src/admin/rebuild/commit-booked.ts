// Commits what the book holds, in the order in which it arrived, so that the words of the first stay as they were.
import { MetadataError } from '@strata/metadata/errors';
import type { Metadata } from '@strata/metadata/metadata';
import type { BookedInstance, Problem } from '@strata/metadata/rebuild/booked';
import type { CommitOutcome, InstanceRecord } from '@strata/metadata/records';
import type { DescribedBlob } from '../../gateway/description.ts';
import { recordOf } from '../../gateway/record.ts';

const PAGE = 250;

/** What is to be done to instances that are known already. */
export type Known = 'stay' | 'describe-anew';

export interface Committed {
  readonly instances: number;
  /** Instances that were known, with other words than they have now. */
  readonly describedAnew: number;
  readonly problems: readonly Problem[];
}

/** Yields after each transaction. Throws MetadataError. */
export async function* commitBooked(
  metadata: Metadata,
  known: Known,
  signal: AbortSignal,
): AsyncGenerator<Committed> {
  for (let after: BookedInstance | null = null; !signal.aborted; ) {
    const page: BookedInstance[] = await metadata.rebuild.instances(after, PAGE);
    if (page.length === 0) return;
    const records = page.map(recordOfBooked);
    const problems: Problem[] = [];
    const outcomes = await commit(metadata, records, problems);
    const before = records.filter((_, index) => outcomes[index] === 'already');
    const describedAnew =
      known === 'describe-anew' && before.length > 0 ? await metadata.rebuild.describeAnew(before) : 0;
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome === 'conflict') problems.push(conflictOf(records[index] as InstanceRecord));
    }
    if (problems.length > 0) await metadata.rebuild.addProblems(problems);
    await metadata.rebuild.settle(page, outcomes);
    yield { instances: page.length, describedAnew, problems };
    after = page.at(-1) ?? null;
  }
}

/** All at once, or, where one of them cannot be kept, each alone. */
async function commit(
  metadata: Metadata,
  records: readonly InstanceRecord[],
  problems: Problem[],
): Promise<(CommitOutcome | 'invalid')[]> {
  try {
    return await metadata.commit(records, 'as-given');
  } catch (error) {
    if (!(error instanceof MetadataError) || error.code !== 'invalid') throw error;
    const [record] = records;
    if (records.length === 1 && record) {
      problems.push({ subject: `blob ${record.objectBlob.digest}`, reason: error.message });
      return ['invalid'];
    }
    const outcomes: (CommitOutcome | 'invalid')[] = [];
    for (const one of records) outcomes.push(...(await commit(metadata, [one], problems)));
    return outcomes;
  }
}

function recordOfBooked({ description, object, frames }: BookedInstance): InstanceRecord {
  const { sent, ...described } = JSON.parse(description) as Omit<DescribedBlob, 'frames'>;
  return recordOf(described, sent, object, frames && { ...frames, blob: frames });
}

function conflictOf({ instance, objectBlob }: InstanceRecord): Problem {
  return {
    subject: `instance ${instance.uid}`,
    reason: `Another file is known under its SOP Instance UID, or its series under another study: blob ${objectBlob.digest} stays unused.`,
  };
}

// Commits instances in groups: whoever arrives while a transaction runs goes into the next one, together.
import type { Metadata } from '@strata/metadata/metadata';
import type { CommitOutcome, InstanceRecord } from '@strata/metadata/records';
import { type Patience, patiently } from './patience.ts';

/** Most instances of one transaction. */
const MAX_BATCH = 100;

interface Waiting {
  readonly record: InstanceRecord;
  readonly resolve: (outcome: CommitOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** One transaction at a time, each with everything that waits. */
export class CommitQueue {
  readonly #metadata: Pick<Metadata, 'commit' | 'replaceBlobs'>;
  readonly #patience: Patience;
  readonly #onStored: (studyUid: string) => void;
  readonly #waiting: Waiting[] = [];
  #running = false;

  /** @param onStored told once per transaction of each study that has changed, before anything is acknowledged */
  constructor(
    metadata: Pick<Metadata, 'commit' | 'replaceBlobs'>,
    patience: Patience,
    onStored: (studyUid: string) => void,
  ) {
    this.#metadata = metadata;
    this.#patience = patience;
    this.#onStored = onStored;
  }

  /** Resolves when the record is committed and durable. @throws what the metadata say of this record, or that they are away */
  commit(record: InstanceRecord): Promise<CommitOutcome> {
    const outcome = new Promise<CommitOutcome>((resolve, reject) =>
      this.#waiting.push({ record, resolve, reject }),
    );
    if (!this.#running) void this.#run();
    return outcome;
  }

  /**
   * Lets a known instance refer to other blobs, in a transaction of its own; durable when it resolves.
   * @returns the digests of blobs that no instance needs any more, or null when this file is not known under its UID
   * @throws like `commit`
   */
  async replaceBlobs(record: InstanceRecord): Promise<string[] | null> {
    const unneeded = await patiently(this.#patience, async () => this.#metadata.replaceBlobs(record));
    if (unneeded) this.#onStored(record.study.uid);
    return unneeded;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) await this.#commitGroup(this.#waiting.splice(0, MAX_BATCH));
    this.#running = false;
  }

  async #commitGroup(group: Waiting[]): Promise<void> {
    const records = group.map(({ record }) => record);
    try {
      const outcomes = await patiently(this.#patience, async () => this.#metadata.commit(records));
      const grown = records.filter((_, index) => outcomes[index] === 'stored').map(({ study }) => study.uid);
      for (const studyUid of new Set(grown)) this.#onStored(studyUid);
      group.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome === undefined) reject(new Error('the metadata gave no outcome for a record'));
        else resolve(outcome);
      });
    } catch (error) {
      if (group.length === 1 || this.#patience.isAway(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      // One record that the database refuses must not take the others with it.
      for (const one of group) await this.#commitGroup([one]);
    }
  }
}

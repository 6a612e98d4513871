// Commits instances in groups: whoever arrives while a transaction runs goes into the next one, together.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Metadata } from '@strata/metadata/metadata';
import type { CommitOutcome, InstanceRecord } from '@strata/metadata/records';

/** Most instances of one transaction. */
const MAX_BATCH = 100;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

interface Waiting {
  readonly record: InstanceRecord;
  readonly resolve: (outcome: CommitOutcome) => void;
  readonly reject: (error: unknown) => void;
}

export interface CommitQueueOptions {
  /** Whether an error says that the database is away, and may come back. */
  readonly isAway: (error: unknown) => boolean;
  /** How long a commit is tried again while the database is away. */
  readonly patienceMs: number;
}

/** One transaction at a time, each with everything that waits. */
export class CommitQueue {
  readonly #metadata: Pick<Metadata, 'commit'>;
  readonly #options: CommitQueueOptions;
  readonly #waiting: Waiting[] = [];
  #running = false;

  constructor(metadata: Pick<Metadata, 'commit'>, options: CommitQueueOptions) {
    this.#metadata = metadata;
    this.#options = options;
  }

  /** Resolves when the record is committed and durable. @throws what the metadata say of this record, or that they are away */
  commit(record: InstanceRecord): Promise<CommitOutcome> {
    const outcome = new Promise<CommitOutcome>((resolve, reject) =>
      this.#waiting.push({ record, resolve, reject }),
    );
    if (!this.#running) void this.#run();
    return outcome;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) await this.#commitGroup(this.#waiting.splice(0, MAX_BATCH));
    this.#running = false;
  }

  async #commitGroup(group: Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#commitPatiently(group.map(({ record }) => record));
      group.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome === undefined) reject(new Error('the metadata gave no outcome for a record'));
        else resolve(outcome);
      });
    } catch (error) {
      if (group.length === 1 || this.#options.isAway(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      // One record that the database refuses must not take the others with it.
      for (const one of group) await this.#commitGroup([one]);
    }
  }

  async #commitPatiently(records: InstanceRecord[]): Promise<CommitOutcome[]> {
    const until = Date.now() + this.#options.patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.#metadata.commit(records);
      } catch (error) {
        if (!this.#options.isAway(error) || Date.now() + pause > until) throw error;
        await sleep(pause);
      }
    }
  }
}

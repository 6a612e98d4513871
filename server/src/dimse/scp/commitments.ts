// Keeps the promises of storage commitment: looks at every instance, and tells the peer until it has heard it.

import type { Metadata } from '@strata/metadata/metadata';
import type { Logger } from '../../config/log.ts';
import type { PeerSettings } from '../../config/settings/dicom-section.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Messages } from '../messages/messages.ts';
import { Status } from '../messages/status.ts';
import { type CommitmentResult, reportCommitment, reportOn } from '../scu/commitment-report.ts';
import type { Calling } from '../scu/connection.ts';
import type { AgreedContext } from '../upper-layer/negotiate.ts';
import type { Commitment, CommitmentBook, ReferencedInstance } from './commitment-book.ts';

export interface CommitmentsParts {
  readonly book: CommitmentBook;
  readonly gateway: Pick<Gateway, 'isWhole'>;
  readonly metadata: Pick<Metadata, 'instanceOfNow' | 'durable'>;
  readonly peers: readonly PeerSettings[];
  readonly calling: Calling;
  readonly log: Logger;
}

/** The association on which it was asked: the answer may go back on it while it is open. */
export interface AskedOn {
  readonly messages: Messages;
  readonly context: AgreedContext;
}

/** A peer that keeps its association open waits there; one that wants to be called has released it by then. */
const GRACE_MS = 1000;
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 600_000;
/** After this long nobody waits for the answer any more. */
const GIVE_UP_MS = 30 * 86_400_000;

export class Commitments {
  readonly #parts: CommitmentsParts;
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(parts: CommitmentsParts) {
    this.#parts = parts;
  }

  /** Takes up what was left undone. */
  async start(): Promise<void> {
    for (const commitment of await this.#parts.book.all()) this.#deliver(commitment, null);
  }

  /** Promises an answer; durable when it resolves. @throws the file system's error */
  promise(commitment: Commitment): Promise<void> {
    return this.#parts.book.keep(commitment);
  }

  /** Answers a promise in the background. */
  answer(commitment: Commitment, askedOn: AskedOn): void {
    this.#deliver(commitment, askedOn);
  }

  /** What is not delivered yet is taken up at the next start. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#running);
  }

  #deliver(commitment: Commitment, askedOn: AskedOn | null): void {
    const run = this.#untilHeard(commitment, askedOn).catch((error: unknown) => {
      this.#parts.log.error({ err: error }, 'a storage commitment could not be answered');
    });
    this.#running.add(run);
    void run.then(() => this.#running.delete(run));
  }

  async #untilHeard(commitment: Commitment, askedOn: AskedOn | null): Promise<void> {
    const { book, log } = this.#parts;
    const { callingAe, transactionUid, askedAt } = commitment;
    const giveUpAt = Date.parse(askedAt) + GIVE_UP_MS;
    if (askedOn) await Promise.race([this.#sleep(GRACE_MS), askedOn.messages.layer.ended]);
    let pause = FIRST_PAUSE_MS;
    while (!this.#stopped.signal.aborted) {
      const why = await this.#tell(commitment, askedOn);
      if (why === null) return book.remove(commitment.id);
      if (Date.now() > giveUpAt) {
        log.error({ callingAe, transactionUid, why }, 'gave up answering a storage commitment');
        return book.remove(commitment.id);
      }
      log.info({ callingAe, transactionUid, why }, 'a storage commitment was not heard yet');
      await this.#sleep(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  /** @returns why it was not heard, or null when it was */
  async #tell(commitment: Commitment, askedOn: AskedOn | null): Promise<string | null> {
    const { peers, calling } = this.#parts;
    try {
      const result = await this.#resultOf(commitment);
      const title = calling.settings.aeTitle;
      if (askedOn?.messages.layer.established) {
        return await reportOn(askedOn.messages, askedOn.context, result, title);
      }
      const peer = peers.find(({ aeTitle }) => aeTitle === commitment.callingAe);
      if (!peer) return 'it has released its association and is not among the peers';
      return await reportCommitment(peer, calling, result);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #resultOf({ transactionUid, instances }: Commitment): Promise<CommitmentResult> {
    const failed: (ReferencedInstance & { reason: number })[] = [];
    const kept: ReferencedInstance[] = [];
    for (const instance of instances) {
      const reason = await this.#problemOf(instance);
      if (reason === null) kept.push(instance);
      else failed.push({ ...instance, reason });
    }
    // What was found may be a commit of this moment, which not all are sure of yet.
    if (kept.length > 0) await this.#parts.metadata.durable();
    return { transactionUid, kept, failed };
  }

  /** Committed is what is there whole, on disk, under the SOP class that was named. */
  async #problemOf({ sopInstanceUid, sopClassUid }: ReferencedInstance): Promise<number | null> {
    const record = await this.#parts.metadata.instanceOfNow(sopInstanceUid);
    if (!record) return Status.noSuchInstance;
    if (record.instance.sopClassUid !== sopClassUid) return Status.classInstanceConflict;
    return (await this.#parts.gateway.isWhole(record)) ? null : Status.processingFailure;
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#stopped.signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  }
}

// Reads every copy of this server again, slowly, pass after pass, and has bad ones replaced from others.
import type { Pool } from '@strata/metadata/pool/pool';
import type { Disks, ListedOnDisk } from '@strata/store/disks';
import type { Logger } from '../../config/log.ts';
import type { Findings } from './findings.ts';
import { type HealParts, healCopy, outcomeOf } from './heal-copy.ts';
import type { Pace } from './pace.ts';
import { readScrubState, type ScrubState, writeScrubState } from './scrub-progress.ts';

/** How much is read again after a kill. */
const KEPT_EVERY_MS = 10_000;
const DAY_MS = 24 * 3_600_000;

export interface ScrubParts extends HealParts {
  readonly pool: HealParts['pool'] & Pick<Pool, 'placedBlobsOf'>;
  readonly disks: Pick<Disks, 'list' | 'verify'>;
  readonly findings: Findings;
  readonly pace: Pace;
  readonly everyDays: number;
  /** Where the progress is kept. */
  readonly file: string;
  readonly log: Pick<Logger, 'error' | 'info'>;
}

export class Scrub {
  readonly #parts: ScrubParts;
  #state: ScrubState | null = null;
  #isWanted = false;
  #keptAt = 0;

  constructor(parts: ScrubParts) {
    this.#parts = parts;
  }

  /** How far it is; null before the first look. */
  state(): ScrubState | null {
    return this.#state;
  }

  /** A person wants a pass now. */
  want(): void {
    this.#isWanted = true;
  }

  /** Goes on with the pass under way, begins one when it is due, does nothing else. Throws when the signal says stop. */
  async goOn(signal: AbortSignal): Promise<void> {
    this.#state ??= await readScrubState(this.#parts.file);
    if (this.#state.after === null && !this.#isDue(this.#state)) return;
    if (this.#state.after === null) this.#begin();
    await this.#pass(signal);
  }

  #isDue({ beganAt }: ScrubState): boolean {
    return (
      this.#isWanted || beganAt === null || Date.now() - Date.parse(beganAt) > this.#parts.everyDays * DAY_MS
    );
  }

  #begin(): void {
    this.#isWanted = false;
    const passes = this.#state?.passes ?? 0;
    const beganAt = new Date().toISOString();
    this.#state = {
      ...{ after: '0'.repeat(64), beganAt, endedAt: null, blobs: 0, bytes: 0, bad: 0, passes },
    };
  }

  async #pass(signal: AbortSignal): Promise<void> {
    const { disks, pace, log } = this.#parts;
    try {
      for await (const file of disks.list(this.#state?.after ?? undefined)) {
        await pace.take(file.length, signal);
        const isBad = await this.#read(file, signal);
        this.#count(file, isBad);
        if (performance.now() - this.#keptAt > KEPT_EVERY_MS) await this.#keep();
      }
    } catch (error) {
      await this.#keep();
      throw error;
    }
    if (!this.#state) return;
    const { passes, bad, blobs } = this.#state;
    this.#state = { ...this.#state, after: null, endedAt: new Date().toISOString(), passes: passes + 1 };
    await this.#keep();
    log.info({ blobs, bad }, 'every copy here was read again');
  }

  /** @returns whether the copy was bad */
  async #read({ digest, disk }: ListedOnDisk, signal: AbortSignal): Promise<boolean> {
    const { disks, pool, findings, log } = this.#parts;
    const check = await disks.verify(digest, { disk });
    // What is gone was removed since it was listed, or the audit misses it.
    if (check.state === 'good' || check.state === 'missing') return false;
    // The damaged file may have another length than the blob.
    const [known] = await pool.placedBlobsOf([digest]);
    const outcome = known ? outcomeOf(await healCopy(this.#parts, known, disk, signal)) : 'no image needs it';
    findings.add({ digest, disk, found: 'damaged', reason: check.reason, outcome });
    log.error({ digest, disk, reason: check.reason, outcome }, 'a copy is damaged');
    return true;
  }

  #count({ digest, length }: ListedOnDisk, isBad: boolean): void {
    const state = this.#state;
    if (!state) return;
    const { blobs, bytes, bad } = state;
    this.#state = {
      ...state,
      after: digest,
      blobs: blobs + 1,
      bytes: bytes + length,
      bad: bad + (isBad ? 1 : 0),
    };
  }

  async #keep(): Promise<void> {
    this.#keptAt = performance.now();
    if (this.#state) await writeScrubState(this.#parts.file, this.#state);
  }
}

// Does the errands of one kind: one worker a target, each with a pause of its own when the target is away.
import type { Errand, ErrandKind, Settlement } from '@strata/metadata/errands/errand';
import type { Errands } from '@strata/metadata/errands/errands';
import type { Logger } from '../config/log.ts';
import { afterAbsence, pauseAfter } from './patience.ts';

/** The other side cannot be reached or is too busy: nothing is wrong with the errands themselves. */
export class AwayError extends Error {
  override readonly name = 'AwayError';
}

export interface ErrandRunnerParts {
  readonly errands: Errands;
  readonly kind: ErrandKind;
  /** Errands of one target at once. */
  readonly batch: number;
  /**
   * Does errands of one target, and settles each as soon as it is done or refused.
   * @throws AwayError when the target is away; those that were not settled are tried again later
   */
  readonly perform: (
    target: string,
    errands: readonly Errand[],
    settle: (settlement: Settlement) => void,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly log: Logger;
}

/** Looks for due errands that nobody announced: those of a killed process, and those whose pause is over. */
const LOOK_EVERY_MS = 3_000;
/** Whoever holds errands for longer is believed dead. */
const LEASE_MS = 30 * 60_000;

export class ErrandRunner {
  readonly #parts: ErrandRunnerParts;
  readonly #working = new Map<string, Promise<void>>();
  /** Failures in a row, and until when the target is left alone. */
  readonly #away = new Map<string, { failures: number; until: number }>();
  readonly #stopping = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | null = null;
  #again = false;

  constructor(parts: ErrandRunnerParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.wake(), LOOK_EVERY_MS);
    this.#timer.unref();
    this.wake();
  }

  /** Something may be due. Cheap, may be called often. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    this.#again = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
  }

  /** Forgets that targets were away: a person wants it tried now. */
  hurry(): void {
    this.#away.clear();
    this.wake();
  }

  /** Ends what is under way; errands that are not done are due again at once. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort(new AwayError('Strata is stopping.'));
    await this.#looking;
    await Promise.all(this.#working.values());
  }

  async #look(): Promise<void> {
    const { errands, kind, log } = this.#parts;
    while (this.#again && !this.#stopping.signal.aborted) {
      this.#again = false;
      try {
        for (const target of await errands.targetsDue(kind)) this.#employ(target);
      } catch (error) {
        log.warn({ err: error, kind }, 'cannot look for errands; will look again');
      }
    }
  }

  #employ(target: string): void {
    if (this.#working.has(target) || performance.now() < (this.#away.get(target)?.until ?? 0)) return;
    const work = this.#work(target)
      .catch((error) => {
        this.#parts.log.warn({ err: error, target }, 'errands were left for later');
      })
      .finally(() => this.#working.delete(target));
    this.#working.set(target, work);
  }

  async #work(target: string): Promise<void> {
    const { errands, kind, batch } = this.#parts;
    while (!this.#stopping.signal.aborted) {
      const claimed = await errands.claim(kind, target, batch, LEASE_MS);
      if (claimed.length === 0) return;
      if (!(await this.#perform(target, claimed))) return;
    }
  }

  /** @returns whether to go on with this target */
  async #perform(target: string, claimed: readonly Errand[]): Promise<boolean> {
    const { errands, perform, log } = this.#parts;
    const open = new Map(claimed.map((errand) => [errand.id, errand]));
    const settled: Settlement[] = [];
    const settle = (settlement: Settlement): void => {
      if (open.delete(settlement.id)) settled.push(settlement);
    };
    let away: { error: string; pauseMs: number } | null = null;
    try {
      await perform(target, claimed, settle, this.#stopping.signal);
      this.#away.delete(target);
    } catch (error) {
      away = this.#note(target, error);
      if (!(error instanceof AwayError)) log.error({ err: error, target }, 'an errand failed unexpectedly');
    }
    const missing = away ?? { error: 'It was passed over.', pauseMs: pauseAfter(1) };
    await errands.settle([
      ...settled,
      // Spread, so that they come in another order: one that always fails must not keep the others waiting.
      ...[...open.values()].map((errand) =>
        afterAbsence(errand, missing.error, missing.pauseMs * (1 + Math.random() / 4)),
      ),
    ]);
    return away === null;
  }

  #note(target: string, error: unknown): { error: string; pauseMs: number } {
    const message = error instanceof Error ? error.message : String(error);
    if (this.#stopping.signal.aborted) return { error: '', pauseMs: 0 };
    const failures = (this.#away.get(target)?.failures ?? 0) + 1;
    const pauseMs = pauseAfter(failures);
    this.#away.set(target, { failures, until: performance.now() + pauseMs });
    this.#parts.log.warn({ target, failures, reason: message }, 'a destination is away; will try again');
    return { error: message, pauseMs };
  }
}

// Work that is done again and again with pauses between, never twice at once, and stops when it is told.
import type { Logger } from '../../config/log.ts';

const LONGEST_PAUSE_MS = 60_000;

export interface RecurringParts {
  /** For the log, e.g. `the scrub`. */
  readonly name: string;
  /** From the end of one turn to the next, in ms. */
  readonly pauseMs: () => number;
  /** Before the first turn. */
  readonly firstMs: number;
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly log: Pick<Logger, 'warn'>;
}

export class Recurring {
  readonly #parts: RecurringParts;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> | null = null;
  #again = false;
  #failures = 0;

  constructor(parts: RecurringParts) {
    this.#parts = parts;
    this.#after(parts.firstMs);
  }

  /** Lets the next turn begin now, or right after the one under way. */
  wake(): void {
    if (this.#turn) this.#again = true;
    else this.#after(0);
  }

  /** Ends the turn under way and waits for its end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#turn;
  }

  #after(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#stopping.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#turn = this.#take().finally(() => {
        this.#turn = null;
        const pause = this.#again ? 0 : this.#parts.pauseMs();
        this.#again = false;
        this.#after(this.#failures === 0 ? pause : Math.max(pause, pauseAfter(this.#failures)));
      });
    }, ms).unref();
  }

  async #take(): Promise<void> {
    const { name, run, log } = this.#parts;
    try {
      await run(this.#stopping.signal);
      this.#failures = 0;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#failures += 1;
      log.warn({ err: error }, `${name} was broken off; it goes on later`);
    }
  }
}

function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, 500 * 2 ** Math.min(10, failures)) * (0.5 + Math.random() / 2);
}

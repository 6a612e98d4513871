// The lease of this server by its own clock, which neither an administrator nor a time server sets.

export class Lease {
  readonly #durationMs: number;
  #until = Number.NEGATIVE_INFINITY;

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  /** Whether it holds. A process that hung finds it ended. */
  get holds(): boolean {
    return performance.now() < this.#until;
  }

  /** For how long it has not held, in ms; 0 while it does. */
  get lapsedMs(): number {
    return Math.max(0, performance.now() - this.#until);
  }

  /** @param askedAt `performance.now()` before the database was asked: its clock began later */
  renewed(askedAt: number): void {
    this.#until = Math.max(this.#until, askedAt + this.#durationMs);
  }

  end(): void {
    this.#until = Number.NEGATIVE_INFINITY;
  }
}

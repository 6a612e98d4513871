// Notices that something waits for long, and goes on noticing while it does.

/** Counts what waits for a server. */
export class Waits {
  readonly #began = new Map<symbol, number>();
  readonly #onSlow: () => void;
  readonly #slowMs: number;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | null = null;

  /** @param onSlow called when something has waited for `slowMs`, then every `everyMs` while anything has */
  constructor(onSlow: () => void, slowMs: number, everyMs: number) {
    this.#onSlow = onSlow;
    this.#slowMs = slowMs;
    this.#everyMs = everyMs;
  }

  /** Counts the promise until it settles, and gives its result. */
  readonly during = async <T>(waiting: Promise<T>): Promise<T> => {
    const key = Symbol('waiting');
    this.#began.set(key, performance.now());
    this.#timer ??= this.#look(this.#slowMs);
    try {
      return await waiting;
    } finally {
      this.#began.delete(key);
    }
  };

  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#began.clear();
  }

  #look(afterMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      const [oldest] = this.#began.values(); // in the order in which they began
      const waited = oldest === undefined ? 0 : performance.now() - oldest;
      const isSlow = waited >= this.#slowMs;
      if (isSlow) this.#onSlow();
      this.#timer =
        oldest === undefined ? null : this.#look(isSlow ? this.#everyMs : this.#slowMs - waited + 1);
    }, afterMs).unref();
  }
}

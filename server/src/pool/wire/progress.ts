// Watches that something goes on: a hung peer is worse than a dead one.

/** Calls back once when nothing was touched for a while. */
export class Progress {
  readonly #timer: NodeJS.Timeout;
  readonly #onStall: () => void;
  readonly #ms: number;
  #waits = true;

  /** @param ms without a touch until `onStall` is called */
  constructor(ms: number, onStall: () => void) {
    this.#ms = ms;
    this.#onStall = onStall;
    this.#timer = setTimeout(() => {
      if (this.#waits) this.#onStall();
    }, this.#ms).unref();
  }

  /** Something came or went; the wait begins anew. */
  touch(): void {
    this.#waits = true;
    this.#timer.refresh();
  }

  /** Nothing is awaited from the other side until the next touch. */
  pause(): void {
    this.#waits = false;
  }

  stop(): void {
    this.#waits = false;
    clearTimeout(this.#timer);
  }
}

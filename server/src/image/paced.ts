// Says something at once, and when it is wanted again and again not more often than the listeners can use.

export class Paced {
  readonly #say: (what: string) => void;
  readonly #pauseMs: number;
  /** What was said within the pause, and whether it is wanted again. */
  readonly #said = new Map<string, { timer: NodeJS.Timeout; isWanted: boolean }>();

  /** @param pauseMs between two times that the same is said; what is wanted meanwhile is said after it */
  constructor(pauseMs: number, say: (what: string) => void) {
    this.#pauseMs = pauseMs;
    this.#say = say;
  }

  want(what: string): void {
    const said = this.#said.get(what);
    if (said) said.isWanted = true;
    else this.#sayNow(what);
  }

  /** Says nothing any more. */
  close(): void {
    for (const { timer } of this.#said.values()) clearTimeout(timer);
    this.#said.clear();
  }

  #sayNow(what: string): void {
    const timer = setTimeout(() => {
      const isWanted = this.#said.get(what)?.isWanted;
      this.#said.delete(what);
      if (isWanted) this.#sayNow(what);
    }, this.#pauseMs);
    timer.unref();
    this.#said.set(what, { timer, isWanted: false });
    this.#say(what);
  }
}

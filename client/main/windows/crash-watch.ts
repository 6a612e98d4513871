// How often a page that died is loaded again before a person is asked.

const MOST = 3;
const WITHIN_MS = 60_000;

/** Counts the deaths of one window's page. */
export class CrashWatch {
  readonly #deaths: number[] = [];

  /**
   * @param now milliseconds of a clock that nobody sets
   * @returns whether to load the page again by itself: not when it died three times within a minute already
   */
  mayReload(now: number): boolean {
    while ((this.#deaths[0] ?? now) < now - WITHIN_MS) this.#deaths.shift();
    this.#deaths.push(now);
    return this.#deaths.length <= MOST;
  }
}

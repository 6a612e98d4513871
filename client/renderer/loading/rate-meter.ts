// How fast bytes come, over the last moments.

const windowMs = 2000;

/** Is told a growing count now and then, and says by how much it grows in a second. */
export class RateMeter {
  readonly #seen: { readonly bytes: number; readonly at: number }[] = [];

  /**
   * @param bytes received in all
   * @param now milliseconds, never less than before
   * @returns bytes a second over the last two seconds, 0 before there is anything to compare
   */
  take(bytes: number, now: number): number {
    // What came in a long silence came at no known time.
    if (now - (this.#seen.at(-1)?.at ?? now) > windowMs) this.#seen.length = 0;
    this.#seen.push({ bytes, at: now });
    while (this.#seen.length > 2 && (this.#seen[1]?.at ?? now) <= now - windowMs) this.#seen.shift();
    const [first] = this.#seen;
    if (!first || now - first.at <= 0) return 0;
    return ((bytes - first.bytes) * 1000) / (now - first.at);
  }
}

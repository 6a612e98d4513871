// A moving quantile of waiting times: a histogram with buckets 10 % wide whose old counts fade.

const LEAST = 0.5;
const GROWTH = Math.log(1.1);
const BUCKETS = 128; // up to 97 seconds
/** When so many are counted, all counts are halved: the last few hundred decide. */
const WINDOW = 400;

export class MovingQuantile {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;

  /** How many of the times seen still count. */
  get samples(): number {
    return this.#total;
  }

  add(milliseconds: number): void {
    const place = Math.ceil(Math.log(Math.max(milliseconds, LEAST) / LEAST) / GROWTH);
    const bucket = Math.min(BUCKETS - 1, Math.max(0, place));
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    if (++this.#total < WINDOW) return;
    this.#total = 0;
    for (let i = 0; i < BUCKETS; i++) {
      const half = (this.#counts[i] as number) / 2;
      this.#counts[i] = half;
      this.#total += half;
    }
  }

  /** The time below which `share` (0 to 1) of the recent ones lie; null before the first. */
  at(share: number): number | null {
    if (this.#total === 0) return null;
    let left = this.#total * share;
    for (let i = 0; i < BUCKETS; i++) {
      left -= this.#counts[i] as number;
      if (left <= 0) return LEAST * Math.exp(i * GROWTH);
    }
    return LEAST * Math.exp((BUCKETS - 1) * GROWTH);
  }
}

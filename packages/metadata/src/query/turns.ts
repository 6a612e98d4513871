// Lets a few queries run at once and the others wait, so that there are always connections left for commits.
import { MetadataError } from '../errors.ts';

const AT_ONCE = 4;
const MAX_WAITING = 1000;

/** The turns of the queries on one pool of connections, in the order in which they came. */
export class QueryTurns {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Runs a query when it is its turn. Throws MetadataError `unavailable` when too many wait already. */
  async take<Result>(query: () => Promise<Result>): Promise<Result> {
    if (this.#running < AT_ONCE) this.#running++;
    else if (this.#waiting.length >= MAX_WAITING) {
      throw new MetadataError('unavailable', 'Too many queries wait already: try again in a moment.');
    } else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await query();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

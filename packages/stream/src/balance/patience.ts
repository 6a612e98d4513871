// How long to wait for a first byte before asking another server too: the moving p95 of requests of that kind and urgency.
import { urgency } from './line.ts';
import type { Asked } from './model.ts';
import { MovingQuantile } from './quantile.ts';

/** Before so many answers, too little is known. */
const LEAST_SAMPLES = 10;
const UNKNOWN = 300;
const SHARE = 0.95;
/** An answer this many times later than usual, and by so many milliseconds, counts against the server. */
const SLOW = 4;
const LEAST_SLOW = 250;

export class Patience {
  readonly #least: number;
  readonly #waits = new Map<string, MovingQuantile>();

  /** @param least milliseconds to wait at least, however fast the servers are */
  constructor(least: number) {
    this.#least = least;
  }

  /** A first byte came after so many milliseconds. */
  add(asked: Asked, milliseconds: number): void {
    const name = nameOf(asked);
    const waits = this.#waits.get(name) ?? new MovingQuantile();
    this.#waits.set(name, waits);
    waits.add(milliseconds);
  }

  /** Milliseconds without a first byte after which a request is hedged. */
  hedgeAfter(asked: Asked): number {
    const waits = this.#waits.get(nameOf(asked));
    if (!waits || waits.samples < LEAST_SAMPLES) return Math.max(this.#least, UNKNOWN);
    return Math.max(this.#least, waits.at(SHARE) ?? UNKNOWN);
  }

  /** Milliseconds to the first byte from which on the server counts as slow. */
  slowFrom(asked: Asked): number {
    return Math.max(LEAST_SLOW, SLOW * this.hedgeAfter(asked));
  }
}

function nameOf({ kind, priority }: Asked): string {
  return `${kind} ${urgency(priority)}`;
}

// So many at once, and whoever comes too late is told so.
import { Refusal } from './wire-error.ts';

export class Slots {
  readonly #limit: number;
  readonly #what: string;
  #taken = 0;

  /** @param what is limited, for the message */
  constructor(limit: number, what: string) {
    this.#limit = limit;
    this.#what = what;
  }

  /** Runs the task if there is a slot. @throws Refusal 'busy' when there is none, else what the task throws */
  async use<T>(task: () => Promise<T>): Promise<T> {
    if (this.#taken >= this.#limit)
      throw new Refusal(
        503,
        'busy',
        `More than ${this.#limit} ${this.#what} at once: try again in a moment.`,
      );
    this.#taken++;
    try {
      return await task();
    } finally {
      this.#taken--;
    }
  }
}

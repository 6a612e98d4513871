// Lets one at a time do something about the same thing; things of different names do not wait for each other.

/** Locks by name, in the order of their asking. */
export class KeyLock {
  readonly #last = new Map<string, Promise<void>>();

  /** Waits for those who asked before for the same name. @returns the function that lets the next one in */
  async take(name: string): Promise<() => void> {
    const before = this.#last.get(name);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last.set(name, promise);
    await before;
    return () => {
      if (this.#last.get(name) === promise) this.#last.delete(name);
      resolve();
    };
  }
}

// Lets one at a time do something about the same thing; things of different names do not wait for each other.

/** Locks by name, in the order of their asking. */
export class KeyLock {
  readonly #last = new Map<string, Promise<void>>();

  /** Takes a name that nobody has. @returns the function that lets the next one in, or null when somebody has it */
  tryTake(name: string): (() => void) | null {
    return this.#last.has(name) ? null : this.#hold(name);
  }

  /** Waits for those who asked before for the same name. @returns the function that lets the next one in */
  async take(name: string): Promise<() => void> {
    const before = this.#last.get(name);
    const release = this.#hold(name);
    await before;
    return release;
  }

  #hold(name: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last.set(name, promise);
    return () => {
      if (this.#last.get(name) === promise) this.#last.delete(name);
      resolve();
    };
  }
}

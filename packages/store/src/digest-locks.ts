// One at a time for each blob: putting and removing the same one must not overlap.

export class DigestLocks {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs the task when all that were asked for before, of the same digest, have ended. Throws what it throws. */
  run<T>(digest: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(digest) ?? Promise.resolve();
    const result = before.then(task, task);
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(digest, ended);
    void ended.then(() => {
      if (this.#last.get(digest) === ended) this.#last.delete(digest);
    });
    return result;
  }
}

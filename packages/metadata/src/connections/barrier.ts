// Many who want the same thing done after they asked have it done once.

/** Runs a task for all who ask; whoever asks while it runs waits for the next run, together with all others who do. */
export class Barrier {
  readonly #task: () => Promise<void>;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(task: () => Promise<void>) {
    this.#task = task;
  }

  /** Resolves when a run has ended that began after this call. Rejects as the task does. */
  pass(): Promise<void> {
    if (!this.#running) return this.#run();
    const before = this.#running.catch(() => undefined); // told to those who waited for it
    this.#next ??= before.then(() => {
      this.#next = null;
      return this.#run();
    });
    return this.#next;
  }

  #run(): Promise<void> {
    const running = this.#task().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }
}

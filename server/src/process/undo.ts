// Undoes the steps of a start, the last one first.

/** Undoes one step of the start. */
type Undo = () => Promise<void> | void;

export class UndoList {
  readonly #steps: Undo[] = [];

  /** To be done before everything that was added earlier. */
  add(step: Undo): void {
    this.#steps.push(step);
  }

  /** Does it all, once. Never throws: what fails is told on stderr, and the rest is done. */
  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        process.stderr.write(`strata: while stopping: ${error instanceof Error ? error.message : error}\n`);
      }
    }
  }
}

// Memory that all associations together may fill with images that are still coming.

export class MemoryBudget {
  #left: number;

  /** @param bytes all there is */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Takes so many bytes when they are there; whoever gets none writes to disk instead of waiting. */
  tryTake(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

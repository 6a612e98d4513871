// Lets through what fits into memory together; one that alone is too large goes alone.

export class MemoryBudget {
  readonly #most: number;
  #used = 0;
  #waiting: { readonly bytes: number; readonly go: () => void }[] = [];

  /** @param most bytes at once */
  constructor(most: number) {
    this.#most = most;
  }

  /** Waits for its turn. @returns gives the bytes back, to be called once */
  async take(bytes: number): Promise<() => void> {
    if (bytes > 0 && (this.#waiting.length > 0 || !this.#fits(bytes))) {
      await new Promise<void>((go) => this.#waiting.push({ bytes, go }));
    } else this.#used += bytes;
    return () => {
      this.#used -= bytes;
      this.#letThrough();
    };
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#most;
  }

  #letThrough(): void {
    for (let next = this.#waiting[0]; next && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#used += next.bytes;
      next.go();
    }
  }
}

// Bounds what is in flight at once: so many files and so many bytes; who comes later waits in line.
import { setTimeout as sleep } from 'node:timers/promises';
import { RefusedError } from './outcome.ts';

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
  readonly refuse: (error: Error) => void;
}

/** A counted gate. Strictly first come, first served, so that a large file is not overtaken for ever. */
export class Admission {
  readonly #maxFiles: number;
  readonly #maxBytes: number;
  readonly #line: Waiting[] = [];
  #closed = false;
  #whenEmpty: (() => void) | null = null;
  #files = 0;
  #bytes = 0;

  /** @param maxFiles how many may be inside at once @param maxBytes how many bytes they may have together */
  constructor(maxFiles: number, maxBytes: number) {
    this.#maxFiles = maxFiles;
    this.#maxBytes = maxBytes;
  }

  /**
   * Waits for room and goes in. A file larger than the whole gate goes in alone.
   * @returns the function that goes out again, to be called once
   * @throws RefusedError 'stopping' after `close`
   */
  async enter(bytes: number): Promise<() => void> {
    if (this.#closed) throw stopping();
    const counted = Math.min(bytes, this.#maxBytes);
    if (this.#line.length > 0 || !this.#fits(counted)) {
      await new Promise<void>((admit, refuse) => this.#line.push({ bytes: counted, admit, refuse }));
    } else {
      this.#take(counted);
    }
    return () => this.#leave(counted);
  }

  /** Lets nobody in any longer, and waits for those inside, but not longer than `withinMs`. */
  async close(withinMs: number): Promise<void> {
    this.#closed = true;
    for (const { refuse } of this.#line.splice(0)) refuse(stopping());
    if (this.#files === 0) return;
    await Promise.race([
      new Promise<void>((resolve) => {
        this.#whenEmpty = resolve;
      }),
      sleep(withinMs, undefined, { ref: false }),
    ]);
  }

  #fits(bytes: number): boolean {
    return this.#files < this.#maxFiles && this.#bytes + bytes <= this.#maxBytes;
  }

  #take(bytes: number): void {
    this.#files += 1;
    this.#bytes += bytes;
  }

  #leave(bytes: number): void {
    this.#files -= 1;
    this.#bytes -= bytes;
    if (this.#files === 0) this.#whenEmpty?.();
    for (let next = this.#line[0]; next && this.#fits(next.bytes); next = this.#line[0]) {
      this.#line.shift();
      this.#take(next.bytes);
      next.admit();
    }
  }
}

function stopping(): RefusedError {
  return new RefusedError('stopping', 'Strata is stopping. Send the file again after it has started.');
}

// Tells that the loading of a series went on: not for each of its thousands of steps, and to people less often than to programs.
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';

const stepMs = 50;
/** What changes on the page is drawn anew by the browser, which takes time from what is being loaded. */
const seenMs = 250;

export class LoadingTicks {
  /** Counts on some time after a change. */
  readonly steps: ReadonlySignal<number>;
  /** The same for what is drawn. */
  readonly seen: ReadonlySignal<number>;
  readonly #ticks: readonly Tick[];

  constructor() {
    const [steps, seen] = [new Tick(stepMs), new Tick(seenMs)];
    this.steps = steps.count;
    this.seen = seen.count;
    this.#ticks = [steps, seen];
  }

  /** Something changed. */
  change(): void {
    for (const tick of this.#ticks) tick.soon();
  }

  /** All is another. */
  now(): void {
    for (const tick of this.#ticks) tick.now();
  }

  /** Nothing is told any more. */
  close(): void {
    for (const tick of this.#ticks) tick.stop();
  }
}

class Tick {
  readonly count: Signal<number> = signal(0);
  readonly #within: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(within: number) {
    this.#within = within;
  }

  soon(): void {
    this.#timer ??= setTimeout(() => this.now(), this.#within);
  }

  now(): void {
    this.stop();
    this.count.value++;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

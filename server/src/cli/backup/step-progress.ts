// Progress of something with several steps, each with a bar of its own.
import { type Progress, showProgress } from '../progress.ts';

export class StepProgress<Step extends string> {
  readonly #titles: Readonly<Record<Step, string>>;
  #step: Step | null = null;
  #progress: Progress | null = null;

  constructor(titles: Readonly<Record<Step, string>>) {
    this.#titles = titles;
  }

  /** @param total 0 when it is not known */
  update(step: Step, done: number, total: number, note: string): void {
    if (step !== this.#step) {
      this.stop();
      this.#step = step;
      this.#progress = showProgress(this.#titles[step], total);
    }
    this.#progress?.update(done, note);
  }

  stop(): void {
    this.#progress?.stop();
    this.#progress = null;
    this.#step = null;
  }
}

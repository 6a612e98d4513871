// Plays the images of a viewport one after the other, round and round; an image that is not there yet is waited for.
import { batch, signal } from '@preact/signals';
import type { ViewerModel } from '../study/viewer-model.ts';

/** Images per second to choose from. */
const rates = [1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60] as const;
const usualRate = 15;

/** The rate that a frame time stands for, in milliseconds; the usual one where there is none. */
export function rateOf(frameTime: number | null): number {
  if (frameTime === null || !(frameTime > 0)) return usualRate;
  return Math.max(1, Math.min(60, Math.round(1000 / frameTime)));
}

/** The next rate up or down from one that need not be among those to choose from. */
export function rateBeside(rate: number, way: 'faster' | 'slower'): number {
  if (way === 'faster') return rates.find((one) => one > rate) ?? rate;
  return rates.findLast((one) => one < rate) ?? rate;
}

export class Cine {
  /** The viewport whose images are played; null when none are. */
  readonly playing = signal<ViewerModel | null>(null);
  /** Images per second wanted. */
  readonly rate = signal(usualRate);
  /** Images per second shown, about; null before it is known. */
  readonly reached = signal<number | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #series: unknown = null;
  #chosen = new WeakMap<object, number>();
  #since = 0;
  #shown = 0;

  /** Plays a viewport's images, or stops. */
  toggle(viewer: ViewerModel): void {
    const again = this.playing.peek() !== viewer;
    this.stop();
    const series = viewer.series.peek();
    if (!again || !series || series.stack.slices.length < 2) return;
    this.#series = series;
    [this.#since, this.#shown] = [performance.now(), 0];
    batch(() => {
      this.playing.value = viewer;
      this.rate.value = this.#chosen.get(series) ?? rateOf(viewer.slice?.presentation.frameTime ?? null);
    });
    this.#step();
  }

  /** Changes the speed, of this series from now on. */
  change(way: 'faster' | 'slower'): void {
    const viewer = this.playing.peek();
    const series = viewer?.series.peek();
    if (!series) return;
    this.rate.value = rateBeside(this.rate.peek(), way);
    this.#chosen.set(series, this.rate.peek());
    [this.#since, this.#shown] = [performance.now(), 0];
  }

  stop(): void {
    clearTimeout(this.#timer);
    batch(() => {
      this.playing.value = null;
      this.reached.value = null;
    });
  }

  #step(): void {
    const viewer = this.playing.peek();
    const series = viewer?.series.peek();
    if (!viewer || !series || series !== this.#series) {
      this.stop();
      return;
    }
    const began = performance.now();
    const index = viewer.target.peek();
    // No image is passed over: the next one comes when this one is on the screen, at whatever level.
    if (viewer.shown.peek()?.index === index || viewer.failure.peek()) {
      viewer.goTo((index + 1) % series.stack.slices.length);
      this.#count(began);
    }
    const spent = performance.now() - began;
    this.#timer = setTimeout(() => this.#step(), Math.max(0, 1000 / this.rate.peek() - spent));
  }

  #count(now: number): void {
    this.#shown++;
    const passed = now - this.#since;
    if (passed < 1000) return;
    this.reached.value = Math.round((this.#shown * 1000) / passed);
    [this.#since, this.#shown] = [now, 0];
  }
}

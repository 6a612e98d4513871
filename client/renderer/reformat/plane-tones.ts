// What makes greys of a volume's values in its planes: a window, and whether it is inverted. Chosen as on images.
import { signal } from '@preact/signals';
import { modalityPadding } from '../decoding/display-pixels.ts';
import { displayRecipe } from '../decoding/display-recipe.ts';
import { greyStatistics } from '../decoding/grey-pixels.ts';
import { isInverse } from '../study/grey-sense.ts';
import { windowText } from '../study/shading-text.ts';
import { automaticWindow, openingWindow } from '../study/slice-window.ts';
import type { StudySeries } from '../study/study-model.ts';
import { dragWindow, rangeOfWindow, type WindowLevel } from '../viewport/window-level.ts';
import type { Voxels } from '../volume/layer-fill.ts';

export interface LeftTones {
  readonly window: WindowLevel | null;
  readonly inverted: boolean;
}

/** Voxels that are looked at for the automatic window. */
const mostSamples = 2 ** 18;

export class PlaneTones {
  /** Null until the series or its values give one. */
  readonly window = signal<WindowLevel | null>(null);
  readonly inverted = signal(false);
  readonly #onChange: () => void;
  /** How volumes were looked at when they were closed. */
  readonly #left = new WeakMap<StudySeries, LeftTones>();
  #series: StudySeries | null = null;
  #voxels: Voxels | null = null;

  /** @param onChange called when the planes must be shown anew */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Begins with a series. @param tones null for those that it was left with, or its own */
  open(series: StudySeries, tones: LeftTones | null): void {
    const before = tones ?? this.#left.get(series);
    this.#series = series;
    this.inverted.value = before?.inverted ?? this.#slice?.isHotDark ?? false;
    this.window.value = before?.window ?? this.#own();
  }

  /** The values are there: they give a window where there is none. They may get better, in the same place. */
  fill(voxels: Voxels): void {
    this.#voxels = voxels;
    if (!this.window.peek()) this.setAutomatic();
  }

  close(): void {
    const left = { window: this.window.peek(), inverted: this.inverted.peek() };
    if (this.#series) this.#left.set(this.#series, left);
    [this.#series, this.#voxels] = [null, null];
  }

  setWindow(window: WindowLevel): void {
    this.window.value = window;
    this.#onChange();
  }

  /** The window of the file; without one, the automatic one. */
  setDefault(): void {
    const own = this.#own();
    if (own) this.setWindow(own);
    else this.setAutomatic();
  }

  /** The window that spans what the volume holds, but for its extremes. */
  setAutomatic(): void {
    const [voxels, slice] = [this.#voxels, this.#slice];
    if (!voxels || !slice) return;
    const step = Math.max(1, Math.ceil(voxels.length / mostSamples));
    // Not a divisor of what a row has: it would look at a few columns only.
    const stride = step > 1 ? step | 1 : 1;
    const values = new Float32Array(Math.ceil(voxels.length / stride)).map(
      (_, at) => voxels[at * stride] ?? 0,
    );
    const recipe = displayRecipe(slice.format, slice.presentation);
    const { robust } = greyStatistics(values, recipe.kind === 'grey' ? modalityPadding(recipe) : null);
    const isWhole = !(voxels instanceof Float32Array);
    this.setWindow(automaticWindow({ components: 1, robust, values: isWhole ? new Int16Array() : values }));
  }

  toggleInvert(): void {
    this.inverted.value = !this.inverted.value;
    this.#onChange();
  }

  /** Changes the window by a drag: CSS pixels right and down. */
  drag(dx: number, dy: number): void {
    const window = this.window.peek();
    if (!window) return;
    const span = this.#suv ? window.width * 2 : Math.max(256, window.width * 2);
    this.setWindow(dragWindow(window, dx, dy, span));
  }

  /** The values shown black and white, and whether it is the other way round; null while there is no window. */
  get range(): { readonly lower: number; readonly upper: number; readonly inverted: boolean } | null {
    const [window, slice] = [this.window.peek(), this.#slice];
    if (!window || !slice) return null;
    const range = rangeOfWindow(window, this.#suv ? 'LINEAR_EXACT' : 'LINEAR');
    return { ...range, inverted: this.inverted.peek() !== isInverse(slice.presentation) };
  }

  /** The window, in words. */
  get text(): string {
    const window = this.window.value;
    return window ? windowText(window, this.#suv) : '';
  }

  /** The image that speaks for the series. */
  get #slice() {
    const slices = this.#series?.stack.slices ?? [];
    return slices[Math.floor(slices.length / 2)];
  }

  /** The kind of SUV that values are in; null for others. */
  get #suv() {
    const suv = this.#series?.stack.suv;
    return suv && 'kind' in suv ? suv.kind : null;
  }

  #own(): WindowLevel | null {
    const [series, slice] = [this.#series, this.#slice];
    return series && slice ? openingWindow(series.stack.slices, slice, series.manifest.modality) : null;
  }
}

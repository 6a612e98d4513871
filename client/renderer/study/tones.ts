// How the values of the open series become brightness: its window and inversion, from the file, the pixels or the user.
import { signal } from '@preact/signals';
import type { DisplayPixels } from '../decoding/display-pixels.ts';
import type { Greys } from '../viewport/stack-view.ts';
import { dragWindow, type WindowLevel, windowFunction } from '../viewport/window-level.ts';
import { automaticWindow, isColour, seriesWindow } from './slice-window.ts';
import type { Slice } from './stack.ts';
import type { StudySeries } from './study-model.ts';

/** What is kept of a series' tones while another is looked at. */
export interface KeptTones {
  readonly window: WindowLevel | null;
  readonly inverted: boolean;
}

export class Tones {
  /** Null until the file or the first pixels give one. */
  readonly window = signal<WindowLevel | null>(null);
  readonly inverted = signal(false);
  readonly #onChange: () => void;
  /** Windows made from the middle image of series that have none in the file. */
  readonly #suggested = new Map<string, WindowLevel>();
  /** The window was made from whatever image came first, and gives way to a suggested one. */
  #provisional = false;
  #series: StudySeries | null = null;
  #pixels: DisplayPixels | null = null;

  /** @param onChange called when the image must be shown anew */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Begins with a series: as it was kept, or with its own window. */
  open(series: StudySeries, kept: KeptTones | undefined): void {
    this.#series = series;
    this.#pixels = null;
    this.#provisional = false;
    this.inverted.value = kept?.inverted ?? false;
    this.window.value = kept?.window ?? this.#own();
  }

  /** What to keep of the series' tones. A window that nobody chose is made anew. */
  keep(): KeptTones {
    return { window: this.#provisional ? null : this.window.peek(), inverted: this.inverted.peek() };
  }

  /** Takes note of the pixels on the screen; the first ones give a window where there is none. */
  shown(pixels: DisplayPixels): void {
    this.#pixels = pixels;
    if (this.window.peek() !== null) return;
    const own = this.#own();
    this.#provisional = own === null;
    this.window.value = own ?? automaticWindow(pixels);
  }

  /** Offers a window for a series that has none in its file. */
  suggest(seriesUid: string, window: WindowLevel): void {
    this.#suggested.set(seriesUid, window);
    if (this.#provisional && this.#series?.manifest.uid === seriesUid) this.setWindow(window);
  }

  setWindow(window: WindowLevel): void {
    this.#provisional = false;
    this.window.value = window;
    this.#onChange();
  }

  /** Changes the window by a drag: CSS pixels right and down. */
  drag(dx: number, dy: number): void {
    const window = this.window.peek();
    const [low, high] = this.#pixels?.range ?? [0, 255];
    if (window) this.setWindow(dragWindow(window, dx, dy, high - low || 1));
  }

  /** The window of the file; without one, the automatic one. */
  setDefault(): void {
    const own = this.#own();
    if (own) this.setWindow(own);
    else this.setAutomatic();
  }

  /** The window that spans what the shown image holds, but for its extremes. */
  setAutomatic(): void {
    if (this.#pixels) this.setWindow(automaticWindow(this.#pixels));
  }

  toggleInvert(): void {
    this.inverted.value = !this.inverted.value;
    this.#onChange();
  }

  /** Window and inversion as they were in the beginning. */
  reset(): void {
    this.inverted.value = false;
    this.setDefault();
  }

  /** The tones of a slice for the viewport; null while there is no window. Colours are inverted apart from greys. */
  of(slice: Slice): { greys: Greys; colours: 'inverted' | 'as they are' } | null {
    const window = this.window.peek();
    if (!window) return null;
    const inverted = this.inverted.peek();
    if (isColour(slice)) {
      const greys = { window, kind: 'LINEAR_EXACT', inverted: false } as const;
      return { greys, colours: inverted ? 'inverted' : 'as they are' };
    }
    const dark = slice.presentation.photometric === 'MONOCHROME1';
    const kind = windowFunction(slice.presentation.voiFunction);
    return { greys: { window, kind, inverted: inverted !== dark }, colours: 'as they are' };
  }

  #own(): WindowLevel | null {
    if (!this.#series) return null;
    const { manifest, stack } = this.#series;
    return seriesWindow(stack.slices, manifest.modality) ?? this.#suggested.get(manifest.uid) ?? null;
  }
}

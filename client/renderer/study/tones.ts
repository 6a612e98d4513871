// How the values of the open series become brightness: window or VOI LUT, and inversion, from the file, the pixels or the user.
import { batch, computed, signal } from '@preact/signals';
import type { LookupTable } from '@strata/protocol/manifest';
import type { DisplayPixels } from '../decoding/display-pixels.ts';
import { spanOf, tableOf, voiTop } from '../decoding/lookup-table.ts';
import type { StateTones } from '../presenting/state-for-image.ts';
import type { Greys } from '../viewport/stack-view.ts';
import {
  dragWindow,
  type WindowFunction,
  type WindowLevel,
  windowFunction,
  windowOfRange,
} from '../viewport/window-level.ts';
import { isInverse } from './grey-sense.ts';
import {
  automaticWindow,
  firstLut,
  isColour,
  isProjection,
  lutsOf,
  openingWindow,
  showsNothing,
  speakingSlice,
} from './slice-window.ts';
import type { Slice } from './stack.ts';
import type { StudySeries } from './study-model.ts';

/** What is kept of a series' tones while another is looked at. */
export interface KeptTones {
  readonly window: WindowLevel | null;
  readonly lut: ChosenLut | null;
  readonly inverted: boolean;
}

/** Which VOI LUT of a slice is wanted: the one so explained, else the one at that place. */
interface ChosenLut {
  readonly explanation: string;
  readonly index: number;
}

/** The output of a VOI LUT, whole. */
const lutGreys = { window: { centre: voiTop / 2, width: voiTop }, kind: 'LINEAR_EXACT' } as const;

export class Tones {
  /** Null until the file or the first pixels give one. */
  readonly window = signal<WindowLevel | null>(null);
  /** In place of the window, for the slices that have it. */
  readonly lut = signal<ChosenLut | null>(null);
  readonly inverted = signal(false);
  /** As the series is shown first: hot is dark in PET. */
  readonly #usual = signal(false);
  /** Whether it is shown the other way round than that. */
  readonly isTurned = computed(() => this.inverted.value !== this.#usual.value);
  /** Of a presentation state: a VOI LUT in place of all others, and the function of its window. */
  readonly #given = signal<{ readonly lut: LookupTable | null; readonly kind: WindowFunction } | null>(null);
  readonly #onChange: () => void;
  /** Windows made from the middle image of series that have none in the file. */
  readonly #suggested = new Map<string, WindowLevel>();
  /** The window was made from whatever image came first, and gives way to a suggested one. */
  #provisional = false;
  /** Nobody has chosen the window yet. */
  #isUntouched = false;
  #series: StudySeries | null = null;
  /** The image that the series was opened at. */
  #first = 0;
  #pixels: DisplayPixels | null = null;

  /** @param onChange called when the image must be shown anew */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Begins with a series: as it was kept, or with its own window. @param index the image that comes first */
  open(series: StudySeries, kept: KeptTones | undefined, index = 0): void {
    this.#series = series;
    this.#first = index;
    this.#pixels = null;
    this.#provisional = false;
    this.#given.value = null;
    this.#usual.value = this.#speaking()?.isHotDark ?? false;
    this.inverted.value = kept?.inverted ?? this.#usual.value;
    this.lut.value = kept ? kept.lut : this.#ownLut();
    this.window.value = kept?.window ?? this.#own();
    this.#isUntouched = !kept?.window;
  }

  /** What to keep of the series' tones. A window that nobody chose is made anew. */
  keep(): KeptTones {
    return {
      window: this.#provisional ? null : this.window.value,
      lut: this.lut.value,
      inverted: this.inverted.value,
    };
  }

  /** Takes note of the pixels on the screen; the first ones give a window where there is none. */
  shown(pixels: DisplayPixels): void {
    this.#pixels = pixels;
    const window = this.window.peek();
    // Of a series, one image may well be all air; an image alone whose file says such a window would never be seen.
    const isAlone = this.#series?.stack.slices.length === 1 || isProjection(this.#series?.manifest.modality);
    if (window && isAlone && this.#isUntouched && !this.lut.peek() && showsNothing(window, pixels))
      this.window.value = automaticWindow(pixels);
    if (window) return;
    const own = this.#own();
    this.#provisional = own === null;
    this.window.value = own ?? automaticWindow(pixels);
  }

  /** Offers a window for a series that has none in its file. */
  suggest(seriesUid: string, window: WindowLevel): void {
    this.#suggested.set(seriesUid, window);
    if (!this.#provisional || this.#series?.manifest.uid !== seriesUid) return;
    this.#provisional = false;
    this.window.value = window;
    this.#onChange();
  }

  /** Shows by a window from now on. */
  setWindow(window: WindowLevel): void {
    this.#isUntouched = false;
    this.#provisional = false;
    batch(() => {
      this.#given.value = null;
      this.lut.value = null;
      this.window.value = window;
    });
    this.#onChange();
  }

  /** Shows as a presentation state says it, until something else is chosen. */
  present({ window, kind, lut, inverted }: StateTones): void {
    this.#isUntouched = false;
    this.#provisional = false;
    batch(() => {
      this.#given.value = { lut: lut && tableOf(lut) ? lut : null, kind };
      this.lut.value = null;
      if (window) this.window.value = window;
      this.inverted.value = inverted;
    });
    this.#onChange();
  }

  /** How the window of a slice is meant. */
  kindOf({ presentation }: Slice): WindowFunction {
    return this.#given.value?.kind ?? windowFunction(presentation.voiFunction);
  }

  /** Shows by a VOI LUT of the slice from now on. */
  setLut(slice: Slice, index: number): void {
    const lut = lutsOf(slice)[index];
    if (!lut) return;
    this.#given.value = null;
    this.lut.value = { explanation: lut.explanation, index };
    this.#onChange();
  }

  /** The VOI LUT that a slice is shown with; null when it is a window. */
  lutOf(slice: Slice): LookupTable | null {
    const given = this.#given.value?.lut;
    if (given && !isColour(slice)) return given;
    const chosen = this.lut.value;
    if (!chosen) return null;
    const luts = lutsOf(slice);
    const explained = luts.find(
      ({ explanation }) => explanation !== '' && explanation === chosen.explanation,
    );
    const lut = explained ?? luts[chosen.index] ?? null;
    return lut && tableOf(lut) ? lut : null;
  }

  /** Changes the window by a drag: CSS pixels right and down. A VOI LUT gives way to the window that it comes close to. */
  drag(slice: Slice, dx: number, dy: number): void {
    const table = tableOfLut(this.lutOf(slice));
    const window = table ? windowOfRange(...spanOf(table), 'whole') : this.window.peek();
    const [low, high] = this.#pixels?.range ?? [0, 255];
    if (window) this.setWindow(dragWindow(window, dx, dy, high - low || 1));
  }

  /** The VOI LUT or the window of the file; without one, the automatic one. */
  setDefault(): void {
    const lut = this.#ownLut();
    const own = this.#own();
    this.#given.value = null;
    if (lut) {
      this.lut.value = lut;
      this.#onChange();
      return;
    }
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
    this.inverted.value = this.#usual.value;
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
    const dark = isInverse(slice.presentation);
    if (this.lutOf(slice))
      return { greys: { ...lutGreys, inverted: inverted !== dark }, colours: 'as they are' };
    return {
      greys: { window, kind: this.kindOf(slice), inverted: inverted !== dark },
      colours: 'as they are',
    };
  }

  /** As for windows, one image speaks for the series; each image then has its own at that place. */
  #ownLut(): ChosenLut | null {
    const speaking = this.#speaking();
    const index = speaking ? firstLut(speaking) : -1;
    return index < 0 ? null : { explanation: '', index };
  }

  #own(): WindowLevel | null {
    if (!this.#series) return null;
    const { manifest, stack } = this.#series;
    const speaking = this.#speaking();
    const own = speaking && openingWindow(stack.slices, speaking, manifest.modality);
    return own ?? this.#suggested.get(manifest.uid) ?? null;
  }

  /** The image whose file says how the series is shown first. */
  #speaking(): Slice | undefined {
    return this.#series ? speakingSlice(this.#series, this.#first) : undefined;
  }
}

const tableOfLut = (lut: LookupTable | null) => lut && tableOf(lut);

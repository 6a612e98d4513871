// The state of the viewport: which slice of which series, how windowed, how sharp; and the loading behind it.
import { batch, signal } from '@preact/signals';
import type { DecodePool } from '../decoding/decode-pool.ts';
import { displayRecipe } from '../decoding/display-recipe.ts';
import type { DisplayWish } from '../decoding/messages.ts';
import type { SliceProgress } from '../loading/fetch-plan.ts';
import { coarseLevel, neededLevel } from '../loading/needed-level.ts';
import { type LevelSource, SeriesLoader } from '../loading/series-loader.ts';
import type { SliceFailure } from '../loading/slice-state.ts';
import type { PrimaryTool } from '../viewport/mouse-tools.ts';
import type { ImagePlace, StackView } from '../viewport/stack-view.ts';
import { decodedAtHand } from './kept-slices.ts';
import { OverlayModel } from './overlay-model.ts';
import { OverlaySource } from './overlay-planes.ts';
import { type RenderedSlice, RenderedSlices } from './rendered-slices.ts';
import type { Slice } from './stack.ts';
import type { StudySeries } from './study-model.ts';
import { type KeptTones, Tones } from './tones.ts';

/** The slice on the screen and its level. */
export interface ShownSlice {
  readonly index: number;
  readonly level: number;
}

/** What is remembered of a series while another is looked at. */
interface Remembered {
  readonly index: number;
  readonly tones: KeptTones;
}

/** The part of StackView that the model drives. */
export type Viewport = Pick<
  StackView,
  | 'open'
  | 'goTo'
  | 'show'
  | 'setGreys'
  | 'setTool'
  | 'setColoursInverted'
  | 'fit'
  | 'zoomBy'
  | 'zoomTo'
  | 'scale'
  | 'imagePlace'
  | 'destroy'
>;

export class ViewerModel {
  readonly series = signal<StudySeries | null>(null);
  /** Index of the slice wanted. */
  readonly target = signal(0);
  readonly shown = signal<ShownSlice | null>(null);
  readonly tones = new Tones(() => this.#tonesChanged());
  readonly tool = signal<PrimaryTool>('window');
  /** CSS pixels per image pixel. */
  readonly zoom = signal(1);
  /** Where the image lies in the viewport; null while there is none. */
  readonly imagePlace = signal<ImagePlace | null>(null);
  readonly overlays = new OverlayModel(new OverlaySource());
  /** Whether text lies over the image. */
  readonly textShown = signal(true);
  readonly failure = signal<SliceFailure | null>(null);
  /** Counts changes of the slices' loading, a few times a second. */
  readonly progress = signal(0);
  readonly #source: LevelSource;
  readonly #pool: Pick<DecodePool, 'add' | 'show'>;
  readonly #rendered: RenderedSlices;
  readonly #remembered = new Map<string, Remembered>();
  #view: Viewport | null = null;
  #loader: SeriesLoader | null = null;
  /** Names the frame on the screen and how it was rendered. */
  #shownKey = '';
  #progressTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: LevelSource, pool: Pick<DecodePool, 'add' | 'show'>) {
    this.#source = source;
    this.#pool = pool;
    this.#rendered = new RenderedSlices((frame, wish, priority) => pool.show(frame, wish, priority));
  }

  /** The slice wanted. */
  get slice(): Slice | undefined {
    return this.series.value?.stack.slices[this.target.value];
  }

  /** Whether there is a viewport: before, nothing says which level the screen needs. */
  get attached(): boolean {
    return this.#view !== null;
  }

  /** Loading states of the open series' slices. */
  get loading(): SeriesLoader['states'] {
    return this.#loader?.states ?? [];
  }

  /** Gives the model its viewport. */
  attach(view: Viewport): void {
    this.#view = view;
    view.setTool(this.tool.value);
    const series = this.series.peek();
    if (series) void this.#openInView(series);
  }

  /** Opens a series where it was left, or at its first slice. */
  openSeries(series: StudySeries): void {
    this.#leave();
    const remembered = this.#remembered.get(series.manifest.uid);
    const { slices } = series.stack;
    const index = Math.min(remembered?.index ?? 0, Math.max(0, slices.length - 1));
    batch(() => {
      this.series.value = series;
      this.target.value = index;
      this.shown.value = null;
      this.failure.value = null;
      this.tones.open(series, remembered?.tones);
      this.progress.value++;
    });
    this.#loader = new SeriesLoader({
      slices,
      source: this.#source,
      decoder: this.#pool,
      kept: decodedAtHand(slices),
      onChange: (at) => this.#changed(at),
    });
    // Without a viewport, the coarse levels are under way while its script is still being fetched.
    if (this.#view) void this.#openInView(series);
    else this.#want();
  }

  /** Goes to a slice; outside the series, to its first or last. */
  goTo(index: number): void {
    const last = (this.series.value?.stack.slices.length ?? 0) - 1;
    const wanted = Math.max(0, Math.min(last, index));
    if (last >= 0 && wanted !== this.target.value) this.#view?.goTo(wanted);
  }

  /** Scrolls by so many slices. */
  scrollBy(slices: number): void {
    this.goTo(this.target.value + slices);
  }

  /** Told by the viewport: this slice is wanted from now on. */
  targetChanged(index: number): void {
    batch(() => {
      this.target.value = index;
      this.failure.value = this.#loader?.states[index]?.failure ?? null;
      // Before the first pixels no camera event says how large the image will be.
      if (this.#view && this.shown.peek() === null) this.zoom.value = this.#view.scale();
    });
    this.#want();
    this.#present(index);
  }

  /** Told by the viewport: zoom or size changed. */
  cameraChanged(): void {
    if (!this.#view) return;
    this.zoom.value = this.#view.scale();
    this.imagePlace.value = this.#view.imagePlace();
    this.#want();
  }

  /** Changes the window by a drag: CSS pixels right and down. */
  dragWindow(dx: number, dy: number): void {
    if (this.slice) this.tones.drag(this.slice, dx, dy);
  }

  toggleText(): void {
    this.textShown.value = !this.textShown.value;
  }

  setTool(tool: PrimaryTool): void {
    this.tool.value = tool;
    this.#view?.setTool(tool);
  }

  fit(): void {
    this.#view?.fit();
  }

  zoomBy(factor: number): void {
    this.#view?.zoomBy(factor);
  }

  /** One image pixel on one device pixel. */
  zoomToPixels(): void {
    this.#view?.zoomTo(1 / devicePixelRatio);
  }

  /** Window, inversion and place as they were in the beginning; the slice stays. */
  reset(): void {
    this.fit();
    this.tones.reset();
  }

  /** Tries what failed again: the slice wanted, and all that failed for want of a server. */
  retry(of: 'this slice' | 'what was out of reach'): void {
    this.#loader?.retry(of === 'this slice' ? this.target.value : undefined);
    this.failure.value = this.#loader?.states[this.target.value]?.failure ?? null;
  }

  /** Told by the pool: a frame's decoded state was dropped. */
  forgotten(frame: string): void {
    this.#loader?.forgotten(frame);
  }

  /** The level that the screen needs of a slice. */
  readonly needed = (slice: SliceProgress): number =>
    this.#view ? neededLevel(slice.levels, this.zoom.peek() * devicePixelRatio) : coarseLevel(slice.levels);

  /** Takes the viewport away; it is destroyed. */
  detach(): void {
    this.#view?.destroy();
    this.#view = null;
  }

  /** Ends loading and viewport. */
  close(): void {
    this.#leave();
    this.overlays.close();
    clearTimeout(this.#progressTimer);
    this.detach();
  }

  #leave(): void {
    this.#loader?.close();
    this.#loader = null;
    const series = this.series.peek();
    if (!series) return;
    this.#remembered.set(series.manifest.uid, {
      index: this.target.peek(),
      tones: this.tones.keep(),
    });
  }

  async #openInView({ manifest, stack }: StudySeries): Promise<void> {
    if (stack.slices.length === 0) return;
    const slices = stack.slices.map(({ geometry }) => geometry);
    await this.#view?.open({ id: manifest.uid, modality: manifest.modality, slices }, this.target.peek());
  }

  #want(): void {
    this.#loader?.want(this.target.peek(), this.needed);
  }

  #changed(index: number): void {
    if (index === this.target.peek()) {
      this.failure.value = this.#loader?.states[index]?.failure ?? null;
    }
    this.#present(index);
    this.#progressTimer ??= setTimeout(() => {
      this.#progressTimer = undefined;
      this.progress.value++;
    }, 50);
  }

  /** Shows the best pixels of a slice if it is the wanted one, and has better ones made if there can be. */
  #present(index: number): void {
    const state = this.#loader?.states[index];
    const slice = this.series.peek()?.stack.slices[index];
    if (!state || !slice) return;
    const wanted = index === this.target.peek();
    const rendered = this.#rendered.get(this.#renderKey(slice));
    if (wanted && rendered) this.#show(index, rendered);
    const worthwhile = wanted || state.decoded >= this.needed(state);
    if (state.failed || !worthwhile || state.decoded <= (rendered?.level ?? -1)) return;
    void this.#render(index, slice, wanted ? 0 : 5);
  }

  async #render(index: number, slice: Slice, priority: number): Promise<void> {
    const wish: DisplayWish = {
      recipe: displayRecipe(slice.format, slice.presentation, this.tones.lutOf(slice)),
      size: 'full',
    };
    try {
      const key = this.#renderKey(slice);
      if (await this.#rendered.render(key, slice.key, wish, priority)) this.#present(index);
    } catch {
      // The state was dropped for other frames meanwhile; the loader has been told and brings it back.
    }
  }

  /** A VOI LUT is applied where the frame is rendered, a window by the viewport. */
  #renderKey(slice: Slice): string {
    const lut = this.tones.lutOf(slice);
    return lut ? `${slice.key} by VOI LUT ${slice.presentation.voiLuts?.indexOf(lut)}` : slice.key;
  }

  #show(index: number, rendered: RenderedSlice): void {
    const shown = this.shown.peek();
    const slice = this.series.peek()?.stack.slices[index];
    if (!slice || !this.#view || this.#loader?.states[index]?.failed) return;
    const key = this.#renderKey(slice);
    if (shown?.index === index && shown.level >= rendered.level && this.#shownKey === key) return;
    this.#shownKey = key;
    this.tones.shown(rendered.pixels);
    this.#applyTones();
    this.#view.show(index, rendered.pixels);
    this.imagePlace.value = this.#view.imagePlace();
    this.shown.value = { index, level: rendered.level };
  }

  /** Pixels of another rendering are shown with their own tones once they are there. */
  #tonesChanged(): void {
    const { slice } = this;
    if (
      slice &&
      this.shown.peek()?.index === this.target.peek() &&
      this.#renderKey(slice) !== this.#shownKey
    ) {
      this.#present(this.target.peek());
    } else this.#applyTones();
  }

  #applyTones(): void {
    const tones = this.slice && this.tones.of(this.slice);
    if (!tones) return;
    this.#view?.setColoursInverted(tones.colours);
    this.#view?.setGreys(tones.greys);
  }
}

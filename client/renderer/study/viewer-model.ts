// The state of one viewport: which slice of which series, how windowed, turned and sharp; and the loading behind it.
import { batch, signal } from '@preact/signals';
import { displayRecipe } from '../decoding/display-recipe.ts';
import type { LeftSeries, SeriesMemory } from '../grid/series-memory.ts';
import type { ImageLoader } from '../loading/image-loader.ts';
import type { LoadingView, Rendering } from '../loading/loading-view.ts';
import { expectedScale } from '../loading/needed-level.ts';
import { isSharpAt, type SharpPart } from '../loading/patches.ts';
import type { RenderedSlice } from '../loading/pixel-store.ts';
import type { Area } from '../loading/region-wishes.ts';
import type { SliceFailure, SliceState } from '../loading/slice-state.ts';
import { visibleArea } from '../loading/visible-area.ts';
import type { Presented, Presenting } from '../presenting/presented.ts';
import { placeOfArea } from '../presenting/presented.ts';
import { ShutterModel } from '../presenting/shutter-model.ts';
import type { ImageArea } from '../presenting/state-for-image.ts';
import { imageIdOf } from '../viewport/image-id.ts';
import type { PrimaryTool } from '../viewport/primary-tool.ts';
import type { ImagePlace } from '../viewport/stack-camera.ts';
import type { StackView } from '../viewport/stack-view.ts';
import { isSameTurn, mirrored, type Turn, turnedBy, upright } from '../viewport/turn.ts';
import type { EarlySlice } from './early-picture.ts';
import { LoadingTicks } from './loading-ticks.ts';
import { mammogramTurn } from './mammogram.ts';
import { OverlayModel } from './overlay-model.ts';
import { OverlaySource } from './overlay-planes.ts';
import { pixelsKey } from './pixels-key.ts';
import type { Slice } from './stack.ts';
import type { StudySeries } from './study-model.ts';
import { Tones } from './tones.ts';

/** The slice on the screen and its level. */
export interface ShownSlice {
  readonly index: number;
  readonly level: number;
  /** Where it is sharper than that. */
  readonly parts?: readonly SharpPart[] | undefined;
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
  | 'turn'
  | 'zoomBy'
  | 'zoomTo'
  | 'showAt'
  | 'size'
  | 'scale'
  | 'imagePlace'
  | 'destroy'
>;

/** What a viewport is made of. */
export interface ViewerParts {
  /** Names the viewport among all of the page. */
  readonly id: string;
  /** Of all viewports. */
  readonly images: ImageLoader;
  readonly memory: SeriesMemory;
  /** Whether something is measured by a slice's values: it is then wanted at its full level whatever the zoom. */
  readonly isMeasured: (slice: Slice) => boolean;
}

export class ViewerModel {
  readonly id: string;
  readonly series = signal<StudySeries | null>(null);
  /** Index of the slice wanted. */
  readonly target = signal(0);
  readonly shown = signal<ShownSlice | null>(null);
  /** What is to be seen until the viewport has drawn for the first time. */
  readonly early = signal<EarlySlice | null>(null);
  readonly tones = new Tones(() => this.#tonesChanged());
  readonly turn = signal<Turn>(upright);
  /** CSS pixels per image pixel. */
  readonly zoom = signal(1);
  /** Where the image lies in the viewport; null while there is none. */
  readonly imagePlace = signal<ImagePlace | null>(null);
  readonly overlays = new OverlayModel(new OverlaySource());
  readonly shutters = new ShutterModel();
  /** The presentation state that is applied; null for none. */
  readonly presented = signal<Presented | null>(null);
  readonly failure = signal<SliceFailure | null>(null);
  /** Changes of the slices' loading. */
  readonly progress = new LoadingTicks();
  readonly #parts: ViewerParts;
  #view: Viewport | null = null;
  readonly #loading: LoadingView;
  /** Names the frame on the screen and how it was rendered. */
  #shownKey = '';
  /** Whether the viewport has drawn anything. */
  #hasDrawn = false;
  /** What was asked of the image before that. */
  #afterDrawing: (() => void)[] = [];
  /** When the image was scrolled to a slice whose pixels are not handed over yet; 0 when they are. */
  #scrolledAt = 0;

  constructor(parts: ViewerParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.#loading = parts.images.view({ onChange: (index) => this.#changed(index) });
  }

  /** The slice wanted. */
  get slice(): Slice | undefined {
    return this.series.value?.stack.slices[this.target.value];
  }

  /** How the series is looked at, to come back to it. */
  get left(): LeftSeries {
    return { index: this.target.value, tones: this.tones.keep(), turn: this.turn.value };
  }

  /** Whether there is a viewport: before, nothing says which level the screen needs. */
  get attached(): boolean {
    return this.#view !== null;
  }

  /** Loading states of the open series' slices. */
  get loading(): readonly SliceState[] {
    return this.#loading.states;
  }

  /** Level of the best pixels of a slice that are in memory; -1 for none. */
  held(index: number): number {
    return this.#loading.held(index);
  }

  /** The level of the wanted image that is to be seen, drawn by the viewport or painted before; -1 for none. */
  get levelSeen(): number {
    const shown = this.shown.value;
    if (shown?.index === this.target.value) return shown.level;
    const early = this.early.value;
    return early !== null && early.slice === this.slice ? early.level : -1;
  }

  /** Bytes of all pixels in memory, of all viewports. */
  get pixelBytes(): number {
    return this.#parts.images.pixelBytes;
  }

  /** Gives the model its viewport. */
  attach(view: Viewport, tool: PrimaryTool): void {
    this.#view = view;
    view.setTool(tool);
    const series = this.series.peek();
    if (series) void this.#openInView(series);
  }

  /** Opens a series at a slice: the given one, or where it was left, or its first. */
  openSeries(series: StudySeries, at?: number): void {
    this.#leave();
    const left = this.#parts.memory.get(series.manifest.uid);
    const { slices } = series.stack;
    const index = Math.min(at ?? left?.index ?? 0, Math.max(0, slices.length - 1));
    batch(() => {
      this.series.value = series;
      this.target.value = index;
      this.shown.value = null;
      this.early.value = null;
      this.failure.value = null;
      this.turn.value = left?.turn ?? mammogramTurn(slices[index]);
      this.#unpresent();
      this.tones.open(series, left?.tones, index);
      this.progress.now();
    });
    const renderingOf = (at: number) => this.renderingOf(slices[at] as Slice);
    // Without a viewport, levels are under way while its script is still being fetched.
    // With one, it says at once how large the series will be.
    const scale = this.#view ? null : this.#scale();
    this.#loading.open({ slices, renderingOf, target: index, scale, isFirst: !this.#hasDrawn });
    if (this.#view) void this.#openInView(series);
  }

  /** Goes to a slice; outside the series, to its first or last. */
  goTo(index: number): void {
    const last = (this.series.value?.stack.slices.length ?? 0) - 1;
    const wanted = Math.max(0, Math.min(last, index));
    if (last < 0 || wanted === this.target.value) return;
    if (this.#view) this.#view.goTo(wanted);
    else this.targetChanged(wanted);
  }

  /** Scrolls by so many slices. */
  scrollBy(slices: number): void {
    this.#scrolledAt = performance.now();
    this.goTo(this.target.value + slices);
  }

  /** Told by the viewport: this slice is wanted from now on. */
  targetChanged(index: number): void {
    batch(() => {
      this.target.value = index;
      this.failure.value = this.loading[index]?.failure ?? null;
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

  /** Told by the viewport: the image is on the screen. */
  drawn(): void {
    this.#hasDrawn = true;
    this.early.value = null;
    for (const action of this.#afterDrawing.splice(0)) action();
  }

  /** Changes the window by a drag: CSS pixels right and down. */
  dragWindow(dx: number, dy: number): void {
    if (this.slice) this.tones.drag(this.slice, dx, dy);
  }

  /** Puts a tool on the left mouse button, of all viewports. */
  useTool(tool: PrimaryTool): void {
    this.#view?.setTool(tool);
  }

  /** Turns the image on the screen clockwise by a multiple of 90 degrees. */
  rotate(degrees: number): void {
    this.#setTurn(turnedBy(this.turn.peek(), degrees));
  }

  /** Exchanges left and right of the screen. */
  mirror(): void {
    this.#setTurn(mirrored(this.turn.peek()));
  }

  fit(): void {
    this.#onceDrawn(() => this.#view?.fit());
  }

  zoomBy(factor: number): void {
    this.#onceDrawn(() => this.#view?.zoomBy(factor));
  }

  /** One image pixel on one device pixel. */
  zoomToPixels(): void {
    this.#onceDrawn(() => this.#view?.zoomTo(1 / devicePixelRatio));
  }

  /** Shows the image as a presentation state says it. */
  present(presented: Presented, { tones, turn, area, shutter }: Presenting): void {
    batch(() => {
      this.presented.value = presented;
      this.shutters.applied.value = shutter;
    });
    this.#setTurn(turn);
    this.tones.present(tones);
    if (area) this.#showArea(area);
    else this.fit();
  }

  /** CSS pixels of the viewport; null while there is none. */
  get size(): readonly [number, number] | null {
    return this.#view?.size() ?? null;
  }

  /** Window, inversion, turn and place as they were in the beginning; the slice stays. */
  reset(): void {
    this.#unpresent();
    this.#setTurn(mammogramTurn(this.slice));
    this.fit();
    this.tones.reset();
  }

  /** Tries what failed again: the slice wanted, and all that failed for want of a server. */
  retry(of: 'this slice' | 'what was out of reach'): void {
    this.#loading.retry(of === 'this slice' ? this.target.value : undefined);
    this.failure.value = this.loading[this.target.value]?.failure ?? null;
  }

  /** The level that the screen needs of a slice, or measuring on it. */
  needed(index: number): number {
    return this.#loading.needed(index);
  }

  /** The level that is to be had of all of a slice: see LoadingView. */
  wanted(index: number): number {
    return this.#loading.wanted(index);
  }

  /** Whether what is visible of the image on the screen is as sharp as a level, though the rest of it may not be. */
  isVisibleAt(level: number): boolean {
    const shown = this.shown.value;
    void this.imagePlace.value;
    const visible = this.#visible();
    return (
      shown?.index === this.target.value && visible !== null && isSharpAt(shown.parts ?? [], visible, level)
    );
  }

  /** Something was measured on the slice, or no longer. */
  measuredChanged(): void {
    this.#want();
  }

  /** Modality values of a slice at the best level decoded, whatever it is shown by; null when there is none. */
  async modalityPixels(index: number): Promise<RenderedSlice | null> {
    return this.#loading.modalityPixels(index);
  }

  /** How a slice is rendered now: by which VOI LUT, if any. */
  renderingOf(slice: Slice): Rendering {
    const recipe = displayRecipe(slice.format, slice.presentation, this.tones.lutOf(slice));
    return { key: this.#renderKey(slice), recipe };
  }

  /** Takes the viewport away; it is destroyed. */
  detach(): void {
    this.#view?.destroy();
    this.#view = null;
    this.#hasDrawn = false;
    this.early.value = null;
    this.shown.value = null;
    this.imagePlace.value = null;
  }

  /** Ends loading and viewport. */
  close(): void {
    this.#leave();
    this.#loading.close();
    this.overlays.close();
    this.progress.close();
    this.detach();
  }

  #setTurn(turn: Turn): void {
    this.turn.value = turn;
    this.#view?.turn(turn);
  }

  /** Of one mammogram after another, each lies as its own breast does, unless somebody has turned them. */
  #turnFrom(before: Slice | undefined, now: Slice): void {
    const [was, is] = [mammogramTurn(before), mammogramTurn(now)];
    if (!isSameTurn(was, is) && isSameTurn(was, this.turn.peek())) this.#setTurn(is);
  }

  #onceDrawn(action: () => void): void {
    if (this.#hasDrawn) action();
    else this.#afterDrawing.push(action);
  }

  #unpresent(): void {
    this.presented.value = null;
    this.shutters.applied.value = undefined;
  }

  #showArea(area: ImageArea): void {
    const { slice } = this;
    const size = this.#view?.size();
    if (!slice || !size) return;
    const { centre, scale } = placeOfArea(area, slice.geometry.spacing, this.turn.peek(), size);
    this.#view?.showAt(centre, scale);
  }

  #leave(): void {
    const series = this.series.peek();
    this.#afterDrawing = [];
    if (!series) return;
    this.#parts.memory.set(series.manifest.uid, this.left);
  }

  async #openInView({ manifest, stack }: StudySeries): Promise<void> {
    if (stack.slices.length === 0) return;
    const images = stack.slices.map(({ instanceUid, frameNumber, geometry, wall }) => ({
      id: imageIdOf(instanceUid, frameNumber),
      ...{ geometry, wall },
    }));
    await this.#view?.open({ modality: manifest.modality, images }, this.target.peek());
  }

  #want(): void {
    const { slice } = this;
    const isMeasured = slice !== undefined && this.#parts.isMeasured(slice);
    const look = { target: this.target.peek(), scale: this.#scale(), visible: this.#visible() };
    this.#loading.look({ ...look, isMeasured, isFirst: !this.#hasDrawn });
  }

  /** The part of the slice wanted that is on the screen, or will be when it lies as the one that is there; null for unknown. */
  #visible(): Area | null {
    const [size, place, shown] = [this.#view?.size(), this.imagePlace.peek(), this.shown.peek()];
    const { slice } = this;
    const there = shown && this.series.peek()?.stack.slices[shown.index];
    if (!size || !place || !slice || !there) return null;
    const { width, height } = slice.format;
    const isSame = there === slice || (there.format.width === width && there.format.height === height);
    return isSame ? visibleArea(place, size, slice.format) : null;
  }

  /** Device pixels per image pixel; before there is a viewport, about what it will show. */
  #scale(): number | null {
    if (this.#view) return this.zoom.peek() * devicePixelRatio;
    return this.slice ? expectedScale(this.slice.format, globalThis) : null;
  }

  #changed(index: number): void {
    if (index === this.target.peek()) {
      this.failure.value = this.loading[index]?.failure ?? null;
    }
    this.#present(index);
    this.progress.change();
  }

  /** Shows the best pixels of a slice if it is the wanted one. */
  #present(index: number): void {
    if (index !== this.target.peek()) return;
    if (!this.#hasDrawn) this.#presentEarly(index);
    // Enlarging takes long, and is being done elsewhere.
    if (!this.#view || (this.early.peek() && this.#loading.pixelsAsIs(index)?.isOwn)) return;
    const shown = this.shown.peek();
    const slice = this.series.peek()?.stack.slices[index];
    const isSame = shown?.index === index && slice && this.#renderKey(slice) === this.#shownKey;
    const isSharpest = shown && shown.level >= this.#loading.held(index);
    if (isSame && isSharpest && !this.#isPatched(index, shown)) return;
    const rendered = this.#loading.pixels(index);
    if (rendered) this.#show(index, rendered);
  }

  /** What is covered by a shutter waits for the viewport, which brings it; and so does what was left turned. */
  #presentEarly(index: number): void {
    const { slice } = this;
    const there = this.#loading.pixelsAsIs(index);
    if (!slice || !there || this.loading[index]?.failed || this.shutters.covering(slice.presentation)) return;
    const { rotation, mirrored: isMirrored } = this.turn.peek();
    if (rotation !== 0 || isMirrored) return;
    const early = this.early.peek();
    if (early?.slice === slice && early.level >= there.level) return;
    this.tones.shown(there.pixels);
    const tones = this.tones.of(slice);
    if (tones) this.early.value = { slice, level: there.level, pixels: there.pixels, tones };
  }

  /** A VOI LUT is applied where the frame is rendered, a window by the viewport. */
  #renderKey(slice: Slice): string {
    const lut = this.tones.lutOf(slice);
    if (!lut) return pixelsKey(slice);
    const index = slice.presentation.voiLuts?.indexOf(lut) ?? -1;
    return `${pixelsKey(slice)} by VOI LUT ${index < 0 ? `of state ${this.presented.peek()?.uid}` : index}`;
  }

  #show(index: number, rendered: RenderedSlice): void {
    const shown = this.shown.peek();
    const slice = this.series.peek()?.stack.slices[index];
    if (!slice || !this.#view || this.loading[index]?.failed) return;
    const key = this.#renderKey(slice);
    const isSharpest = shown && shown.level >= rendered.level && !this.#isPatched(index, shown);
    if (shown?.index === index && isSharpest && this.#shownKey === key) return;
    this.#shownKey = key;
    this.tones.shown(rendered.pixels);
    this.#applyTones();
    this.#measureScroll();
    this.#view.show(index, rendered.pixels);
    if (shown === null) this.#view.turn(this.turn.peek());
    else if (shown.index !== index) this.#turnFrom(this.series.peek()?.stack.slices[shown.index], slice);
    this.imagePlace.value = this.#view.imagePlace();
    this.shown.value = { index, level: rendered.level, parts: rendered.parts };
    // Another image may lie otherwise, and show another part of it.
    if (shown?.index !== index) this.#want();
  }

  /** Whether other parts of a slice are sharp now than those on the screen. */
  #isPatched(index: number, { level, parts = [] }: ShownSlice): boolean {
    const now = this.#loading.parts(index);
    return level <= this.#loading.held(index) && now !== parts && now.length > 0;
  }

  /** Tells the browser's own measurements how long it took from a scroll to the pixels: observers are told of each. */
  #measureScroll(): void {
    if (this.#scrolledAt === 0) return;
    // It would keep them all.
    performance.clearMeasures('strata.scroll');
    performance.measure('strata.scroll', { start: this.#scrolledAt });
    this.#scrolledAt = 0;
  }

  /** Pixels of another rendering are shown with their own tones once they are there. */
  #tonesChanged(): void {
    const { slice } = this;
    if (
      slice &&
      this.shown.peek()?.index === this.target.peek() &&
      this.#renderKey(slice) !== this.#shownKey
    ) {
      this.#loading.rerender();
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

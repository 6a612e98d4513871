// One viewport that shows a stack of slices: which slice, with which greys, where.
import { Enums, type Types } from '@cornerstonejs/core';
import { engineId, joinResizing, renderingEngine, resizeSoon } from './engine.ts';
import { loadOthersBy, registerImages, type ViewportImage, withLoader } from './image-metadata.ts';
import type { PrimaryTool } from './primary-tool.ts';
import { fittingScale } from './slice-geometry.ts';
import { cornerstoneImage, type SlicePixels } from './slice-image.ts';
import { type ImagePlace, StackCamera } from './stack-camera.ts';
import { ScreenLoader, StackLoader } from './stack-loader.ts';
import type { Turn } from './turn.ts';
import { type ToolEvents, ViewportTools } from './viewport-tools.ts';
import { rangeOfWindow, type WindowFunction, type WindowLevel } from './window-level.ts';

/** What a viewport shows: images of one size or several, in order. */
export interface StackDescription {
  readonly modality: string;
  readonly images: readonly ViewportImage[];
}

/** How grey values are shown. */
export interface Greys {
  readonly window: WindowLevel;
  readonly kind: WindowFunction;
  readonly inverted: boolean;
}

export interface StackViewEvents extends Omit<ToolEvents, 'onZoom' | 'onPinch'> {
  /** The slice that the viewport wants from now on. */
  onTarget(index: number): void;
  /** Zoom, pan or size changed. */
  onCamera(): void;
  /** Pixels that were handed over are on the screen. */
  onDrawn(): void;
}

const plainGreys: Greys = { window: { centre: 128, width: 256 }, kind: 'LINEAR', inverted: false };

export class StackView {
  readonly #element: HTMLDivElement;
  readonly #events: StackViewEvents;
  readonly #viewport: Types.IStackViewport;
  readonly #camera: StackCamera;
  readonly #tools: ViewportTools;
  readonly #sized: ResizeObserver;
  readonly #leaveResizing: () => void;
  /** The size that the viewport was made for, or brought to. */
  #laid: string;
  #images: readonly ViewportImage[] = [];
  #forgetImages: () => void = () => {};
  #loader: StackLoader | null = null;
  #target = 0;
  #greys = plainGreys;
  #shown: number | null = null;
  /** Whether the viewport's colour table is a sigmoid; it is not made anew by itself. */
  #sigmoid = false;

  /**
   * Takes over the element, which must have a size.
   * @param id names the viewport among all of the page
   */
  constructor(id: string, element: HTMLDivElement, events: StackViewEvents) {
    this.#element = element;
    this.#events = events;
    loadOthersBy(() => new ScreenLoader());
    renderingEngine().enableElement({
      viewportId: id,
      type: Enums.ViewportType.STACK,
      element,
      defaultOptions: { background: [0, 0, 0] },
    });
    // A click gives it the focus, which means nothing here: keys are the page's, and a ring would cover the image's edge.
    element.style.outline = 'none';
    this.#viewport = renderingEngine().getViewport(id) as Types.IStackViewport;
    this.#camera = new StackCamera(this.#viewport);
    this.#tools = new ViewportTools(element, id, engineId, {
      ...events,
      onZoom: (factor) => this.zoomBy(factor),
      onPinch: (pinch) => this.#camera.pinch(pinch, [element.clientWidth, element.clientHeight]),
    });
    element.addEventListener(Enums.Events.CAMERA_MODIFIED, this.#onCamera);
    element.addEventListener(Enums.Events.IMAGE_RENDERED, this.#onDrawn);
    this.#leaveResizing = joinResizing({
      isFitted: () => this.#camera.isFitted,
      fit: () => this.fit(),
      resized: () => events.onCamera(),
    });
    this.#laid = sizeOf(element);
    this.#sized = new ResizeObserver(() => {
      const size = sizeOf(element);
      if (size === this.#laid) return;
      this.#laid = size;
      if (size !== '') resizeSoon();
    });
    this.#sized.observe(element);
  }

  /** Opens a stack at a slice. Nothing is shown before `show` brings pixels. */
  async open({ modality, images }: StackDescription, index: number): Promise<void> {
    this.#forget();
    this.#target = index;
    this.#shown = null;
    this.#images = images;
    this.#forgetImages = registerImages(modality, images);
    const ids = images.map(({ id }) => id);
    const places = new Map(ids.map((id, at) => [id, at]));
    const loader = new StackLoader((imageId) => {
      this.#target = places.get(imageId) ?? this.#target;
      this.#events.onTarget(this.#target);
    });
    this.#loader = loader;
    await withLoader(loader, () => this.#viewport.setStack(ids, index));
  }

  /** Makes a slice the wanted one. What is on the screen stays until `show` brings its pixels. */
  goTo(index: number): void {
    if (index !== this.#target) void this.#viewport.setImageIdIndex(index);
  }

  /** Shows pixels of a slice, if it is still the wanted one. */
  show(index: number, pixels: SlicePixels): void {
    const image = this.#images[index];
    if (!image || !this.#loader || index !== this.#target) return;
    const before = this.#shown === null ? undefined : this.#images[this.#shown];
    const isOtherSide = before !== undefined && before.wall !== image.wall && this.#camera.isFitted;
    const { window, kind } = this.#greys;
    this.#loader.deliver(cornerstoneImage(image.id, image.geometry, pixels, window, kind));
    this.#shown = index;
    this.setGreys(this.#greys);
    if (!before || isOtherSide) this.fit();
  }

  /** Sets window and inversion. */
  setGreys(greys: Greys): void {
    this.#greys = greys;
    if (this.#shown === null) return;
    const { lower, upper } = rangeOfWindow(greys.window, greys.kind);
    this.#useTableOf(greys.kind);
    this.#viewport.setProperties({ voiRange: { lower, upper }, invert: greys.inverted });
    this.#viewport.render();
  }

  /** Inverts colour images, shown with the next `setGreys`: the renderer's own inversion is for grey values only. */
  setColoursInverted(how: 'inverted' | 'as they are'): void {
    const isInverted = how === 'inverted';
    this.#viewport.canvas.style.filter = isInverted ? 'invert(1)' : '';
    // What is beside the image stays black.
    const ground = isInverted ? 1 : 0;
    this.#viewport.getRenderer().setBackground(ground, ground, ground);
  }

  /** The tool on the left mouse button, of all viewports. */
  setTool(tool: PrimaryTool): void {
    this.#tools.setPrimary(tool);
  }

  /** Fits the image into the viewport: centred, a mammogram with its chest wall at the viewport's edge. */
  fit(): void {
    const image = this.#shown === null ? undefined : this.#images[this.#shown];
    this.#camera.fit(image?.geometry, image?.wall);
  }

  turn(turn: Turn): void {
    const isFitted = this.#camera.isFitted;
    this.#camera.turn(turn);
    // What was at the left is elsewhere now.
    if (isFitted && this.#shown !== null && this.#images[this.#shown]?.wall) this.fit();
  }

  zoomBy(factor: number): void {
    this.#camera.zoomBy(factor);
  }

  /** Shows one image pixel as so many CSS pixels. */
  zoomTo(scale: number): void {
    const now = this.scale();
    if (now > 0) this.zoomBy(scale / now);
  }

  /** Shows one image pixel as so many CSS pixels, with a place of the image (columns and rows) in the middle. */
  showAt(place: readonly [number, number], scale: number): void {
    const slice = this.#shown === null ? undefined : this.#images[this.#shown]?.geometry;
    if (slice && scale > 0) this.#camera.show(slice, place, scale);
  }

  /** CSS pixels. */
  size(): readonly [number, number] {
    return [this.#element.clientWidth, this.#element.clientHeight];
  }

  /** CSS pixels per image pixel (along a row). Before the first pixels: what fitting the slice will give. */
  scale(): number {
    const slice = this.#images[this.#shown ?? this.#target]?.geometry;
    if (!slice) return 1;
    if (this.#shown !== null) return this.#camera.scale(slice);
    return fittingScale(slice, this.#element.clientWidth, this.#element.clientHeight);
  }

  /** See StackCamera.place; null before the first pixels. */
  imagePlace(): ImagePlace | null {
    const slice = this.#shown === null ? undefined : this.#images[this.#shown]?.geometry;
    return slice ? this.#camera.place(slice) : null;
  }

  /** Ends the viewport and its listeners; the element is empty afterwards. */
  destroy(): void {
    this.#sized.disconnect();
    this.#leaveResizing();
    this.#element.removeEventListener(Enums.Events.CAMERA_MODIFIED, this.#onCamera);
    this.#element.removeEventListener(Enums.Events.IMAGE_RENDERED, this.#onDrawn);
    this.#tools.destroy();
    renderingEngine().disableElement(this.#viewport.id);
    this.#forget();
  }

  /** Cornerstone only makes another table when its function changes, which a new image may have done already. */
  #useTableOf(kind: WindowFunction): void {
    const sigmoid = kind === 'SIGMOID';
    if (sigmoid === this.#sigmoid) return;
    this.#sigmoid = sigmoid;
    const { LINEAR, SAMPLED_SIGMOID } = Enums.VOILUTFunctionType;
    for (const VOILUTFunction of sigmoid ? [LINEAR, SAMPLED_SIGMOID] : [SAMPLED_SIGMOID, LINEAR]) {
      this.#viewport.setProperties({ VOILUTFunction });
    }
  }

  #forget(): void {
    this.#forgetImages();
    this.#forgetImages = () => {};
    StackLoader.forget(this.#images.map(({ id }) => id));
    this.#images = [];
    this.#loader = null;
  }

  readonly #onCamera = (): void => this.#events.onCamera();
  readonly #onDrawn = (): void => {
    if (this.#shown !== null) this.#events.onDrawn();
  };
}

/** In words; '' for none, as a viewport has for a moment when it is taken away. */
const sizeOf = ({ clientWidth, clientHeight }: HTMLElement): string =>
  clientWidth * clientHeight > 0 ? `${clientWidth} x ${clientHeight}` : '';

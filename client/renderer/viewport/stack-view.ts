// One viewport that shows a stack of slices: what is shown, how it is windowed, zoomed and placed.
import { Enums, init, RenderingEngine, type Types } from '@cornerstonejs/core';
import { forgetStack, registerStack } from './image-metadata.ts';
import { MouseTools, type PrimaryTool, startTools } from './mouse-tools.ts';
import type { SliceGeometry } from './slice-geometry.ts';
import { cornerstoneImage, type SlicePixels } from './slice-image.ts';
import { StackLoader } from './stack-loader.ts';
import { rangeOfWindow, type WindowFunction, type WindowLevel } from './window-level.ts';

/** What a viewport shows: slices of one size or several, in order. */
export interface StackDescription {
  readonly id: string;
  readonly modality: string;
  readonly slices: readonly SliceGeometry[];
}

/** How grey values are shown. */
export interface Greys {
  readonly window: WindowLevel;
  readonly kind: WindowFunction;
  readonly inverted: boolean;
}

/** See `StackView.imagePlace`. */
export type ImagePlace = readonly [number, number, number, number, number, number];

export interface StackViewEvents {
  /** The slice that the viewport wants from now on. */
  onTarget(index: number): void;
  /** Zoom, pan or size changed. */
  onCamera(): void;
  /** The window was dragged: pixels right and down since the last call. */
  onWindowDrag(dx: number, dy: number): void;
  /** The stack was scrolled by so many slices. */
  onScroll(delta: number): void;
}

const engineId = 'strata';
let engine: RenderingEngine | null = null;

function renderingEngine(): RenderingEngine {
  if (!engine) {
    init({ rendering: { webGlContextCount: 1 }, debug: {} });
    startTools();
    engine = new RenderingEngine(engineId);
  }
  return engine;
}

export class StackView {
  readonly #element: HTMLDivElement;
  readonly #events: StackViewEvents;
  readonly #viewport: Types.IStackViewport;
  readonly #tools: MouseTools;
  readonly #resized: ResizeObserver;
  #stack: StackDescription | null = null;
  #imageIds: string[] = [];
  #loader: StackLoader | null = null;
  #target = 0;
  #greys: Greys = { window: { centre: 128, width: 256 }, kind: 'LINEAR', inverted: false };
  #shown: number | null = null;
  /** Whether the viewport's colour table is a sigmoid; it is not made anew by itself. */
  #sigmoid = false;

  /** Takes over the element, which must have a size. */
  constructor(element: HTMLDivElement, events: StackViewEvents) {
    this.#element = element;
    this.#events = events;
    const viewportId = 'main';
    renderingEngine().enableElement({
      viewportId,
      type: Enums.ViewportType.STACK,
      element,
      defaultOptions: { background: [0, 0, 0] },
    });
    this.#viewport = renderingEngine().getViewport(viewportId) as Types.IStackViewport;
    this.#tools = new MouseTools(element, viewportId, engineId, {
      onWindowDrag: (dx, dy) => events.onWindowDrag(dx, dy),
      onScroll: (delta) => events.onScroll(delta),
      onZoom: (factor) => this.zoomBy(factor),
      onDoubleClick: () => this.fit(),
    });
    element.addEventListener(Enums.Events.CAMERA_MODIFIED, this.#onCamera);
    this.#resized = new ResizeObserver(() => this.#onResize());
    this.#resized.observe(element);
  }

  /** Index of the slice on the screen; null before the first pixels. */
  get shown(): number | null {
    return this.#shown;
  }

  /** Opens a stack at a slice. Nothing is shown before `show` brings pixels. */
  async open(stack: StackDescription, index: number): Promise<void> {
    this.#forget();
    this.#stack = stack;
    this.#target = index;
    this.#shown = null;
    this.#imageIds = registerStack(stack.id, {
      modality: stack.modality,
      slices: stack.slices,
      createLoader: () => {
        this.#loader = new StackLoader((wanted) => {
          this.#target = wanted;
          this.#events.onTarget(wanted);
        });
        return this.#loader;
      },
    });
    await this.#viewport.setStack(this.#imageIds, index);
  }

  /** Makes a slice the wanted one. What is on the screen stays until `show` brings its pixels. */
  goTo(index: number): void {
    if (index !== this.#target) void this.#viewport.setImageIdIndex(index);
  }

  /** Shows pixels of a slice, if it is still the wanted one. */
  show(index: number, pixels: SlicePixels): void {
    const slice = this.#stack?.slices[index];
    const imageId = this.#imageIds[index];
    if (!slice || !imageId || !this.#loader || index !== this.#target) return;
    const first = this.#shown === null;
    const { window, kind } = this.#greys;
    this.#loader.deliver(cornerstoneImage(imageId, slice, pixels, window, kind));
    this.#shown = index;
    this.setGreys(this.#greys);
    if (first) this.fit();
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

  /** Inverts colour images: the renderer's own inversion is for grey values only. */
  setColoursInverted(how: 'inverted' | 'as they are'): void {
    this.#viewport.canvas.style.filter = how === 'inverted' ? 'invert(1)' : '';
  }

  /** The tool on the left mouse button. */
  setTool(tool: PrimaryTool): void {
    this.#tools.setPrimary(tool);
  }

  /** Fits the image into the viewport, centred. */
  fit(): void {
    this.#viewport.resetCamera();
    this.#viewport.render();
  }

  /** Enlarges by a factor around the centre of the viewport. */
  zoomBy(factor: number): void {
    this.#viewport.setZoom(this.#viewport.getZoom() * factor);
    this.#viewport.render();
  }

  /** Shows one image pixel as so many CSS pixels. */
  zoomTo(scale: number): void {
    const now = this.scale();
    if (now > 0) this.zoomBy(scale / now);
  }

  /** CSS pixels per image pixel (along a row). Before the first pixels: what fitting the slice will give. */
  scale(): number {
    const slice = this.#stack?.slices[this.#target];
    if (!slice) return 1;
    if (this.#shown === null) return this.#fittingScale(slice);
    const [a, b] = this.#rowOnCanvas(this.#stack?.slices[this.#shown] ?? slice);
    return Math.hypot(b[0] - a[0], b[1] - a[1]) / slice.columns;
  }

  /**
   * Where the image lies: the six numbers of a CSS matrix from pixels of the image (0, 0 at its upper left corner) to CSS
   * pixels of the viewport. Null before the first pixels.
   */
  imagePlace(): ImagePlace | null {
    const slice = this.#shown === null ? undefined : this.#stack?.slices[this.#shown];
    if (!slice) return null;
    const { position, rowCosines, columnCosines, spacing } = slice;
    // The position is that of the middle of the first pixel.
    const at = (column: number, row: number): Types.Point2 => {
      const along = (axis: 0 | 1 | 2) =>
        position[axis] +
        rowCosines[axis] * (column - 0.5) * spacing[1] +
        columnCosines[axis] * (row - 0.5) * spacing[0];
      return this.#viewport.worldToCanvas([along(0), along(1), along(2)]);
    };
    const { columns, rows } = slice;
    const [origin, right, below] = [at(0, 0), at(columns, 0), at(0, rows)];
    return [
      (right[0] - origin[0]) / columns,
      (right[1] - origin[1]) / columns,
      (below[0] - origin[0]) / rows,
      (below[1] - origin[1]) / rows,
      ...origin,
    ];
  }

  /** Ends the viewport and its listeners; the element is empty afterwards. */
  destroy(): void {
    this.#resized.disconnect();
    this.#element.removeEventListener(Enums.Events.CAMERA_MODIFIED, this.#onCamera);
    this.#tools.destroy();
    renderingEngine().disableElement(this.#viewport.id);
    this.#forget();
  }

  #forget(): void {
    if (this.#stack) forgetStack(this.#stack.id);
    this.#stack = null;
    this.#loader = null;
  }

  #rowOnCanvas(slice: SliceGeometry): [Types.Point2, Types.Point2] {
    const [x, y, z] = slice.position;
    const length = slice.columns * slice.spacing[1];
    const [dx, dy, dz] = slice.rowCosines;
    const end: Types.Point3 = [x + dx * length, y + dy * length, z + dz * length];
    return [this.#viewport.worldToCanvas([x, y, z]), this.#viewport.worldToCanvas(end)];
  }

  #fittingScale(slice: SliceGeometry): number {
    const { clientWidth, clientHeight } = this.#element;
    const aspect = slice.spacing[0] / slice.spacing[1];
    return Math.min(clientWidth / slice.columns, clientHeight / (slice.rows * aspect));
  }

  #onResize(): void {
    const fitted = Math.abs(this.#viewport.getZoom() - 1) < 1e-3;
    renderingEngine().resize(true, !fitted);
    this.#events.onCamera();
  }

  readonly #onCamera = (): void => this.#events.onCamera();
}

// A series as a volume, shown in three planes.
import { signal } from '@preact/signals';
import type { ImageLoader } from '../loading/image-loader.ts';
import { windowText } from '../study/shading-text.ts';
import type { StudySeries } from '../study/study-model.ts';
import { loadVolumeViews } from '../viewport/load-viewport.ts';
import type { ReformatTool } from '../viewport/volume-tools.ts';
import type { Plane, PlaneElements, PlaneLook, SlabKind, VolumeViews } from '../viewport/volume-views.ts';
import { dragWindow, rangeOfWindow, type WindowLevel } from '../viewport/window-level.ts';
import { type VolumeNote, type VolumeProblem, volumeShape } from '../volume/volume-shape.ts';
import { type Filled, VolumeSource } from '../volume/volume-source.ts';

/** A plane cannot be cut through fewer images; and what a 3D texture takes in each direction. */
const bounds = { fewest: 4, longest: 2048 };

const nothing: Filled = { any: 0, full: 0, of: 0, missing: 0 };

export class ReformatModel {
  /** What is shown as a volume; null while nothing is. */
  readonly series = signal<StudySeries | null>(null);
  /** Why not; null where nothing is wrong. */
  readonly problem = signal<VolumeProblem | null>(null);
  /** What must be said of the volume. */
  readonly notes = signal<readonly VolumeNote[]>([]);
  readonly window = signal<WindowLevel>({ centre: 40, width: 400 });
  readonly slab = signal(0);
  readonly kind = signal<SlabKind>('maximum');
  readonly tool = signal<ReformatTool>('crosshair');
  readonly filled = signal<Filled>(nothing);
  /** How each plane is looked at, once it is drawn. */
  readonly looks = signal<Partial<Record<Plane, PlaneLook>>>({});
  readonly #images: ImageLoader;
  #source: VolumeSource | null = null;
  #elements: PlaneElements | null = null;
  #views: VolumeViews | null = null;
  #inverted = false;

  constructor(images: ImageLoader) {
    this.#images = images;
  }

  /** Shows a series as a volume, or says why it is none. */
  open(series: StudySeries, window: WindowLevel | null, inverted: boolean): void {
    this.close();
    const { slices } = series.stack;
    const shape = volumeShape(slices, { bytes: this.#images.volumeRoom, ...bounds });
    this.series.value = series;
    if (window) this.window.value = window;
    this.#inverted = inverted;
    if ('problem' in shape) {
      this.problem.value = shape.problem;
      return;
    }
    this.notes.value = shape.notes;
    this.#source = new VolumeSource(this.#images, slices, shape, 0, {
      onLayers: (layers) => this.#changed(layers),
      onFilled: (filled) => {
        this.filled.value = filled;
      },
    });
  }

  /** Gives it the elements to draw in. */
  attach(elements: PlaneElements): void {
    this.#elements = elements;
    this.#changed([]);
  }

  close(): void {
    this.#views?.close();
    this.#source?.close();
    [this.#views, this.#source, this.#elements] = [null, null, null];
    this.series.value = null;
    this.problem.value = null;
    this.notes.value = [];
    this.filled.value = nothing;
    this.slab.value = 0;
    this.looks.value = {};
    this.tool.value = 'crosshair';
  }

  setTool(tool: ReformatTool): void {
    this.tool.value = tool;
    this.#views?.setTool(tool);
  }

  setSlab(millimetres: number, kind: SlabKind): void {
    this.slab.value = millimetres;
    this.kind.value = kind;
    this.#views?.setSlab(millimetres, kind);
  }

  setWindow(window: WindowLevel): void {
    this.window.value = window;
    this.#applyWindow();
  }

  /** The window, in words. */
  get windowText(): string {
    return windowText(this.window.value, this.#suv);
  }

  /** The kind of SUV that values are in; null for others. */
  get #suv() {
    const suv = this.series.peek()?.stack.suv;
    return suv && 'kind' in suv ? suv.kind : null;
  }

  #applyWindow(): void {
    const { lower, upper } = rangeOfWindow(this.window.peek(), this.#suv ? 'LINEAR_EXACT' : 'LINEAR');
    this.#views?.setRange(lower, upper, this.#inverted ? 'inverted' : 'as they are');
  }

  #changed(layers: readonly number[]): void {
    if (this.#views) this.#views.changed(layers);
    else void this.#show();
  }

  /** Begins to show the volume as soon as every slice is there at some level. */
  async #show(): Promise<void> {
    const [source, elements, series] = [this.#source, this.#elements, this.series.peek()];
    if (!source?.voxels || !elements || !series || !source.isWhole) return;
    const { VolumeViews } = await loadVolumeViews();
    const { shape, voxels } = source;
    if (this.#views || this.#source !== source || !voxels) return;
    const { modality } = series.manifest;
    this.#views = await VolumeViews.open(
      elements,
      { ...shape, voxels, modality },
      {
        onWindowDrag: (dx, dy) => {
          const { centre, width } = this.window.peek();
          const span = this.#suv ? width * 2 : Math.max(256, width * 2);
          this.setWindow(dragWindow({ centre, width }, dx, dy, span));
        },
        onLook: (plane, look) => {
          this.looks.value = { ...this.looks.peek(), [plane]: look };
        },
      },
    );
    this.#views.setTool(this.tool.peek());
    this.#applyWindow();
    this.#views.changed(shape.layers.map((_, layer) => layer));
  }
}

// A series as a volume: filled with pixels as levels arrive, shown in three planes.
import { signal } from '@preact/signals';
import { displayRecipe } from '../decoding/display-recipe.ts';
import type { ImageLoader } from '../loading/image-loader.ts';
import type { LoadingView } from '../loading/loading-view.ts';
import type { StudySeries } from '../study/study-model.ts';
import { loadVolumeViews } from '../viewport/load-viewport.ts';
import type { ReformatTool } from '../viewport/volume-tools.ts';
import type {
  Plane,
  PlaneElements,
  PlaneLook,
  SlabKind,
  VolumeViews,
  Voxels,
} from '../viewport/volume-views.ts';
import { dragWindow, rangeOfWindow, type WindowLevel } from '../viewport/window-level.ts';
import { type VolumeShape, volumeShape } from './volume-shape.ts';

/** Milliseconds in which slices that change are shown together. */
const gatherMs = 120;

export class ReformatModel {
  /** What is shown as a volume; null while nothing is. */
  readonly series = signal<StudySeries | null>(null);
  /** Why not, for people; ''. */
  readonly problem = signal('');
  readonly window = signal<WindowLevel>({ centre: 40, width: 400 });
  readonly slab = signal(0);
  readonly kind = signal<SlabKind>('maximum');
  readonly tool = signal<ReformatTool>('crosshair');
  /** Images of the volume that are there, and at their full level, of how many. */
  readonly filled = signal({ any: 0, full: 0, of: 0 });
  /** How each plane is looked at, once it is drawn. */
  readonly looks = signal<Partial<Record<Plane, PlaneLook>>>({});
  readonly #images: ImageLoader;
  #loading: LoadingView | null = null;
  #shape: VolumeShape | null = null;
  #voxels: Voxels | null = null;
  #levels: number[] = [];
  #changed = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
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
    const shape = volumeShape(slices);
    this.series.value = series;
    if (window) this.window.value = window;
    this.#inverted = inverted;
    if ('problem' in shape) {
      this.problem.value = shape.problem;
      return;
    }
    this.#shape = shape;
    this.#levels = shape.order.map(() => -1);
    this.filled.value = { any: 0, full: 0, of: slices.length };
    this.#loading = this.#images.view({ onChange: (index) => this.#noted(index) });
    const renderingOf = (index: number) => {
      const slice = slices[index];
      if (!slice) throw new Error(`There is no image ${index + 1}.`);
      return { key: slice.key, recipe: displayRecipe(slice.format, slice.presentation) };
    };
    const target = Math.floor(slices.length / 2);
    this.#loading.open({ slices, renderingOf, target, scale: 1 });
    this.#loading.look({ target, scale: 1 });
    for (const index of slices.keys()) this.#noted(index);
  }

  /** Gives it the elements to draw in. */
  attach(elements: PlaneElements): void {
    this.#elements = elements;
    this.#gather();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#views?.close();
    this.#loading?.close();
    [this.#views, this.#loading, this.#shape, this.#voxels, this.#elements] = [null, null, null, null, null];
    this.#changed.clear();
    this.series.value = null;
    this.problem.value = '';
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

  #applyWindow(): void {
    const { lower, upper } = rangeOfWindow(this.window.peek(), 'LINEAR');
    this.#views?.setRange(lower, upper, this.#inverted ? 'inverted' : 'as they are');
  }

  /** Told by the loader: a slice may have better pixels. */
  #noted(index: number): void {
    this.#changed.add(index);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#gather();
    }, gatherMs);
  }

  /** Brings what changed into the volume; the first pixels say of which kind it is. */
  #gather(): void {
    const [shape, loading] = [this.#shape, this.#loading];
    if (!shape || !loading) return;
    const size = shape.dimensions[0] * shape.dimensions[1];
    const better: number[] = [];
    for (const [place, index] of shape.order.entries()) {
      const found = this.#changed.has(index) ? loading.pixels(index) : null;
      const values = found?.pixels.values;
      if (!found || !values || values instanceof Uint8Array || found.level <= (this.#levels[place] ?? -1))
        continue;
      this.#voxels ??= new (values.constructor as new (length: number) => Voxels)(size * shape.dimensions[2]);
      this.#voxels.set(values, place * size);
      this.#levels[place] = found.level;
      better.push(place);
    }
    this.#changed.clear();
    if (better.length === 0 && this.#views) return;
    const full = this.#levels.filter(
      (level, place) => level >= (loading.states[shape.order[place] ?? 0]?.levels ?? 0),
    );
    this.filled.value = {
      any: this.#levels.filter((level) => level >= 0).length,
      full: full.length,
      of: this.#levels.length,
    };
    if (this.#views) this.#views.changed(better);
    else void this.#show();
  }

  /** Begins to show the volume as soon as every slice is there at some level. */
  async #show(): Promise<void> {
    const [shape, voxels, elements, series] = [this.#shape, this.#voxels, this.#elements, this.series.peek()];
    if (!shape || !voxels || !elements || !series || this.filled.peek().any < this.#levels.length) return;
    const { VolumeViews } = await loadVolumeViews();
    if (this.#views || this.#voxels !== voxels) return;
    const { modality } = series.manifest;
    this.#views = await VolumeViews.open(
      elements,
      { ...shape, voxels, modality },
      {
        onWindowDrag: (dx, dy) => {
          const { centre, width } = this.window.peek();
          this.setWindow(dragWindow({ centre, width }, dx, dy, Math.max(256, width * 2)));
        },
        onLook: (plane, look) => {
          this.looks.value = { ...this.looks.peek(), [plane]: look };
        },
      },
    );
    this.#views.setTool(this.tool.peek());
    this.#applyWindow();
    this.#views.changed(shape.order.map((_, place) => place));
  }
}

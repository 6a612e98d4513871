// A series as a volume, shown in three planes.
import { signal } from '@preact/signals';
import type { Slab } from '../fusion/resample.ts';
import type { ImageLoader } from '../loading/image-loader.ts';
import { meaningOf } from '../measuring/measurement.ts';
import type { Place } from '../space/planes.ts';
import type { StudySeries } from '../study/study-model.ts';
import { loadVolumeViews } from '../viewport/load-viewport.ts';
import type { Plane } from '../viewport/plane-ids.ts';
import { type PlaneTool, type PrimaryTool, planeTools } from '../viewport/primary-tool.ts';
import type {
  PlaneElements,
  PlaneLook,
  SlabKind,
  VolumeDescription,
  VolumeEvents,
  VolumeViews,
} from '../viewport/volume-views.ts';
import { type VolumeNote, type VolumeProblem, volumeShape } from '../volume/volume-shape.ts';
import { type Filled, nothingFilled, VolumeSource } from '../volume/volume-source.ts';
import { type PlaneMeasurement, PlaneMeasurements } from './plane-measurements.ts';
import { type LeftTones, PlaneTones } from './plane-tones.ts';

/** A plane cannot be cut through fewer images; and what a 3D texture takes in each direction. */
const bounds = { fewest: 4, longest: 2048 };

export class ReformatModel {
  /** What is shown as a volume; null while nothing is. */
  readonly series = signal<StudySeries | null>(null);
  /** Why not; null where nothing is wrong. */
  readonly problem = signal<VolumeProblem | null>(null);
  /** What must be said of the volume. */
  readonly notes = signal<readonly VolumeNote[]>([]);
  readonly tones = new PlaneTones(() => this.#applyTones());
  readonly slab = signal(0);
  readonly kind = signal<SlabKind>('maximum');
  readonly tool = signal<PlaneTool>('crosshair');
  /** The plane that has all the room; null where all are side by side. */
  readonly large = signal<Plane | null>(null);
  readonly measurements = new PlaneMeasurements();
  readonly filled = signal<Filled>(nothingFilled);
  /** How each plane is looked at, once it is drawn. */
  readonly looks = signal<Partial<Record<Plane, PlaneLook>>>({});
  readonly #images: ImageLoader;
  #source: VolumeSource | null = null;
  /** They stay where one volume takes the place of another. */
  #elements: PlaneElements | null = null;
  #views: VolumeViews | null = null;
  #isOpening = false;
  /** The plane that was used last. */
  #used: Plane = 'axial';
  /** What is shown as soon as its volume is. */
  #goal: PlaneMeasurement | null = null;

  constructor(images: ImageLoader) {
    this.#images = images;
  }

  /** Shows a series as a volume, or says why it is none. @param tones null for those that it was left with, or its own */
  open(series: StudySeries, tones: LeftTones | null): void {
    this.close();
    const { slices } = series.stack;
    const shape = volumeShape(slices, { bytes: this.#images.volumeRoom, ...bounds });
    this.series.value = series;
    this.tones.open(series, tones);
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
    this.tones.close();
    this.measurements.close();
    this.#views?.close();
    this.#source?.close();
    [this.#views, this.#source] = [null, null];
    this.series.value = null;
    this.problem.value = null;
    this.notes.value = [];
    this.filled.value = nothingFilled;
    this.slab.value = 0;
    this.looks.value = {};
    this.tool.value = 'crosshair';
    this.large.value = null;
    this.#goal = null;
  }

  /** Puts a tool into hand; one that the planes do not have is left where it is. */
  setTool(wanted: PrimaryTool): void {
    const tool = planeTools.find((each) => each === wanted);
    if (!tool) return;
    this.tool.value = tool;
    this.#views?.setTool(tool);
  }

  /** A plane is used. */
  use(plane: Plane): void {
    this.#used = plane;
  }

  /** Gives a plane all the room, the one that was used last by default, or shows all again. */
  toggleLarge(plane: Plane = this.#used): void {
    this.large.value = this.large.peek() ? null : plane;
  }

  /** Shows a measurement in its plane, in the volume of its series, through the slab that it was measured through. */
  goTo(one: PlaneMeasurement): void {
    if (this.series.peek() !== one.series) this.open(one.series, null);
    if (this.large.peek()) this.large.value = one.plane;
    this.#goal = one;
    this.#reachGoal();
  }

  #reachGoal(): void {
    const goal = this.#goal;
    if (!goal || !this.#views) return;
    this.#goal = null;
    if (goal.slab) this.setSlab(goal.slab.millimetres, goal.slab.kind);
    this.#views.show(goal.plane, goal.frame, middleOf(goal.points));
  }

  setSlab(millimetres: number, kind: SlabKind): void {
    this.slab.value = millimetres;
    this.kind.value = kind;
    this.#views?.setSlab(millimetres, kind);
    this.measurements.remeasure('slab');
  }

  get #slab(): Slab | null {
    const [millimetres, kind] = [this.slab.peek(), this.kind.peek()];
    return millimetres > 0 ? { millimetres, kind } : null;
  }

  #applyTones(): void {
    const range = this.tones.range;
    if (range) this.#views?.setRange(range.lower, range.upper, range.inverted ? 'inverted' : 'as they are');
  }

  #changed(layers: readonly number[]): void {
    if (!this.#views) void this.#show();
    this.#views?.changed(layers);
    this.measurements.remeasure('voxels');
  }

  /** Begins to show the volume as soon as every slice is there at some level. */
  async #show(): Promise<void> {
    const [source, elements, series] = [this.#source, this.#elements, this.series.peek()];
    const slice = series?.stack.slices[0];
    if (this.#isOpening || !source?.voxels || !elements?.axial.isConnected || !slice || !source.isWhole)
      return;
    this.#isOpening = true;
    const { shape, voxels } = source;
    const { modality, uid: seriesUid } = series.manifest;
    const views = await this.#openViews(elements, source, { ...shape, voxels, modality, seriesUid });
    if (this.#source !== source) {
      views?.close();
      this.#changed([]);
      return;
    }
    this.#views = views;
    this.measurements.open({
      series,
      volume: { ...shape, voxels, meaning: meaningOf(slice, modality) },
      step: shape.step,
      slab: () => this.#slab,
      levelOf: (first, last) => source.levelOf(first, last),
    });
    views?.setTool(this.tool.peek());
    this.tones.fill(voxels);
    this.#applyTones();
    this.#changed(shape.layers.map((_, layer) => layer));
    this.#reachGoal();
  }

  /** @returns null where another volume is wanted by now */
  async #openViews(
    elements: PlaneElements,
    source: VolumeSource,
    volume: VolumeDescription,
  ): Promise<VolumeViews | null> {
    try {
      const [{ VolumeViews }] = await Promise.all([loadVolumeViews(), this.measurements.load()]);
      if (this.#source !== source) return null;
      return await VolumeViews.open(elements, volume, this.#viewEvents);
    } finally {
      this.#isOpening = false;
    }
  }

  readonly #viewEvents: VolumeEvents = {
    onWindowDrag: (dx, dy) => this.tones.drag(dx, dy),
    onLook: (plane, look) => {
      this.looks.value = { ...this.looks.peek(), [plane]: look };
    },
    describe: (drawn) => this.measurements.describe(drawn),
  };
}

function middleOf(points: readonly Place[]): Place {
  const mean = (axis: 0 | 1 | 2) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return [mean(0), mean(1), mean(2)];
}

// Which series lies in colour over others of its space, how strong, in which window and colours.
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { GridModel } from '../grid/grid-model.ts';
import type { ImageLoader } from '../loading/image-loader.ts';
import { inOneSpace, spaceOf } from '../space/planes.ts';
import { seriesWindow } from '../study/slice-window.ts';
import type { Slice } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';
import { rangeOfWindow, type WindowLevel } from '../viewport/window-level.ts';
import { type VolumeNote, type VolumeProblem, volumeShape } from '../volume/volume-shape.ts';
import { type Filled, nothingFilled, VolumeSource } from '../volume/volume-source.ts';
import type { ColourTableName } from './colour-tables.ts';
import type { PlacedVolume } from './resample.ts';

/** Modalities whose images are emission: what is laid over others. */
const emission = new Set(['PT', 'NM', 'ST']);
const bounds = { fewest: 2, longest: 4096 };
/** What is shown first of SUV: 0 to 7. */
const usualSuv: WindowLevel = { centre: 3.5, width: 7 };

export type FusionProblem =
  | 'no-emission'
  | 'no-anatomy'
  /** There are some, but none in the same space. */
  | 'other-space'
  | VolumeProblem;

/** How a viewport takes part: as what is below, as what lies over others, or not, for want of the same space. */
export type FusionPart = 'fused' | 'itself' | 'other-space' | 'none';

export class FusionModel {
  /** What lies over others; null for nothing. */
  readonly over = signal<StudySeries | null>(null);
  readonly problem = signal<FusionProblem | null>(null);
  /** 0 to 1. */
  readonly opacity = signal(0.6);
  readonly table = signal<ColourTableName>('HOT_IRON');
  /** Of the values laid over. */
  readonly window = signal<WindowLevel>(usualSuv);
  readonly notes = signal<readonly VolumeNote[]>([]);
  readonly filled = signal<Filled>(nothingFilled);
  /** Counts changes of the voxels. */
  readonly version = signal(0);
  readonly #images: ImageLoader;
  readonly #grid: GridModel;
  readonly #series: ReadonlySignal<readonly StudySeries[]>;
  #source: VolumeSource | null = null;

  constructor(images: ImageLoader, grid: GridModel, series: ReadonlySignal<readonly StudySeries[]>) {
    [this.#images, this.#grid, this.#series] = [images, grid, series];
  }

  /** Fuses what is in the active viewport with what lies in its space, or ends it. */
  toggle(): void {
    if (this.over.peek() || this.problem.peek()) {
      this.close();
      return;
    }
    const own = this.#grid.active.series.peek();
    const all = this.#series.peek();
    if (!own) return;
    const isEmission = emission.has(own.manifest.modality);
    const others = all.filter(
      ({ manifest, stack }) =>
        emission.has(manifest.modality) !== isEmission &&
        stack.slices.length > 1 &&
        isImage(manifest.modality),
    );
    const fitting = others.filter((other) => sameSpace(own, other));
    const best = fitting.toSorted((a, b) => worth(b) - worth(a))[0];
    if (!best) {
      const missing = isEmission ? 'no-anatomy' : 'no-emission';
      this.problem.value = others.length > 0 ? 'other-space' : missing;
      return;
    }
    if (isEmission) this.#grid.open(best);
    this.#open(isEmission ? own : best);
  }

  close(): void {
    this.#source?.close();
    this.#source = null;
    batch(() => {
      this.over.value = null;
      this.problem.value = null;
      this.notes.value = [];
      this.filled.value = nothingFilled;
    });
  }

  /** @param by of the opacity, from -1 to 1 */
  changeOpacity(by: number): void {
    this.opacity.value = Math.round(Math.max(0, Math.min(1, this.opacity.peek() + by)) * 100) / 100;
  }

  /** Shows values from nothing to `upper` in colours. */
  setUpper(upper: number): void {
    if (upper > 0) this.window.value = { centre: upper / 2, width: upper };
  }

  /** How a slice that is shown takes part. */
  partOf(slice: Slice | undefined): FusionPart {
    const over = this.over.value?.stack.slices[0];
    if (!slice || !over) return 'none';
    if (this.over.value?.stack.slices.includes(slice)) return 'itself';
    return inOneSpace(slice, over) ? 'fused' : 'other-space';
  }

  /** The volume that lies over others, as far as it is there. */
  get volume(): PlacedVolume | null {
    const source = this.#source;
    return source?.voxels ? { ...source.shape, voxels: source.voxels } : null;
  }

  /** Values from the first to the last colour. */
  get range(): { readonly lower: number; readonly upper: number } {
    return rangeOfWindow(this.window.value, 'LINEAR_EXACT');
  }

  #open(series: StudySeries): void {
    const { slices } = series.stack;
    const shape = volumeShape(slices, { bytes: this.#images.volumeRoom, ...bounds });
    if ('problem' in shape) {
      this.problem.value = shape.problem;
      return;
    }
    batch(() => {
      this.over.value = series;
      this.notes.value = shape.notes;
      this.window.value = slices[0]?.suv ? usualSuv : (seriesWindow(slices, '') ?? this.window.peek());
    });
    const hasWindow = slices[0]?.suv || seriesWindow(slices, '');
    this.#source = new VolumeSource(this.#images, slices, shape, 1, {
      onLayers: () => {
        if (!hasWindow) this.#suggestWindow();
        this.version.value++;
      },
      onFilled: (filled) => {
        this.filled.value = filled;
      },
    });
  }

  /** Of values without any scale: up to the greatest. */
  #suggestWindow(): void {
    const voxels = this.#source?.voxels;
    if (!voxels) return;
    let greatest = 0;
    for (const value of voxels) if (value > greatest) greatest = value;
    if (greatest > 0) this.window.value = { centre: greatest / 2, width: greatest };
  }
}

/** Not what is a report, a plan or a secondary capture. */
function isImage(modality: string): boolean {
  return ['CT', 'MR', 'PT', 'NM', 'ST'].includes(modality);
}

function sameSpace(a: StudySeries, b: StudySeries): boolean {
  const [one] = a.stack.slices;
  const [other] = b.stack.slices;
  return one !== undefined && other !== undefined && spaceOf(one) !== null && inOneSpace(one, other);
}

/** Of several that fit: one in SUV, which is corrected for attenuation, then that of most images. */
function worth({ stack }: StudySeries): number {
  return (stack.suv && 'kind' in stack.suv ? 1e6 : 0) + stack.slices.length;
}

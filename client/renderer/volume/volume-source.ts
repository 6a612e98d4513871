// Fills a volume with the pixels of a series as their levels arrive, a little at a time so that the page never waits.
import { modalityPadding } from '../decoding/display-pixels.ts';
import { displayRecipe } from '../decoding/display-recipe.ts';
import type { ImageLoader } from '../loading/image-loader.ts';
import type { LoadingView } from '../loading/loading-view.ts';
import type { RenderedSlice } from '../loading/pixel-store.ts';
import { pixelsKey } from '../study/pixels-key.ts';
import type { Slice } from '../study/stack.ts';
import { fillLayer, type LayerImage, type Voxels } from './layer-fill.ts';
import { isFloat, type VolumeShape } from './volume-shape.ts';

/**
 * Of the images that make layers: how many are there at some level, at the level that the volume needs, and of how many;
 * those that failed. And how many images lie between the layers of a coarser volume, and add nothing to it.
 */
export interface Filled {
  readonly any: number;
  readonly full: number;
  readonly of: number;
  readonly missing: number;
  readonly between: number;
}

/** Before anything is known. */
export const nothingFilled: Filled = { any: 0, full: 0, of: 0, missing: 0, between: 0 };

/** How good some layers of a volume are: the lowest level among them, the level that they need, and whether one never gets there. */
export interface LayersLevel {
  readonly level: number;
  readonly needed: number;
  readonly isMissing: boolean;
}

export interface VolumeSourceEvents {
  /** Layers have better voxels. */
  onLayers(layers: readonly number[]): void;
  onFilled(filled: Filled): void;
}

/** Milliseconds in which images that change are taken together, and for which the page is kept busy at most. */
const gatherMs = 120;
const busyMs = 12;

export class VolumeSource {
  readonly shape: VolumeShape;
  readonly #slices: readonly Slice[];
  readonly #events: VolumeSourceEvents;
  readonly #loading: LoadingView;
  readonly #release: () => void;
  readonly #layersOf: readonly (readonly number[])[];
  readonly #levels: number[];
  readonly #rank: 0 | 1;
  readonly #changed = new Set<number>();
  #target = 0;
  #outside: number | null = null;
  #voxels: Voxels | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /**
   * @param images of the page; the volume's memory is taken from theirs
   * @param rank 0 where the volume is what is looked at, 1 beside something else
   */
  constructor(
    images: ImageLoader,
    slices: readonly Slice[],
    shape: VolumeShape,
    rank: 0 | 1,
    events: VolumeSourceEvents,
  ) {
    [this.shape, this.#slices, this.#events, this.#rank] = [shape, slices, events, rank];
    const layersOf: number[][] = slices.map(() => []);
    for (const [layer, parts] of shape.layers.entries()) {
      for (const { index } of parts) layersOf[index]?.push(layer);
    }
    this.#layersOf = layersOf;
    this.#levels = shape.layers.map(() => -1);
    const voxels = shape.dimensions.reduce((product, size) => product * size, 1);
    this.#release = images.reserve(voxels * (isFloat(slices) ? 4 : 2));
    this.#loading = images.view({ onChange: (index) => this.#noted(index) });
    const renderingOf = (index: number) => {
      const slice = slices[index];
      if (!slice) throw new Error(`There is no image ${index + 1}.`);
      return { key: pixelsKey(slice), recipe: displayRecipe(slice.format, slice.presentation) };
    };
    this.#target = Math.floor(slices.length / 2);
    this.#loading.open({ slices, renderingOf, ...this.#look });
    this.#loading.look(this.#look);
    for (const index of slices.keys()) this.#noted(index);
  }

  /** The voxels, once it is known of which kind they are. They change as levels arrive. */
  get voxels(): Voxels | null {
    return this.#voxels;
  }

  /** What the images say where they have none, as around a scanner's circle; else the smallest value of what came first: air. */
  get outside(): number {
    return this.#outside ?? 0;
  }

  /** Whether every layer has voxels of some level, but for those whose images failed. */
  get isWhole(): boolean {
    return this.#levels.every((level, layer) => level >= 0 || this.#isFailed(layer));
  }

  /** Of the layers from first to last, both counted. */
  levelOf(first: number, last: number): LayersLevel {
    const layers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    const levels = layers.map((layer) => this.#levels[layer] ?? -1);
    const needs = layers.map((layer) => this.#neededOf(layer));
    const isMissing = layers.some(
      (layer, at) => (levels[at] ?? -1) < (needs[at] ?? 0) && this.#isFailed(layer),
    );
    return { level: Math.min(...levels), needed: Math.max(...needs), isMissing };
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#loading.close();
    this.#release();
    this.#voxels = null;
  }

  get #look() {
    return { target: this.#target, scale: 1 / this.shape.step, rank: this.#rank };
  }

  #noted(index: number): void {
    if ((this.#layersOf[index]?.length ?? 0) === 0) return;
    this.#changed.add(index);
    this.#timer ??= setTimeout(() => this.#gather(), gatherMs);
  }

  #gather(): void {
    this.#timer = undefined;
    if (this.#closed) return;
    const until = performance.now() + busyMs;
    const better = new Set<number>();
    for (const index of this.#changed) {
      if (performance.now() > until) break;
      this.#changed.delete(index);
      for (const layer of this.#layersOf[index] ?? []) if (this.#fill(layer)) better.add(layer);
    }
    if (this.#changed.size > 0) this.#timer = setTimeout(() => this.#gather());
    this.#lookOn();
    this.#events.onFilled(this.#filled());
    if (better.size > 0) this.#events.onLayers([...better]);
  }

  /** @returns whether the layer has better voxels now */
  #fill(layer: number): boolean {
    const parts = this.shape.layers[layer] ?? [];
    const found = parts.map(({ index }) => this.#pixelsOf(index));
    const level = Math.min(...found.map((one) => one?.level ?? -1));
    if (level <= (this.#levels[layer] ?? -1)) return false;
    const images = found.map((one) => one?.pixels as LayerImage);
    const [columns, rows] = this.shape.dimensions;
    const size = columns * rows;
    this.#outside ??= this.#padding ?? Math.min(...found.map((one) => one?.pixels.range[0] ?? 0));
    this.#voxels ??= this.#allocated(found[0] as RenderedSlice).fill(this.#outside);
    const voxels = this.#voxels.subarray(layer * size, (layer + 1) * size);
    fillLayer(voxels, { columns, rows, step: this.shape.step }, parts, images, this.#outside);
    this.#levels[layer] = level;
    return true;
  }

  get #padding(): number | null {
    const [slice] = this.#slices;
    const recipe = slice && displayRecipe(slice.format, slice.presentation);
    return recipe?.kind === 'grey' ? (modalityPadding(recipe)?.[0] ?? null) : null;
  }

  #pixelsOf(index: number): RenderedSlice | null {
    const found = this.#loading.pixels(index);
    return found?.pixels.components === 1 ? found : null;
  }

  #allocated({ pixels }: RenderedSlice): Voxels {
    const length = this.shape.dimensions.reduce((product, size) => product * size, 1);
    if (isFloat(this.#slices) || pixels.values instanceof Uint8Array) return new Float32Array(length);
    return new (pixels.values.constructor as new (length: number) => Voxels)(length);
  }

  /** What has its level gives way to the next: the pixels of all images at once need not fit into memory. */
  #lookOn(): void {
    if (!this.#isDone(this.#target)) return;
    const next = this.#slices.findIndex((_, index) => this.#isUsed(index) && !this.#isDone(index));
    if (next < 0) return;
    this.#target = next;
    this.#loading.look(this.#look);
  }

  #neededOf(layer: number): number {
    return Math.max(...(this.shape.layers[layer] ?? []).map(({ index }) => this.#loading.needed(index)));
  }

  #isUsed(index: number): boolean {
    return (this.#layersOf[index]?.length ?? 0) > 0;
  }

  #isFailed(layer: number): boolean {
    return (this.shape.layers[layer] ?? []).some(({ index }) => this.#loading.states[index]?.failed);
  }

  /** Whether nothing better comes for the layers that an image is in. */
  #isDone(index: number): boolean {
    const needed = this.#loading.needed(index);
    const isDone = (layer: number) => (this.#levels[layer] ?? -1) >= needed || this.#isFailed(layer);
    return (this.#layersOf[index] ?? []).every(isDone);
  }

  #filled(): Filled {
    const used = this.#slices.flatMap((_, index) => (this.#isUsed(index) ? [index] : []));
    const failed = (index: number) => this.#loading.states[index]?.failed ?? false;
    return {
      any: used.filter((index) => this.#loading.held(index) >= 0).length,
      full: used.filter((index) => !failed(index) && this.#isDone(index)).length,
      of: used.length,
      missing: used.filter(failed).length,
      between: this.#slices.length - used.length,
    };
  }
}

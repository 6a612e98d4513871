// The measurements in the planes of volumes: drawn with Cornerstone's tools, measured by us; they live as long as the page.
import { computed, effect, signal } from '@preact/signals';
import type { Slab } from '../fusion/resample.ts';
import { usesValues } from '../measuring/measure.ts';
import type { StudySeries } from '../study/study-model.ts';
import { loadDrawing, loadPlaneDrawing } from '../viewport/load-viewport.ts';
import type { PlaneDrawn } from '../viewport/plane-annotations.ts';
import { planeSpace } from '../viewport/plane-ids.ts';
import type { LayersLevel } from '../volume/volume-source.ts';
import { language } from '../words/language.ts';
import { gridOfShape, layersOfShape, type MeasuredVolume, planeFigures } from './plane-figures.ts';
import { type PlaneMeasured, planeLines } from './plane-words.ts';

/** Something measured in a plane. */
export interface PlaneMeasurement extends PlaneMeasured, PlaneDrawn {
  readonly series: StudySeries;
}

/** The volume that is shown, and how. */
export interface ShownVolume {
  readonly series: StudySeries;
  readonly volume: MeasuredVolume;
  /** Pixels of an image per voxel, in a row and in a column. */
  readonly step: number;
  slab(): Slab | null;
  levelOf(first: number, last: number): LayersLevel;
}

type Drawing = Awaited<ReturnType<typeof loadDrawing>> & Awaited<ReturnType<typeof loadPlaneDrawing>>;

/** Values that are looked at at once; for more it waits until the drawing rests, so long in ms. */
const quickSamples = 2e6;
const restMs = 200;

export class PlaneMeasurements {
  /** In the order of drawing; of all volumes. */
  readonly list = signal<readonly PlaneMeasurement[]>([]);
  readonly count = computed(() => this.list.value.length);
  readonly #measured = new WeakMap<object, { readonly key: string; readonly measured: PlaneMeasured }>();
  #drawing: Drawing | null = null;
  #shown: ShownVolume | null = null;
  /** Of the voxels. */
  #version = 0;
  #endings: (() => void)[] = [];
  #rest: ReturnType<typeof setTimeout> | undefined;
  #isResting = false;

  /** Fetches the scripts that draw. Must come before `open`. */
  async load(): Promise<void> {
    const [drawing, ofPlanes] = await Promise.all([loadDrawing(), loadPlaneDrawing()]);
    this.#drawing = { ...drawing, ...ofPlanes };
  }

  /** A volume is shown from now on. */
  open(shown: ShownVolume): void {
    this.close();
    const drawing = this.#drawing;
    if (!drawing) return;
    this.#shown = shown;
    drawing.beginElsewhere();
    const { watchDrawing, redraw } = drawing;
    this.#endings = [watchDrawing(() => this.#changed()), effect(() => void [language.value, redraw()])];
  }

  /** None is shown any more: what was measured stays as it is. */
  close(): void {
    clearTimeout(this.#rest);
    for (const end of this.#endings) end();
    if (this.#shown) this.#drawing?.beginElsewhere();
    this.#endings = [];
    this.#shown = null;
  }

  /** The volume has other voxels, or is shown by another slab. */
  remeasure(what: 'voxels' | 'slab'): void {
    if (what === 'voxels') this.#version++;
    if (this.list.peek().length === 0) return;
    this.#changed();
    this.#drawing?.redraw();
  }

  /** Removes a measurement, the selected one by default. */
  remove(uid: string | null = this.#drawing?.selectedDrawn() ?? null): void {
    if (!uid) return;
    this.#drawing?.removeDrawn(uid);
    this.#changed();
  }

  undo(): void {
    this.#drawing?.undoDrawing();
  }

  redo(): void {
    this.#drawing?.redoDrawing();
  }

  /** The lines of text beside something drawn. */
  describe(drawn: PlaneDrawn): readonly string[] {
    const measured = this.#measure(drawn);
    return measured ? planeLines(measured) : [];
  }

  #changed(): void {
    const before = new Map(this.list.peek().map((one) => [one.uid, one]));
    this.list.value = (this.#drawing?.planeDrawnItems() ?? []).flatMap((drawn) => {
      const measured = this.#measure(drawn);
      const series = before.get(drawn.uid)?.series ?? this.#shown?.series;
      const fresh = measured && series && { ...drawn, ...measured, series };
      // What is in another volume stays as it was measured.
      return fresh ?? before.get(drawn.uid) ?? [];
    });
  }

  /** @returns null for what is drawn in a volume that is not shown */
  #measure(drawn: PlaneDrawn): PlaneMeasured | null {
    const shown = this.#shown;
    if (!shown || drawn.space !== planeSpace(shown.series.manifest.uid)) return null;
    const { volume, step } = shown;
    const hasValues = usesValues(drawn.tool);
    const slab = hasValues ? shown.slab() : null;
    const key = JSON.stringify([drawn.points, drawn.frame, slab, hasValues ? this.#version : 0]);
    const before = this.#measured.get(drawn.source);
    if (before?.key === key) return before.measured;
    const grid = gridOfShape(drawn, volume, slab);
    const layers = layersOfShape(drawn, volume, slab, grid);
    const level = layers && shown.levelOf(...layers);
    const about = {
      slab,
      step: hasValues ? step : 1,
      coarseness: grid?.coarseness ?? 1,
      isMissing: level?.isMissing ?? false,
    };
    const isLater = (grid?.samples ?? 0) > quickSamples && !this.#isResting;
    if (isLater) this.#measureLater();
    const figures = planeFigures(drawn, volume, slab, isLater || about.isMissing ? null : grid);
    const isFinal = !level || level.isMissing || level.level >= level.needed;
    const provisional = isFinal ? null : { level: level.level, levels: level.needed };
    if (isLater) return { ...about, figures, provisional: { level: -1, levels: level?.needed ?? 0 } };
    const measured = { ...about, figures, provisional };
    this.#measured.set(drawn.source, { key, measured });
    return measured;
  }

  #measureLater(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#isResting = true;
      this.#changed();
      this.#isResting = false;
      this.#drawing?.redraw();
    }, restMs);
  }
}

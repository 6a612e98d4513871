// What is measured in planes as lines of text: the figures, and what must be said of them.
import type { Slab } from '../fusion/resample.ts';
import type { Figure } from '../measuring/measure.ts';
import { figureLines } from '../measuring/words.ts';
import { measuringTexts } from '../words/measuring.ts';
import { volumeTexts } from '../words/volumes.ts';

/** What something drawn in a plane measures. */
export interface PlaneMeasured {
  readonly figures: readonly Figure[];
  /** What values are looked at through; null for the plane alone. */
  readonly slab: Slab | null;
  /** Pixels of an image per voxel. */
  readonly step: number;
  /** How many times as long as they should be the steps were in which a large region was looked at. */
  readonly coarseness: number;
  /** An image is missing where it lies: it has no values. */
  readonly isMissing: boolean;
  /** The values come from a level that is not the one that the volume needs; -1 when there are none yet. Null when they are final. */
  readonly provisional: { readonly level: number; readonly levels: number } | null;
}

/** The lines beside something drawn. */
export function planeLines(measured: PlaneMeasured): string[] {
  return [...figureLines(measured.figures), ...aboutLines(measured)];
}

/** What must be said of the figures. */
function aboutLines({ slab, step, coarseness, isMissing, provisional }: PlaneMeasured): string[] {
  const texts = volumeTexts.value;
  const { onTheWay, provisional: said } = measuringTexts.value;
  return [
    slab ? slabText(slab) : '',
    isMissing ? texts.imageMissing : '',
    step > 1 ? `(${texts.ofReduced(step)})` : '',
    coarseness > 1 ? `(${texts.ofCoarse(coarseness)})` : '',
    provisional ? (provisional.level < 0 ? onTheWay : said(provisional.level, provisional.levels)) : '',
  ].filter(Boolean);
}

/** 'Slab 10 mm, maximum (MIP)'. */
export function slabText({ millimetres, kind }: Slab): string {
  const texts = volumeTexts.value;
  return `${texts.slab(millimetres)}, ${texts.kinds[kind]}`;
}

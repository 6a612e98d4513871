// A measurement as the page knows it: what was drawn where, its figures, and what must be said of them.
import type { Slice } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';
import { type SliceSuv, suvNames } from '../study/suv-values.ts';
import { valueUnit } from '../study/value-unit.ts';
import type { Drawn } from '../viewport/annotations.ts';
import { measuringTexts, noteText } from '../words/measuring.ts';
import { type Figure, type MeasuredValues, measure, usesValues } from './measure.ts';
import { type Point, pointInImage } from './points.ts';
import { scaleAt } from './scale.ts';
import { figureLines } from './words.ts';

/** Where an image stands. */
export interface ImagePlaceInStudy {
  readonly series: StudySeries;
  readonly slice: Slice;
  /** Of the slice in its series. */
  readonly index: number;
}

/** Modality values of an image at a level. */
export interface LevelValues {
  readonly level: number;
  readonly values: ArrayLike<number>;
  readonly components: 1 | 3;
}

export interface Measured {
  /** Handles or outline, in pixels of the image. */
  readonly points: readonly Point[];
  readonly figures: readonly Figure[];
  /** Why lengths may not be those in the patient; ''. */
  readonly note: string;
  /** The figures come from a level that is not the full one; -1 when there is no level yet. Null when they are final. */
  readonly provisional: { readonly level: number; readonly levels: number } | null;
}

export interface Measurement extends Measured {
  readonly uid: string;
  readonly tool: Drawn['tool'];
  readonly place: ImagePlaceInStudy;
  readonly text: string;
  /** Whether a freehand outline comes back to where it began. */
  readonly closed: boolean;
}

/** What SUV are called, of the kind that is shown and of the others that the header allows. */
function suvQuantities({ kind, others }: SliceSuv): Pick<MeasuredValues, 'quantity' | 'others'> {
  return {
    quantity: suvNames[kind].name,
    others: others.map((other) => ({
      ratio: other.ratio,
      quantity: suvNames[other.kind].name,
      unit: suvNames[other.kind].unit,
    })),
  };
}

/** What the values of an image of a modality are in, and what they are called. */
export function meaningOf(
  slice: Slice,
  modality: string,
): Pick<MeasuredValues, 'unit' | 'quantity' | 'others'> {
  return { unit: valueUnit(slice, modality), ...(slice.suv && suvQuantities(slice.suv)) };
}

/** Measures what was drawn. @param known millimetres that a column of the image is said to be long; null */
export function measureDrawn(
  { tool, points, closed }: Pick<Drawn, 'tool' | 'points' | 'closed'>,
  { slice, series }: ImagePlaceInStudy,
  known: number | null,
  values: LevelValues | null,
): Measured {
  const inImage = points.map((point) => pointInImage(slice.geometry, point));
  const scale = scaleAt(slice.presentation, inImage, known);
  const image = values && {
    ...values,
    width: slice.format.width,
    height: slice.format.height,
    ...meaningOf(slice, series.manifest.modality),
  };
  const figures = measure({ tool, points: inImage, closed }, scale, image);
  const level = values?.level ?? -1;
  return {
    points: inImage,
    figures,
    note: figures.some(({ unit }) => /^(mm|px)/.test(unit)) ? scale.note : '',
    provisional: usesValues(tool) && level < slice.levels ? { level, levels: slice.levels } : null,
  };
}

/** The lines of text beside what was drawn. */
export function linesOf({ figures, note, provisional }: Measured, text: string): string[] {
  const lines = text ? [text, ...figureLines(figures)] : figureLines(figures);
  if (note) lines.push(`(${noteText(note)})`);
  if (provisional) {
    const { level, levels } = provisional;
    const { onTheWay, provisional: said } = measuringTexts.value;
    lines.push(level < 0 ? onTheWay : said(level, levels));
  }
  return lines;
}

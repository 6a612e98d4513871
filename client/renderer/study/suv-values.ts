// PET images in standardized uptake values: rescale and windows of their slices in SUV instead of the file's units.
import type { Presentation, SuvFactors } from '@strata/protocol/manifest';
import {
  rangeOfWindow,
  type WindowFunction,
  type WindowLevel,
  windowFunction,
} from '../viewport/window-level.ts';

/** By body weight, lean body mass, body surface. */
export type SuvKind = 'bw' | 'lbm' | 'bsa';

/** How the values of a slice became SUV. */
export interface SliceSuv {
  readonly kind: SuvKind;
  /** Of the file's modality values to SUV. */
  readonly factor: number;
  /** The other kinds that the header allows: by what SUV of this kind is multiplied. */
  readonly others: readonly { readonly kind: SuvKind; readonly ratio: number }[];
}

const kinds: readonly SuvKind[] = ['bw', 'lbm', 'bsa'];

/** 'SUVbw', and what it is in. */
export const suvNames: Readonly<Record<SuvKind, { readonly name: string; readonly unit: string }>> = {
  bw: { name: 'SUVbw', unit: 'g/ml' },
  lbm: { name: 'SUVlbm', unit: 'g/ml' },
  bsa: { name: 'SUVbsa', unit: 'cm²/ml' },
};

/** What a series is shown in: SUV of a kind, or why not. Null for what is no PET. */
export type SeriesSuv = { readonly kind: SuvKind } | { readonly problem: string } | null;

/**
 * Whether the images of a series can be shown in SUV: all of them, of one kind.
 * @param images presentations of its images
 */
export function suvOfSeries(
  modality: string,
  images: readonly Pick<Presentation, 'suv' | 'modalityLut' | 'voiLuts'>[],
): SeriesSuv {
  const factors = images.map(({ suv }) => suv);
  if (images.length === 0) return null;
  if (factors.every((suv) => suv === undefined)) {
    return modality === 'PT' ? { problem: 'its header was not read for it when it was stored' } : null;
  }
  const problem = factors.find((suv) => suv?.problem)?.problem;
  if (problem) return { problem };
  if (images.some(({ modalityLut, voiLuts }) => modalityLut || voiLuts?.length)) {
    return { problem: 'its values go through tables' };
  }
  const kind = kinds.find((one) => factors.every((suv) => isFactor(suv?.[one])));
  return kind ? { kind } : { problem: 'its images differ in what they say' };
}

/** A presentation with values in SUV: rescale, type and windows. @param kind which its factors have */
export function inSuv(
  presentation: Presentation,
  kind: SuvKind,
): { presentation: Presentation; suv: SliceSuv } {
  const factor = presentation.suv?.[kind] ?? 1;
  const { slope, intercept } = presentation.rescale ?? { slope: 1, intercept: 0 };
  const how = windowFunction(presentation.voiFunction);
  return {
    presentation: {
      ...presentation,
      rescale: { slope: slope * factor, intercept: intercept * factor, type: suvNames[kind].unit },
      // Of a window narrower than a hundred, the half value by which LINEAR shifts would be seen.
      voiFunction: how === 'SIGMOID' ? how : 'LINEAR_EXACT',
      windows: presentation.windows.map((window) => ({ ...window, ...windowInSuv(window, how, factor) })),
    },
    suv: { kind, factor, others: othersOf(presentation.suv, kind) },
  };
}

/** A window of the file's modality values as one of SUV, which is meant exactly. */
function windowInSuv(window: WindowLevel, how: WindowFunction, factor: number): WindowLevel {
  if (how === 'SIGMOID') return { centre: window.centre * factor, width: window.width * factor };
  const { lower, upper } = rangeOfWindow(window, how);
  return { centre: ((lower + upper) / 2) * factor, width: (upper - lower) * factor };
}

/** The other way: a window of SUV as one of the file's modality values, to be kept as LINEAR_EXACT. */
export function windowInFile(window: WindowLevel, { factor }: SliceSuv): WindowLevel {
  return { centre: window.centre / factor, width: window.width / factor };
}

function othersOf(factors: SuvFactors | undefined, kind: SuvKind): SliceSuv['others'] {
  const own = factors?.[kind];
  return kinds.flatMap((one) => {
    const other = factors?.[one];
    return one !== kind && isFactor(own) && isFactor(other) ? [{ kind: one, ratio: other / own }] : [];
  });
}

const isFactor = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && value > 0;

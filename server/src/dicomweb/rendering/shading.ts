// How a frame's stored values become grey: modality transformation, then VOI, from the place that says it of this frame.
import { type DataSet, firstItem } from '@strata/dicom/data-set';
import { readModalityLut, readVoiLuts, signOfModalityValues } from '@strata/dicom/lookup-table';
import { Tag } from '@strata/dicom/tags';
import { code, number, valuesOf } from '@strata/dicom/values';
import { itemAt } from '../presenting/open-data-set.ts';
import { type LookupTable, unfolded } from './lookup-table.ts';
import type { ShownAs, Window, WindowFunction } from './render-request.ts';

export interface Shading {
  readonly modality: { readonly slope: number; readonly intercept: number } | LookupTable;
  /** Null for all that the image holds, from its smallest to its greatest value. */
  readonly voi: Window | LookupTable | null;
}

/**
 * What the data set says of a frame, else what is known of its first one.
 * @param wanted a window that goes before the object's own
 */
export function readShading(set: DataSet, frame: number, shownAs: ShownAs, wanted: Window | null): Shading {
  const own = functionalGroups(set, frame);
  const values = valuesOf(set);
  const { table } = readModalityLut(values);
  const rescale = own(Tag.PixelValueTransformationSequence, rescaleOf) ?? shownAs.rescale;
  const sign = signOfModalityValues(values, rescale, table !== null);
  const firstTable = (place: DataSet): LookupTable | null => {
    const [first] = readVoiLuts({ ...values, set: place }, sign).tables;
    return first ? unfolded(first) : null;
  };
  const voi =
    wanted ??
    own(Tag.FrameVOILUTSequence, (item) => windowOf(item) ?? firstTable(item)) ??
    firstWindow(shownAs) ??
    firstTable(set);
  return { modality: table ? unfolded(table) : (rescale ?? { slope: 1, intercept: 0 }), voi };
}

/** Reads something from the functional group of this frame, or the one that all share (PS3.3 C.7.6.16). */
function functionalGroups(set: DataSet, frame: number) {
  const places = [
    itemAt(set, set.elements.get(Tag.PerFrameFunctionalGroupsSequence), frame),
    firstItem(set, Tag.SharedFunctionalGroupsSequence),
  ];
  return <Found>(group: number, read: (item: DataSet) => Found | null): Found | null => {
    for (const place of places) {
      const item = place && firstItem(place, group);
      const found = item ? read(item) : null;
      if (found !== null) return found;
    }
    return null;
  };
}

function rescaleOf(item: DataSet): { slope: number; intercept: number } | null {
  const values = valuesOf(item);
  const slope = number(values, Tag.RescaleSlope);
  const intercept = number(values, Tag.RescaleIntercept);
  return slope !== null && slope !== 0 && intercept !== null ? { slope, intercept } : null;
}

function windowOf(item: DataSet): Window | null {
  const values = valuesOf(item);
  const centre = number(values, Tag.WindowCenter);
  const width = number(values, Tag.WindowWidth);
  if (centre === null || width === null || width <= 0) return null;
  return { centre, width, function: functionOf(code(values, Tag.VOILUTFunction)) };
}

function firstWindow({ windows, voiFunction }: ShownAs): Window | null {
  const [first] = windows;
  return first ? { centre: first.centre, width: first.width, function: functionOf(voiFunction) } : null;
}

function functionOf(text: string): WindowFunction {
  return text === 'SIGMOID' || text === 'LINEAR_EXACT' ? text : 'LINEAR';
}

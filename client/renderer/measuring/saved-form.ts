// Measurements in the form in which they are saved, and back to what is drawn.
import type { SavedMeasurement } from '@strata/protocol/saved-measurements';
import type { Slice } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';
import type { Redrawn } from '../viewport/annotations.ts';
import { imageIdOf } from '../viewport/image-id.ts';
import type { Measurement } from './measurement.ts';
import { type Point, pointInImage, pointInPatient } from './points.ts';

/** What is drawn is named by a UUID; saved, by the UID that stands for it (PS3.5 annex B.2), which it keeps. */
export function trackingUidOf(drawnUid: string): string {
  const hex = drawnUid.replaceAll('-', '');
  return /^[0-9a-f]{32}$/i.test(hex) ? `2.25.${BigInt(`0x${hex}`)}` : drawnUid;
}

/** By its points, which stay the same object as long as nothing of them changes. */
const forms = new WeakMap<object, { readonly of: Measurement; readonly form: SavedMeasurement }>();

/** A measurement to be saved: figures that are not final yet are left out. @param columnMm what a column was said to be */
export function savedForm(measurement: Measurement, columnMm: number | null): SavedMeasurement {
  const known = forms.get(measurement.points);
  const { of, form } = known ?? {};
  const { text, figures, place, uid, closed } = measurement;
  const isSame = of?.uid === uid && of.text === text && of.figures === figures && of.closed === closed;
  if (form && isSame && of.place === place && form.columnMm === columnMm) return form;
  const made = newForm(measurement, columnMm);
  forms.set(measurement.points, { of: measurement, form: made });
  return made;
}

function newForm(measurement: Measurement, columnMm: number | null): SavedMeasurement {
  const { uid, tool, place, points, closed, text, figures, note, provisional } = measurement;
  return {
    uid: trackingUidOf(uid),
    kind: tool,
    sopInstanceUid: place.slice.instanceUid,
    frame: place.slice.frameNumber,
    points: points.map(({ x, y }) => [x, y] as const),
    closed: tool === 'freehand' ? closed : tool === 'ellipse' || tool === 'rectangle',
    text: oneLine(text),
    figures: figures.filter(({ unit }) => provisional === null || /^(mm|px)/.test(unit)),
    columnMm,
    note,
  };
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 400)
    .toWellFormed();
}

/** Whether two forms say the same: the same drawing with the same words at the same scale. Figures follow from it. */
export function saysTheSame(a: SavedMeasurement, b: SavedMeasurement): boolean {
  return a === b || told(a) === told(b);
}

const tellings = new WeakMap<SavedMeasurement, string>();

function told(saved: SavedMeasurement): string {
  const known = tellings.get(saved);
  if (known !== undefined) return known;
  const { kind, sopInstanceUid, frame, points, closed, text, columnMm } = saved;
  const telling = JSON.stringify([kind, sopInstanceUid, frame, points, closed, text, columnMm]);
  tellings.set(saved, telling);
  return telling;
}

/** How far an image may be from a place in the patient to be the one that it lies in, in mm. */
const NEAR = 1;

/** The image of a saved measurement among some series, and its points there; null when there is none. */
export function placedIn(
  series: readonly StudySeries[],
  saved: SavedMeasurement,
): { readonly slice: Slice; readonly points: readonly Point[] } | null {
  const slices = series.flatMap(({ stack }) => stack.slices);
  if (saved.space) return nearest(slices, saved.space);
  const slice = slices.find(
    ({ instanceUid, frameNumber }) => instanceUid === saved.sopInstanceUid && frameNumber === saved.frame,
  );
  return slice ? { slice, points: saved.points.map(([x, y]) => ({ x, y })) } : null;
}

/** The image that holds all points. */
function nearest(
  slices: readonly Slice[],
  { frameOfReference, points }: NonNullable<SavedMeasurement['space']>,
) {
  let best: { slice: Slice; away: number } | null = null;
  for (const slice of slices) {
    if (slice.presentation.frameOfReference !== frameOfReference || !slice.presentation.imagePosition)
      continue;
    const away = Math.max(...points.map((point) => distanceTo(slice, point)));
    if (away <= NEAR && away < (best?.away ?? Number.POSITIVE_INFINITY)) best = { slice, away };
  }
  if (!best) return null;
  const { slice } = best;
  return { slice, points: points.map((point) => pointInImage(slice.geometry, point)) };
}

function distanceTo({ geometry }: Slice, [x, y, z]: readonly [number, number, number]): number {
  const {
    position,
    rowCosines: [a, b, c],
    columnCosines: [d, e, f],
  } = geometry;
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d] as const;
  return Math.abs(
    (x - position[0]) * normal[0] + (y - position[1]) * normal[1] + (z - position[2]) * normal[2],
  );
}

/** What is to be drawn of a saved measurement; null when its image is not among the series. */
export function redrawn(series: readonly StudySeries[], saved: SavedMeasurement): Redrawn | null {
  const placed = placedIn(series, saved);
  if (!placed) return null;
  const { geometry, instanceUid, frameNumber } = placed.slice;
  // Arrows have a head and a tail, however they were drawn elsewhere.
  const points =
    saved.kind === 'arrow' && placed.points.length === 1 ? withTail(placed.points) : placed.points;
  return {
    ...{ uid: saved.uid, tool: saved.kind, closed: saved.closed, text: saved.text },
    imageId: imageIdOf(instanceUid, frameNumber),
    points: points.map((point) => pointInPatient(geometry, point)),
    ...{ rowCosines: geometry.rowCosines, columnCosines: geometry.columnCosines },
  };
}

function withTail([point = { x: 0, y: 0 }]: readonly Point[]): readonly Point[] {
  return [point, { x: point.x + 30, y: point.y + 30 }];
}

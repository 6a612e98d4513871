// What something drawn in a plane through a volume measures: of the plane as it is shown, or of the slab around it.
import type { PlacedVolume, Slab } from '../fusion/resample.ts';
import { type Figure, type MeasuredValues, measure, usesValues } from '../measuring/measure.ts';
import { pointInImage, pointInPatient } from '../measuring/points.ts';
import { ellipseOutline } from '../measuring/region.ts';
import type { Place } from '../space/planes.ts';
import type { PlaneDrawn } from '../viewport/plane-annotations.ts';
import { gridAt, layersUnder, type PlaneGrid, planeGrid, valuesOn } from './plane-grid.ts';

export type PlaneShape = Pick<PlaneDrawn, 'tool' | 'points' | 'frame'>;

/** A volume, and what its values are. */
export interface MeasuredVolume extends PlacedVolume {
  readonly meaning: Pick<MeasuredValues, 'unit' | 'quantity' | 'others'>;
}

/** The part of the plane whose values a shape needs; null where it is measured without values. */
export function gridOfShape(shape: PlaneShape, volume: PlacedVolume, slab: Slab | null): PlaneGrid | null {
  const { tool, points, frame } = shape;
  const [point] = points;
  if (!usesValues(tool) || !point) return null;
  if (tool === 'probe') return gridAt(frame, point, volume, slab);
  return planeGrid(frame, outlineOf(shape), volume, slab);
}

/**
 * The figures of a shape: lengths in millimetres of the patient, values by linear interpolation between voxels; of a slab the
 * greatest, least or mean value before and behind each point.
 * @param grid see gridOfShape; null to leave out what comes from values
 */
export function planeFigures(
  { tool, points, frame }: PlaneShape,
  volume: MeasuredVolume,
  slab: Slab | null,
  grid: PlaneGrid | null,
): Figure[] {
  const geometry = grid?.geometry ?? { ...millimetres, ...axesOf(frame), position: frame.point };
  const [row, column] = geometry.spacing;
  const image = grid && {
    values: valuesOn(grid, volume, slab),
    width: geometry.columns,
    height: geometry.rows,
    components: 1 as const,
    ...volume.meaning,
  };
  const inGrid = points.map((point) => pointInImage(geometry, point));
  return measure({ tool, points: inGrid, closed: true }, { row, column, unit: 'mm', note: '' }, image);
}

/** The first and the last layer of the volume that the values of a shape come from; null for none. */
export function layersOfShape(
  { frame }: PlaneShape,
  volume: PlacedVolume,
  slab: Slab | null,
  grid: PlaneGrid | null,
): readonly [number, number] | null {
  return grid && layersUnder(grid, frame, volume, slab);
}

const millimetres = { columns: 1, rows: 1, spacing: [1, 1], calibrated: true } as const;
const axesOf = ({ right, down }: PlaneShape['frame']) => ({ rowCosines: right, columnCosines: down });

/** Places that a region reaches to. */
function outlineOf({ tool, points, frame }: PlaneShape): readonly Place[] {
  const plane = { ...millimetres, ...axesOf(frame), position: frame.point };
  const [a, b, c, d] = points.map((point) => pointInImage(plane, point));
  if (tool !== 'ellipse' || !a || !b || !c || !d) return points;
  return ellipseOutline([a, b, c, d]).points.map((point) => pointInPatient(plane, point));
}

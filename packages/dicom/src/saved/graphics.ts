// Shapes of measurements as the graphics of structured reports (PS3.3 C.18.6), and back.
import type { GraphicType } from './content-items.ts';
import type { MeasuredKind, Measurement, Pixel } from './measurement.ts';

/** Points in an image as reports have them: from its corner, the middle of the first pixel at 0.5, 0.5. */
export interface Graphic {
  readonly type: GraphicType;
  readonly points: readonly Pixel[];
}

/** Half a pixel, exactly. */
const half = ([x, y]: Pixel, by: number): Pixel => [x + by, y + by];

/** The graphics of a measurement: one, or two for what has two lines. None when it is not drawn far enough. */
export function graphicsOf({
  kind,
  points,
  closed,
}: Pick<Measurement, 'kind' | 'points' | 'closed'>): Graphic[] {
  const at = points.map((point) => half(point, 0.5));
  const [a, b, c, d] = at;
  switch (kind) {
    case 'length':
    case 'arrow':
      return a && b ? [line(a, b)] : [];
    case 'angle':
      return a && b && c ? [line(a, b, c)] : [];
    case 'cobb':
      return a && b && c && d ? [line(a, b), line(c, d)] : [];
    case 'bidirectional':
      return a && b && c && d ? longFirst(line(a, b), line(c, d)) : [];
    case 'rectangle':
      return a && b && c && d ? [line(a, b, d, c, a)] : [];
    case 'ellipse': {
      if (!a || !b || !c || !d) return [];
      const [long, short] = longFirst(line(a, b), line(c, d));
      return long && short ? [{ type: 'ELLIPSE', points: [...long.points, ...short.points] }] : [];
    }
    case 'freehand':
      if (at.length < 3 || !a) return [];
      return [line(...at, ...(closed && !same(a, at.at(-1)) ? [a] : []))];
    case 'probe':
      return a ? [{ type: 'POINT', points: [a] }] : [];
  }
}

function line(...points: Pixel[]): Graphic {
  return { type: 'POLYLINE', points };
}

function longFirst(one: Graphic, other: Graphic): Graphic[] {
  return lengthOf(one) >= lengthOf(other) ? [one, other] : [other, one];
}

function lengthOf({ points: [a = [], b = []] }: { readonly points: readonly (readonly number[])[] }): number {
  return Math.hypot(...a.map((value, at) => (b[at] ?? 0) - value));
}

/** A point of an image, or one in the patient. */
type Point = readonly number[];

const same = (a: Point | undefined, b: Point | undefined): boolean =>
  a !== undefined && b !== undefined && a.every((value, at) => Math.abs(value - (b[at] ?? 0)) < 1e-3);

/** Graphics as reports have them: in an image, or in the patient (PS3.3 C.18.9), where POLYGON is a closed outline. */
export interface ReadGraphic {
  readonly type: string;
  readonly points: readonly Point[];
}

/** What graphics are; what is measured on them says it where they leave it open. */
export interface ReadShape {
  readonly kind: MeasuredKind;
  readonly points: readonly Point[];
  readonly closed: boolean;
}

/**
 * The shape of some graphics, its points where they were.
 * @param measures names of the figures that are inferred from them: 'Length', 'Angle', 'Cobb angle', 'Long' ...
 * @returns null for what no tool of a viewer draws
 */
export function shapeOf(graphics: readonly ReadGraphic[], measures: ReadonlySet<string>): ReadShape | null {
  const [first, ...more] = graphics;
  if (!first) return null;
  return more.length === 0 ? ofOne(first, measures) : ofTwo(graphics, measures);
}

/** Points of an image from its corner as pixels whose middles are whole numbers. */
export function pixelsOf(points: readonly Point[]): Pixel[] {
  return points.map(([x = 0, y = 0]) => half([x, y], -0.5));
}

function ofOne({ type, points }: ReadGraphic, measures: ReadonlySet<string>): ReadShape | null {
  const [a, b, c, d] = points;
  if (!a) return null;
  if (type === 'POINT' || (type === 'MULTIPOINT' && points.length === 1)) {
    return { kind: 'probe', points: [a], closed: false };
  }
  if (type === 'CIRCLE') return b ? circle(a, b) : null;
  if (type === 'ELLIPSE') return b && c && d ? ellipse([a, b], [c, d]) : null;
  if (type === 'POLYGON') return outline(points);
  return type === 'POLYLINE' ? ofLine(points, measures) : null;
}

function ofLine(points: readonly Point[], measures: ReadonlySet<string>): ReadShape | null {
  if (points.length < 2) return null;
  if (points.length === 2) return { kind: measures.size > 0 ? 'length' : 'arrow', points, closed: false };
  if (same(points[0], points.at(-1))) return outline(points);
  const isAngle = measures.has('Cobb angle') || measures.has('Angle');
  if (points.length === 3 && isAngle) return { kind: 'angle', points, closed: false };
  // How several viewers write two lines: end to end.
  if (points.length === 4 && isAngle) return { kind: 'cobb', points, closed: false };
  if (points.length === 4 && measures.has('Long')) return { kind: 'bidirectional', points, closed: false };
  return { kind: 'freehand', points, closed: false };
}

/** A closed outline: a rectangle along rows and columns, or any other. */
function outline(points: readonly Point[]): ReadShape | null {
  const corners = same(points[0], points.at(-1)) ? points.slice(0, -1) : points;
  if (corners.length < 3) return null;
  return rectangleOf(corners) ?? { kind: 'freehand', points: corners, closed: true };
}

function ofTwo(
  [one, other, ...more]: readonly ReadGraphic[],
  measures: ReadonlySet<string>,
): ReadShape | null {
  if (!one || !other || more.length > 0) return null;
  const lines = [one, other].every(({ type, points }) => type === 'POLYLINE' && points.length === 2);
  if (!lines) return null;
  const isAngle = measures.has('Cobb angle') || measures.has('Angle');
  const swapped = !isAngle && lengthOf(other) > lengthOf(one);
  const points = swapped ? [...other.points, ...one.points] : [...one.points, ...other.points];
  return { kind: isAngle ? 'cobb' : 'bidirectional', points, closed: false };
}

/** @param centre and a point on the circle, in an image */
function circle(centre: Point, on: Point): ReadShape {
  const [x = 0, y = 0] = centre;
  const radius = Math.hypot((on[0] ?? 0) - x, (on[1] ?? 0) - y);
  const [above, below, left, right] = [
    [x, y - radius],
    [x, y + radius],
    [x - radius, y],
    [x + radius, y],
  ] as const;
  return { kind: 'ellipse', points: [above, below, left, right], closed: true };
}

type Axis = readonly [Point, Point];

/** The upright axis first, from above; then the other, from the left: as tools draw an ellipse. In the patient, as they are. */
function ellipse(one: Axis, other: Axis): ReadShape {
  if (one[0].length > 2) return { kind: 'ellipse', points: [...one, ...other], closed: true };
  const steep = ([a, b]: Axis) => Math.abs((b[1] ?? 0) - (a[1] ?? 0)) / (lengthOf({ points: [a, b] }) || 1);
  const [upright, across] = steep(one) >= steep(other) ? [one, other] : [other, one];
  const fromAbove = [...upright].sort((a, b) => (a[1] ?? 0) - (b[1] ?? 0));
  const fromLeft = [...across].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  return { kind: 'ellipse', points: [...fromAbove, ...fromLeft], closed: true };
}

/** Four corners along the rows and columns of an image, in the order of their outline. */
function rectangleOf(corners: readonly Point[]): ReadShape | null {
  const [a, b, c, d] = corners;
  if (!a || !b || !c || !d || corners.length !== 4 || a.length > 2) return null;
  const level = (one: Point, two: Point, axis: 0 | 1) => Math.abs((one[axis] ?? 0) - (two[axis] ?? 0)) < 1e-2;
  const rowFirst = level(a, b, 1) && level(b, c, 0) && level(c, d, 1) && level(d, a, 0);
  const columnFirst = level(a, b, 0) && level(b, c, 1) && level(c, d, 0) && level(d, a, 1);
  if (!rowFirst && !columnFirst) return null;
  return { kind: 'rectangle', points: rowFirst ? [a, b, d, c] : [a, d, b, c], closed: true };
}

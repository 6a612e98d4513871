// Lengths, angles and areas of points in an image, by its scale.
import type { Point } from './points.ts';

/** Lengths of a step to the next row and to the next column. */
export interface Steps {
  readonly row: number;
  readonly column: number;
}

/** From one point to another. */
export function distance(a: Point, b: Point, steps: Steps): number {
  return Math.hypot((b.x - a.x) * steps.column, (b.y - a.y) * steps.row);
}

/** Of a line from point to point. */
export function lengthOf(points: readonly Point[], steps: Steps): number {
  return points.slice(1).reduce((sum, point, at) => sum + distance(points[at] as Point, point, steps), 0);
}

/** Between two rays from the vertex, in degrees: 0 to 180. */
export function angleAt(vertex: Point, a: Point, b: Point, steps: Steps): number {
  return between(direction(vertex, a, steps), direction(vertex, b, steps));
}

/** Between two lines, whichever way they were drawn, in degrees: 0 to 90. Cobb angles above 90 show their supplement. */
export function angleOfLines(
  [a, b]: readonly [Point, Point],
  [c, d]: readonly [Point, Point],
  steps: Steps,
): number {
  const angle = between(direction(a, b, steps), direction(c, d, steps));
  return Math.min(angle, 180 - angle);
}

/** Of a polygon that does not cross itself. */
export function polygonArea(points: readonly Point[], steps: Steps): number {
  const twice = points.reduce((sum, { x, y }, at) => {
    const next = points[(at + 1) % points.length] as Point;
    return sum + x * next.y - next.x * y;
  }, 0);
  return (Math.abs(twice) / 2) * steps.row * steps.column;
}

type Vector = readonly [number, number];

function direction(from: Point, to: Point, steps: Steps): Vector {
  return [(to.x - from.x) * steps.column, (to.y - from.y) * steps.row];
}

function between([ax, ay]: Vector, [bx, by]: Vector): number {
  const angle = Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by));
  return (angle * 180) / Math.PI;
}

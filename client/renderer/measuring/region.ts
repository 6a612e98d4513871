// Which pixels lie in a region, and what their values are like.
import type { Point } from './points.ts';

/** A region by its outline: a point is inside when a ray from it crosses the outline an odd number of times. */
export interface Outline {
  readonly points: readonly Point[];
}

export interface Statistics {
  readonly count: number;
  readonly mean: number;
  /** Of the pixels taken as all there are: divided by their number. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

/** An image's values, row by row; NaN where there are none. */
export interface ValueImage {
  readonly values: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** Points of a polygon that stand for an ellipse: the area is right to 0.02 %. */
const ellipsePoints = 180;

/** The four corners, round about. @param corners first, beside it, below it, opposite, as Cornerstone keeps them */
export function rectangleOutline([a, b, c, d]: readonly [Point, Point, Point, Point]): Outline {
  return { points: [a, b, d, c] };
}

/** @param ends of one axis and of the other; the axes need not lie along rows and columns */
export function ellipseOutline([a, b, c, d]: readonly [Point, Point, Point, Point]): Outline {
  const centre = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const points = Array.from({ length: ellipsePoints }, (_, at) => {
    const angle = (at / ellipsePoints) * 2 * Math.PI;
    const [along, across] = [Math.cos(angle) / 2, Math.sin(angle) / 2];
    return {
      x: centre.x + (b.x - a.x) * along + (d.x - c.x) * across,
      y: centre.y + (b.y - a.y) * along + (d.y - c.y) * across,
    };
  });
  return { points };
}

/** Statistics of the pixels whose middle lies in the outline; null when there is none in the image. */
export function statisticsIn(outline: Outline, { values, width, height }: ValueImage): Statistics | null {
  let [count, sum, squares, min, max] = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  // Sums of squares are kept near zero, so that they lose no digits to a large mean.
  let base: number | null = null;
  const rows = outline.points.map(({ y }) => y);
  const first = Math.max(0, Math.ceil(Math.min(...rows)));
  const last = Math.min(height - 1, Math.floor(Math.max(...rows)));
  for (let y = first; y <= last; y++) {
    for (const [from, to] of spansOf(outline.points, y)) {
      for (let x = Math.max(0, Math.ceil(from)); x <= Math.min(width - 1, Math.floor(to)); x++) {
        const value = values[y * width + x] as number;
        if (Number.isNaN(value)) continue;
        base ??= value;
        count++;
        sum += value - base;
        squares += (value - base) ** 2;
        if (value < min) min = value;
        if (value > max) max = value;
      }
    }
  }
  if (base === null) return null;
  const mean = sum / count;
  return {
    count,
    mean: base + mean,
    deviation: Math.sqrt(Math.max(0, squares / count - mean ** 2)),
    min,
    max,
  };
}

/** From where to where a row lies inside, in columns. */
function spansOf(points: readonly Point[], y: number): [number, number][] {
  const crossings: number[] = [];
  for (const [at, a] of points.entries()) {
    const b = points[(at + 1) % points.length] as Point;
    if (a.y > y === b.y > y) continue;
    crossings.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
  }
  crossings.sort((a, b) => a - b);
  const spans: [number, number][] = [];
  for (let at = 0; at + 1 < crossings.length; at += 2) {
    spans.push([crossings[at] as number, crossings[at + 1] as number]);
  }
  return spans;
}

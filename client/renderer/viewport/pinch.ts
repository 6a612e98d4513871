// Two fingers on an image: what is under them stays under them, so that spreading enlarges and moving pans.

export type Point = readonly [x: number, y: number];

/** Where two fingers are, in CSS pixels from the upper left corner of the viewport. */
export type Fingers = readonly [Point, Point];

export interface Pinch {
  /** How much larger the image gets. */
  readonly factor: number;
  /** The point between the fingers, before and now: what was there comes here. */
  readonly from: Point;
  readonly to: Point;
}

/** Fingers nearer than this lie on each other: their distance says nothing. */
const LEAST_DISTANCE = 10;
/** Of one step; fingers are looked at many times a second. */
const MOST = 2;

/** What the fingers did from one moment to the next. */
export function pinchOf(before: Fingers, now: Fingers): Pinch {
  const [was, is] = [distance(before), distance(now)];
  const known = was > LEAST_DISTANCE && is > LEAST_DISTANCE;
  const factor = known ? Math.min(MOST, Math.max(1 / MOST, is / was)) : 1;
  return { factor, from: middle(before), to: middle(now) };
}

/**
 * How far the image is to be moved after it was enlarged around the centre of the viewport.
 * @param size of the viewport
 */
export function panOf({ factor, from, to }: Pinch, size: Point): Point {
  const along = (axis: 0 | 1) => to[axis] - size[axis] / 2 - factor * (from[axis] - size[axis] / 2);
  return [along(0), along(1)];
}

const distance = ([a, b]: Fingers): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
const middle = ([a, b]: Fingers): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

// Drawings of presentation states as SVG paths on the screen (PS3.3 C.10.5.1.2): pure.
import type { StateDrawing } from '@strata/protocol/saved-presentations';
import type { ImagePlace } from '../viewport/stack-camera.ts';
import type { ImageArea } from './state-for-image.ts';

type Place = readonly [number, number];
/** Where a point of a drawing lies in the viewport, in CSS pixels. */
export type ToScreen = (place: Place) => Place;

/** Points of a line that stands for a circle or an ellipse. */
const roundPoints = 96;

/** Pixels of the image, 0, 0 at its corner. */
export function fromPixels([a, b, c, d, e, f]: ImagePlace): ToScreen {
  return ([x, y]) => [a * x + c * y + e, b * x + d * y + f];
}

/** Parts of the displayed area as it lies on the screen, 0 to 1 across and down. */
export function fromDisplay(place: ImagePlace, area: ImageArea): ToScreen {
  const toScreen = fromPixels(place);
  const corners = [toScreen([area.left, area.top]), toScreen([area.right, area.bottom])];
  const [left, right] = [0, 1].map((at) => corners.map(([x]) => x).sort((m, n) => m - n)[at] ?? 0) as [
    number,
    number,
  ];
  const [top, bottom] = [0, 1].map((at) => corners.map(([, y]) => y).sort((m, n) => m - n)[at] ?? 0) as [
    number,
    number,
  ];
  return ([x, y]) => [left + x * (right - left), top + y * (bottom - top)];
}

/** A drawing as the `d` of a path. */
export function pathOf({ kind, points }: Pick<StateDrawing, 'kind' | 'points'>, toScreen: ToScreen): string {
  const places = pairs(points);
  if (kind === 'POINT') return crossAt(toScreen(places[0] ?? [0, 0]));
  if (kind === 'ARROW') return arrow(places.map(toScreen));
  if (kind === 'CIRCLE') return lineOf(circle(places), toScreen);
  if (kind === 'ELLIPSE') return lineOf(ellipse(places), toScreen);
  return kind === 'INTERPOLATED' ? curveOf(places.map(toScreen)) : lineOf(places, toScreen);
}

function pairs(points: readonly number[]): Place[] {
  return Array.from({ length: Math.floor(points.length / 2) }, (_, at) => [
    points[at * 2] ?? 0,
    points[at * 2 + 1] ?? 0,
  ]);
}

function lineOf(places: readonly Place[], toScreen: ToScreen): string {
  return `M${places.map((place) => toScreen(place).map(short).join(' ')).join('L')}`;
}

const short = (value: number): string => value.toFixed(2);

function crossAt([x, y]: Place): string {
  const reach = 5;
  return `M${x - reach} ${y}H${x + reach}M${x} ${y - reach}V${y + reach}`;
}

/** Pixels of the screen, and half of the angle between them. */
const arrowSides = 11;
const arrowOpening = 0.42;

/** A line, and two short ones where it points. */
function arrow([head = [0, 0], tail = [0, 0]]: readonly Place[]): string {
  const back = Math.atan2(tail[1] - head[1], tail[0] - head[0]);
  const side = (angle: number): Place => [
    head[0] + arrowSides * Math.cos(angle),
    head[1] + arrowSides * Math.sin(angle),
  ];
  const through = (...places: Place[]) => lineOf(places, (place) => place);
  return through(tail, head) + through(side(back - arrowOpening), head, side(back + arrowOpening));
}

/** Its middle and a point on it. */
function circle([middle = [0, 0], on = [0, 0]]: readonly Place[]): Place[] {
  const radius = Math.hypot(on[0] - middle[0], on[1] - middle[1]);
  return around(middle, [radius, 0], [0, radius]);
}

/** The ends of its long axis and of its short one. */
function ellipse([a = [0, 0], b = [0, 0], c = [0, 0], d = [0, 0]]: readonly Place[]): Place[] {
  const middle: Place = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  return around(middle, [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2], [(d[0] - c[0]) / 2, (d[1] - c[1]) / 2]);
}

function around(middle: Place, along: Place, across: Place): Place[] {
  return Array.from({ length: roundPoints + 1 }, (_, at) => {
    const angle = (at / roundPoints) * 2 * Math.PI;
    const [u, v] = [Math.cos(angle), Math.sin(angle)];
    return [middle[0] + along[0] * u + across[0] * v, middle[1] + along[1] * u + across[1] * v];
  });
}

/** A smooth line through all points (Catmull-Rom, as cubic curves). */
function curveOf(places: readonly Place[]): string {
  const [first] = places;
  if (!first) return '';
  const isClosed = places.length > 3 && places.at(-1)?.every((value, axis) => value === first[axis]);
  const at = (index: number): Place => {
    if (!isClosed) return places[Math.max(0, Math.min(places.length - 1, index))] ?? first;
    const count = places.length - 1;
    return places[((index % count) + count) % count] ?? first;
  };
  const curves = places.slice(1).map((_, index) => {
    const [p0, p1, p2, p3] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const control = [
      [p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6],
      [p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6],
      p2,
    ];
    return `C${control.map((place) => place.map(short).join(' ')).join(' ')}`;
  });
  return `M${first.map(short).join(' ')}${curves.join('')}`;
}

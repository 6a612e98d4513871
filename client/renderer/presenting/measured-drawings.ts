// Measurements as the drawings and texts of a presentation state: what others see of them.
import type { KeyImage } from '@strata/protocol/saved-key-images';
import { MAX_POINTS, type StateDrawing, type StateText } from '@strata/protocol/saved-presentations';
import { linesOf, type Measurement } from '../measuring/measurement.ts';
import type { Point } from '../measuring/points.ts';

/** The layer that they are in. */
const measuredLayer = 'MEASUREMENTS';

/** Lines that a measurement is drawn with, in pixels of the image from its corner. */
export function drawingsOf(measurement: Measurement): StateDrawing[] {
  const { tool, points, figures } = measurement;
  const of = { images: imageOf(measurement), layer: measuredLayer, units: 'PIXEL', filled: false } as const;
  const line = (...through: readonly (Point | undefined)[]): StateDrawing => ({
    ...of,
    kind: 'POLYLINE',
    points: flat(through),
  });
  const [a, b, c, d] = points;
  // An outline that comes back to where it began has an area.
  const isClosed = figures.some(({ name }) => name === 'Area');
  switch (tool) {
    case 'probe':
      return [{ ...of, kind: 'POINT', points: flat([a]) }];
    case 'ellipse':
      return points.length < 4 ? [] : [{ ...of, kind: 'ELLIPSE', points: axes(points) }];
    case 'rectangle':
      // Handles lie row by row.
      return [line(a, b, d, c, a)];
    case 'arrow':
      return points.length < 2 ? [] : [{ ...line(a, b), kind: 'ARROW' }];
    case 'cobb':
    case 'bidirectional':
      return [line(a, b), line(c, d)];
    case 'freehand':
      return points.length < 2 ? [] : [line(...thinned(points), ...(isClosed ? [a] : []))];
    default:
      return points.length < 2 ? [] : [line(...points)];
  }
}

/** What stands beside it, right of its rightmost point. */
export function textsOf(measurement: Measurement): StateText[] {
  const text = linesOf(measurement, measurement.text).join('\n').slice(0, 1024);
  const right = measurement.points.toSorted((one, other) => other.x - one.x)[0];
  if (!text || !right) return [];
  return [
    {
      images: imageOf(measurement),
      layer: measuredLayer,
      text,
      units: 'PIXEL',
      box: null,
      anchor: [right.x + 0.5, right.y + 0.5],
    },
  ];
}

function imageOf({ place: { slice } }: Measurement): KeyImage[] {
  return [{ sopInstanceUid: slice.instanceUid, frames: slice.frames > 1 ? [slice.frameNumber] : [] }];
}

/** The middle of a pixel is half a pixel from its corner. */
const flat = (points: readonly (Point | undefined)[]): number[] =>
  points.flatMap((point) => (point ? [point.x + 0.5, point.y + 0.5] : []));

/** Ends of the longer axis first (PS3.3 C.10.5.1.2); handles are bottom, top, left, right. */
function axes(points: readonly Point[]): number[] {
  const [a, b, c, d] = points as [Point, Point, Point, Point];
  const first = Math.hypot(a.x - b.x, a.y - b.y);
  const second = Math.hypot(c.x - d.x, c.y - d.y);
  return first >= second ? flat([a, b, c, d]) : flat([c, d, a, b]);
}

function thinned(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / (MAX_POINTS / 2 - 2));
  return step <= 1 ? points : points.filter((_, at) => at % step === 0);
}

// What of an image its display shutter leaves to be seen (PS3.3 C.7.6.11, C.7.6.15, and of frames C.7.6.16.2.16).
import { Tag } from './tags.ts';
import { integer, texts, tuple, type Values, valueBytes } from './values.ts';

/** What is seen lies inside all of the shapes and outside of the overlay's points. Columns and rows are counted from 1. */
export type Shutter = {
  /** First and last column, first and last row that are seen. */
  rectangle?: [number, number, number, number];
  /** Column and row of its middle, and its radius as a number of columns. */
  circle?: [number, number, number];
  /** Column and row of each corner, one after the other. */
  polygon?: number[];
  /** The overlay whose points hide: '6000' and so on. */
  overlay?: string;
  /** What the hidden part is shown as: a P-Value, 0 for black to 65535 for white. */
  grey?: number;
  /** The same where there are colours: CIELab as PS3.3 C.10.7.1.1 scales it, 0 to 65535 each. */
  colour?: [number, number, number];
};

/** Corners of one polygon. */
export const MAX_VERTICES = 1024;
/** Coordinates beyond are garbage: an image has at most 65535 columns and rows. */
const FARTHEST = 2 ** 20;
const HIGHEST = 65_535;

/**
 * Reads what there is; nothing is thrown. What cannot be taken is left out, so that more is seen, not less.
 * @param mostVertices corners that a polygon may have
 * @returns null for no shutter, and why a shape is left out, for people
 */
export function readShutter(
  values: Values,
  mostVertices = MAX_VERTICES,
): { shutter: Shutter | null; problems: readonly string[] } {
  const problems: string[] = [];
  const shutter: Shutter = {};
  for (const shape of new Set(texts(values, Tag.ShutterShape).slice(0, 4))) {
    const problem = addShape(shape, values, shutter, mostVertices);
    if (problem) problems.push(`${shape.slice(0, 16).toLowerCase()} shutter not applied: ${problem}`);
  }
  if (Object.keys(shutter).length === 0) return { shutter: null, problems };
  const grey = integer(values, Tag.ShutterPresentationValue);
  const colour = tuple(values, Tag.ShutterPresentationColorCIELabValue, 3);
  if (grey !== null && isWord(grey)) shutter.grey = grey;
  if (colour?.every(isWord)) shutter.colour = colour as [number, number, number];
  return { shutter, problems };
}

const isWord = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= HIGHEST;
const isPlace = (value: number | null): value is number => value !== null && Math.abs(value) <= FARTHEST;

/** Adds a shape. @returns why it is left out; '' when it is not */
function addShape(shape: string, values: Values, shutter: Shutter, mostVertices: number): string {
  switch (shape) {
    case 'RECTANGULAR':
      return addRectangle(values, shutter);
    case 'CIRCULAR':
      return addCircle(values, shutter);
    case 'POLYGONAL':
      return addPolygon(values, shutter, mostVertices);
    case 'BITMAP':
      return addOverlay(values, shutter);
    default:
      return 'this shape is not known';
  }
}

function addRectangle(values: Values, shutter: Shutter): string {
  const left = integer(values, Tag.ShutterLeftVerticalEdge);
  const right = integer(values, Tag.ShutterRightVerticalEdge);
  const upper = integer(values, Tag.ShutterUpperHorizontalEdge);
  const lower = integer(values, Tag.ShutterLowerHorizontalEdge);
  if (!isPlace(left) || !isPlace(right) || !isPlace(upper) || !isPlace(lower)) return 'an edge is missing';
  // Nothing would be seen, which nobody meant.
  if (left > right || upper > lower) return 'its edges are the wrong way round';
  shutter.rectangle = [left, right, upper, lower];
  return '';
}

function addCircle(values: Values, shutter: Shutter): string {
  const [row = null, column = null] = tuple(values, Tag.CenterOfCircularShutter, 2) ?? [];
  const radius = integer(values, Tag.RadiusOfCircularShutter);
  if (!isPlace(row) || !isPlace(column)) return 'its middle is missing';
  if (!isPlace(radius) || radius < 1) return 'its radius is missing';
  shutter.circle = [column, row, radius];
  return '';
}

function addPolygon(values: Values, shutter: Shutter, mostVertices: number): string {
  const bytes = valueBytes(values.set, Tag.VerticesOfThePolygonalShutter);
  // Twelve characters and a delimiter each: a text that was cut would be another polygon.
  if (bytes.length > mostVertices * 2 * 13) return `more than ${mostVertices} corners`;
  const places = String.fromCharCode(...bytes)
    .split('\\')
    .map((part) => (/^\s*[+-]?\d+[\s\0]*$/.test(part) ? Number.parseInt(part, 10) : null));
  const corners = places.length / 2;
  if (corners < 3 || !Number.isInteger(corners)) return 'it has fewer than three corners';
  if (corners > mostVertices) return `more than ${mostVertices} corners`;
  if (!places.every(isPlace)) return 'a corner is no place';
  // Rows come first in the file.
  shutter.polygon = places.map((_, at) => places[at ^ 1] as number);
  return '';
}

function addOverlay(values: Values, shutter: Shutter): string {
  const group = integer(values, Tag.ShutterOverlayGroup) ?? 0;
  if (group < 0x6000 || group > 0x60ff || group % 2 !== 0) return 'it names no overlay';
  shutter.overlay = group.toString(16).toUpperCase();
  return '';
}

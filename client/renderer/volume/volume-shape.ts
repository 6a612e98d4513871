// How the images of a series become a volume of equal steps at right angles: which images make each layer, and how they lie.
import { normalOf, type Place } from '../space/planes.ts';
import { isColour } from '../study/slice-window.ts';
import type { Slice } from '../study/stack.ts';
import type { SliceGeometry } from '../viewport/slice-geometry.ts';

/** An image's share in a layer. */
export interface LayerPart {
  /** In the stack. */
  readonly index: number;
  /** 0 to 1; those of a layer add up to 1. */
  readonly weight: number;
  /** Columns and rows of the volume at which the image's first pixel lies; not whole where the gantry was tilted. */
  readonly shift: readonly [number, number];
}

export interface VolumeShape {
  /** Columns, rows, layers. */
  readonly dimensions: Place;
  /** Millimetres between columns, rows, layers. */
  readonly spacing: Place;
  /** The middle of the first voxel; patient coordinates. */
  readonly origin: Place;
  /** Directions of columns, rows and layers, at right angles, one after the other. */
  readonly direction: readonly number[];
  /** Of each layer one image, or two between which it lies. */
  readonly layers: readonly (readonly LayerPart[])[];
  /** Pixels of an image per voxel, in a row and in a column: 1, or a power of two where the volume is reduced. */
  readonly step: number;
  /** What must be said of the volume. */
  readonly notes: readonly VolumeNote[];
}

export type VolumeNote =
  /** Degrees by which images are shifted against each other: a tilted gantry. Put right by moving them. */
  | { readonly kind: 'tilted'; readonly degrees: number }
  /** Millimetres between images; layers between them are interpolated. */
  | { readonly kind: 'uneven'; readonly least: number; readonly most: number }
  /** For want of memory. */
  | { readonly kind: 'reduced'; readonly step: number };

/** Why there is no volume. */
export type NoVolume = { readonly problem: VolumeProblem };
export type VolumeProblem = 'few' | 'colour' | 'unplaced' | 'differ' | 'repeated' | 'large';

/** What a volume may take. */
export interface VolumeRoom {
  readonly bytes: number;
  /** Voxels in any direction: what a 3D texture takes. */
  readonly longest: number;
  /** Images that a volume has at least. */
  readonly fewest: number;
}

/** Steps of reduction that are tried; images have as many levels. */
const steps = [1, 2, 4, 8, 16];
/** Layers that are interpolated: at most so many times the images. */
const mostLayers = 3;

const minus = (a: Place, b: Place): Place => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Place, b: Place): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** The largest volume of the slices that fits into the room. */
export function volumeShape(slices: readonly Slice[], room: VolumeRoom): VolumeShape | NoVolume {
  const images = imagesOf(slices, room.fewest);
  if ('problem' in images) return images;
  for (const step of steps) {
    const shape = shaped(images, step);
    const voxels = shape.dimensions.reduce((product, size) => product * size, 1);
    const fits = shape.dimensions.every((size) => size <= room.longest);
    if (fits && voxels * bytesPerVoxel(slices) <= room.bytes) return shape;
  }
  return { problem: 'large' };
}

/** Whether values are kept as 32-bit floats: where they are not whole, or not all of one kind. */
export function isFloat(slices: readonly Slice[]): boolean {
  const [first] = slices;
  const rescaleOf = ({ presentation }: Slice) => presentation.rescale ?? { slope: 1, intercept: 0 };
  const kindOf = (slice: Slice) =>
    [slice.format.bits, slice.format.signed, rescaleOf(slice).slope, rescaleOf(slice).intercept].join();
  return slices.some((slice) => {
    const { slope, intercept } = rescaleOf(slice);
    const isWhole = Number.isInteger(slope) && Number.isInteger(intercept);
    return !isWhole || !first || kindOf(slice) !== kindOf(first);
  });
}

const bytesPerVoxel = (slices: readonly Slice[]): number => (isFloat(slices) ? 4 : 2);

/** An image in the volume, in millimetres from the first. */
interface PlacedImage {
  readonly index: number;
  /** Along the normal. */
  readonly height: number;
  /** Along rows and columns. */
  readonly aside: readonly [number, number];
}

interface Images {
  readonly first: SliceGeometry;
  readonly normal: Place;
  /** By height. */
  readonly placed: readonly PlacedImage[];
}

function imagesOf(slices: readonly Slice[], fewest: number): Images | NoVolume {
  const [one] = slices;
  if (!one || slices.length < fewest) return { problem: 'few' };
  if (slices.some(isColour)) return { problem: 'colour' };
  if (slices.some(({ presentation }) => !presentation.imagePosition || !presentation.imageOrientation)) {
    return { problem: 'unplaced' };
  }
  if (slices.some(({ geometry }) => !alike(geometry, one.geometry))) return { problem: 'differ' };
  const normal = normalOf(one.geometry);
  const lowest = slices.reduce((a, b) =>
    dot(a.geometry.position, normal) <= dot(b.geometry.position, normal) ? a : b,
  ).geometry;
  const placed = slices.map(({ geometry }, index) => {
    const way = minus(geometry.position, lowest.position);
    const aside = [dot(way, lowest.rowCosines), dot(way, lowest.columnCosines)] as const;
    return { index, height: dot(way, normal), aside };
  });
  placed.sort((a, b) => a.height - b.height);
  const gaps = gapsOf(placed);
  if (Math.min(...gaps) < Math.max(0.01, middle(gaps) / 20)) return { problem: 'repeated' };
  return { first: lowest, normal, placed };
}

const gapsOf = (placed: readonly PlacedImage[]): number[] =>
  placed.slice(1).map(({ height }, at) => height - (placed[at]?.height ?? 0));

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** @param step pixels per voxel */
function shaped({ first, normal, placed }: Images, step: number): VolumeShape {
  const gaps = gapsOf(placed);
  const total = placed.at(-1)?.height ?? 0;
  const mean = total / gaps.length;
  const isUneven = placed.some(({ height }, at) => Math.abs(height - mean * at) > Math.max(0.05, mean / 50));
  const pixel: readonly [number, number] = [first.spacing[1], first.spacing[0]];
  const size: readonly [number, number] = [pixel[0] * step, pixel[1] * step];
  const wished = isUneven ? middle(gaps) : mean;
  const thick = step === 1 ? wished : Math.max(wished, Math.min(...size));
  const asWished = thick === wished && !isUneven;
  const count = asWished
    ? placed.length
    : Math.min(placed.length * mostLayers, Math.max(2, Math.round(total / thick) + 1));
  const between = total / (count - 1);
  const tilt = tiltOf(placed, pixel);
  const shiftOf = ({ aside }: PlacedImage): [number, number] =>
    tilt ? [(aside[0] - tilt.from[0]) / size[0], (aside[1] - tilt.from[1]) / size[1]] : [0, 0];
  const whole = ({ index }: PlacedImage, weight: number, shift: readonly [number, number]): LayerPart => ({
    ...{ index, weight, shift },
  });
  const layers = Array.from({ length: count }, (_, layer) => {
    if (asWished) return [placed[layer] as PlacedImage].map((image) => whole(image, 1, shiftOf(image)));
    return bracketing(placed, layer * between).map(({ image, weight }) =>
      whole(image, weight, shiftOf(image)),
    );
  });
  const along = (direction: Place, by: number): Place => [
    direction[0] * by,
    direction[1] * by,
    direction[2] * by,
  ];
  const [a, b] = [
    along(first.rowCosines, tilt?.from[0] ?? 0),
    along(first.columnCosines, tilt?.from[1] ?? 0),
  ];
  const sizeWith = (pixels: number, axis: 0 | 1) =>
    Math.ceil(pixels / step) + Math.ceil((tilt?.range[axis] ?? 0) / size[axis] - 1e-6);
  return {
    dimensions: [sizeWith(first.columns, 0), sizeWith(first.rows, 1), count],
    spacing: [size[0], size[1], asWished ? mean : between],
    origin: minus(first.position, [-a[0] - b[0], -a[1] - b[1], -a[2] - b[2]]),
    direction: [...first.rowCosines, ...first.columnCosines, ...normal],
    layers,
    step,
    notes: [
      ...(tilt ? [{ kind: 'tilted', degrees: tilt.degrees } as const] : []),
      ...(isUneven ? [{ kind: 'uneven', least: Math.min(...gaps), most: Math.max(...gaps) } as const] : []),
      ...(step > 1 ? [{ kind: 'reduced', step } as const] : []),
    ],
  };
}

/** By how much images are shifted, in millimetres; null where it is less than a pixel. */
function tiltOf(placed: readonly PlacedImage[], pixel: readonly [number, number]) {
  const axis = (at: 0 | 1) => placed.map(({ aside }) => aside[at]);
  const from: readonly [number, number] = [Math.min(...axis(0)), Math.min(...axis(1))];
  const range: readonly [number, number] = [Math.max(...axis(0)) - from[0], Math.max(...axis(1)) - from[1]];
  if (range[0] < pixel[0] && range[1] < pixel[1]) return null;
  const last = placed.at(-1);
  const degrees = (Math.atan2(Math.hypot(...range), last?.height ?? 1) * 180) / Math.PI;
  return { from, range, degrees };
}

/** The images below and above a height, by how near they are. */
function bracketing(
  placed: readonly PlacedImage[],
  height: number,
): { readonly image: PlacedImage; readonly weight: number }[] {
  const found = placed.findIndex((image) => image.height >= height - 1e-6);
  const upper = placed[found < 0 ? placed.length - 1 : found] as PlacedImage;
  const lower = placed[Math.max(0, found - 1)] as PlacedImage;
  const gap = upper.height - lower.height;
  const above = gap > 0 ? Math.min(1, Math.max(0, (height - lower.height) / gap)) : 1;
  if (above > 0.99) return [{ image: upper, weight: 1 }];
  if (above < 0.01) return [{ image: lower, weight: 1 }];
  return [
    { image: lower, weight: 1 - above },
    { image: upper, weight: above },
  ];
}

function alike(a: SliceGeometry, b: SliceGeometry): boolean {
  const near = (one: readonly number[], other: readonly number[], by: number) =>
    one.every((value, at) => Math.abs(value - (other[at] ?? 0)) <= by);
  return (
    a.columns === b.columns &&
    a.rows === b.rows &&
    near(a.spacing, b.spacing, 1e-3) &&
    near(a.rowCosines, b.rowCosines, 1e-3) &&
    near(a.columnCosines, b.columnCosines, 1e-3)
  );
}

// Guesses from a part of a frame how many bits a transform would leave to code.
import type { Filter } from '../header.ts';
import { levelGeometry } from './geometry.ts';
import { allocatePlane, type Plane, strideOf } from './planes.ts';
import { clearBeside, type Pyramid } from './pyramid.ts';

/** Frames of up to so many samples are looked at as a whole. */
const SMALL = 2 ** 16;
/** Of larger ones every eighth row is: so many rows together, where that many begin. */
const STRIP_ROWS = 16;
const STRIP_STEP = 128;

/** Room for the finest level of a strip of a frame. */
export interface Sketch {
  readonly strips: readonly number[];
  readonly rows: number;
  readonly pictures: readonly Plane[];
  readonly bands: readonly Plane[];
}

/** Chooses the strips of a frame with at least one level, and allocates what they take. */
export function prepareSketch({ kernels, format }: Pyramid): Sketch {
  const { width, height, samples } = format;
  const whole = width * height * samples <= SMALL || height < STRIP_STEP;
  const rows = whole ? height : STRIP_ROWS;
  const strips = whole
    ? [0]
    : Array.from({ length: Math.floor(height / STRIP_STEP) }, (_, at) => at * STRIP_STEP);
  const low = levelGeometry({ ...format, height: rows }, 1, 0);
  const stride = strideOf(low.width);
  return {
    strips: whole ? strips : strips.map((y) => y + (STRIP_STEP - STRIP_ROWS) / 2),
    rows,
    pictures: Array.from({ length: samples }, () => allocatePlane(kernels, { width, height: rows })),
    bands: Array.from({ length: 4 }, () => allocatePlane(kernels, low, stride)),
  };
}

/** An estimate of the bits that the finest bands of the strips take. */
export function estimate(
  pyramid: Pyramid,
  sketch: Sketch,
  offset: number,
  filter: Filter,
  colour: 0 | 1,
): number {
  const { kernels, format, source } = pyramid;
  const { pictures, rows } = sketch;
  const { width, samples } = format;
  const { bands } = levelGeometry({ ...format, height: rows }, 1, 1);
  const [first, second] = pictures as [Plane, Plane?];
  const [low, ...details] = sketch.bands as [Plane, Plane, Plane, Plane];
  const rowBytes = width * samples * (source.wide ? 2 : 1);
  let bits = 0;
  for (const y of sketch.strips) {
    for (const plane of pictures) clearBeside(kernels, plane, { width, height: rows });
    kernels.run.samplesToPlanes(
      ...[source.at + y * rowBytes, Number(source.wide), Number(format.signed), samples, width, rows],
      ...[first.at, first.stride, (second?.at ?? first.at) - first.at, offset, colour],
    );
    for (const picture of pictures) {
      const [hl, lh, hh] = details as [Plane, Plane, Plane];
      kernels.run.forward(
        ...[picture.at, picture.stride, width, rows],
        ...[low.at, hl.at, lh.at, hh.at, low.stride, pyramid.row, filter],
      );
      bands.forEach((band, index) => {
        const plane = details[index] as Plane;
        clearBeside(kernels, plane, band);
        bits += kernels.run.estimateBits(plane.at, plane.stride, band.width, band.height) / 8;
      });
    }
  }
  return bits;
}

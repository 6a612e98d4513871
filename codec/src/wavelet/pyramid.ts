// The forward transform of a whole frame in the kernels' memory.
import type { FrameFormat } from '../format.ts';
import type { Filter } from '../header.ts';
import type { Kernels } from '../kernels.ts';
import { type LevelGeometry, levelGeometry, type Size } from './geometry.ts';
import { allocatePlane, type Plane, strideOf } from './planes.ts';

/** Planes of one level: its picture, and its three bands in the stride of the level below. */
export interface PyramidLevel {
  readonly geometry: LevelGeometry;
  readonly picture: Plane;
  readonly bands: readonly Plane[];
}

export interface Pyramid {
  readonly kernels: Kernels;
  readonly format: FrameFormat;
  readonly levels: number;
  /** By sample, then by level. */
  readonly samples: readonly (readonly PyramidLevel[])[];
  readonly source: { readonly at: number; readonly wide: boolean };
  readonly row: number;
}

/** Room for all levels of a frame whose interleaved samples lie at `at`. */
export function preparePyramid(
  kernels: Kernels,
  format: FrameFormat,
  levels: number,
  at: number,
  wide: boolean,
): Pyramid {
  const planes = (): PyramidLevel[] =>
    Array.from({ length: levels + 1 }, (_, level) => {
      const geometry = levelGeometry(format, levels, level);
      const stride = strideOf(geometry.low.width);
      const bands = level === 0 ? [] : geometry.bands.map(() => allocatePlane(kernels, geometry.low, stride));
      return { geometry, picture: allocatePlane(kernels, geometry), bands };
    });
  const samples = Array.from({ length: format.samples }, planes);
  // The planes of the full level follow each other at equal distances, in the order in which they were allocated.
  const row = kernels.allocate(strideOf(format.width) + 128) + 64;
  return { kernels, format, levels, samples, source: { at, wide }, row };
}

export function clearBeside(kernels: Kernels, plane: Plane, size: Size): void {
  kernels.run.clearPadding(plane.at, plane.stride, size.width * 2, size.height);
}

/** Fills the planes of the full level: offset and colour transform. */
export function loadSamples(pyramid: Pyramid, offset: number, colour: number): void {
  const { kernels, format, levels, samples, source } = pyramid;
  const top = samples.map((own) => (own[levels] as PyramidLevel).picture);
  for (const plane of top) clearBeside(kernels, plane, format);
  const [first, second] = top as [Plane, Plane?];
  kernels.run.samplesToPlanes(
    ...[source.at, Number(source.wide), Number(format.signed), format.samples, format.width, format.height],
    ...[first.at, first.stride, (second?.at ?? first.at) - first.at, offset, colour],
  );
}

/**
 * Transforms the loaded samples into bands, over what an earlier call left.
 * @returns whether a step left 16 bits, so that the smaller levels would not look right
 */
export function decompose(pyramid: Pyramid, filter: Filter): 'sound' | 'wrapped' {
  const { kernels, levels, samples } = pyramid;
  let wrapped = false;
  for (const own of samples) {
    for (let level = levels; level > 0; level--) {
      const { geometry, picture, bands } = own[level] as PyramidLevel;
      const low = (own[level - 1] as PyramidLevel).picture;
      const [hl, lh, hh] = bands as [Plane, Plane, Plane];
      const left = kernels.run.forward(
        ...[picture.at, picture.stride, geometry.width, geometry.height],
        ...[low.at, hl.at, lh.at, hh.at, hl.stride, pyramid.row, filter],
      );
      wrapped ||= left !== 0;
      clearBeside(kernels, low, geometry.low);
      geometry.bands.forEach((band, index) => {
        const plane = bands[index] as Plane;
        clearBeside(kernels, plane, band);
      });
    }
  }
  return wrapped ? 'wrapped' : 'sound';
}

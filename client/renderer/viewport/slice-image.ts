// A slice's pixels as a Cornerstone image.
import { type Types, utilities } from '@cornerstonejs/core';
import type { SliceGeometry } from './slice-geometry.ts';
import type { WindowFunction, WindowLevel } from './window-level.ts';

/** What the decoder hands over: pixels at the slice's full geometry, whatever level they were made from. */
export interface SlicePixels {
  /** Modality values (rescaled) for one component, 8-bit RGB for three. */
  readonly values: Int16Array | Uint16Array | Float32Array | Uint8Array;
  readonly components: 1 | 3;
  /** Smallest and largest value. */
  readonly range: readonly [number, number];
}

/** Wraps pixels as Cornerstone wants them. The array is not copied. */
export function cornerstoneImage(
  imageId: string,
  slice: SliceGeometry,
  pixels: SlicePixels,
  window: WindowLevel,
  kind: WindowFunction,
): Types.IImage {
  const { values, components } = pixels;
  const { columns, rows } = slice;
  const voxelManager = utilities.VoxelManager.createImageVoxelManager({
    scalarData: values,
    width: columns,
    height: rows,
    numberOfComponents: components,
  });
  const image = {
    imageId,
    rows,
    columns,
    height: rows,
    width: columns,
    rowPixelSpacing: slice.spacing[0],
    columnPixelSpacing: slice.spacing[1],
    minPixelValue: pixels.range[0],
    maxPixelValue: pixels.range[1],
    slope: 1,
    intercept: 0,
    windowCenter: window.centre,
    // Cornerstone builds its colour table from this one and never recovers from a table of no width; ours is set after.
    windowWidth: Math.max(2, window.width),
    voiLUTFunction: kind,
    color: components === 3,
    rgba: false,
    numberOfComponents: components,
    invert: false,
    photometricInterpretation: components === 3 ? 'RGB' : 'MONOCHROME2',
    sizeInBytes: values.byteLength,
    dataType: values.constructor.name,
    // Of PET images Cornerstone looks here for factors of its own; ours are in the values already.
    preScale: {
      enabled: true,
      scaled: true,
      scalingParameters: { rescaleSlope: 1, rescaleIntercept: 0, modality: '' },
    },
    getPixelData: () => values,
    getCanvas: () => {
      throw new Error('Strata draws with WebGL only.');
    },
    voxelManager,
  };
  return image as unknown as Types.IImage;
}

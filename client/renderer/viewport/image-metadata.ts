// Tells Cornerstone about our images: geometry and sample type of each image id, and that our loader loads them.
import { metaData } from '@cornerstonejs/core';
import type { SliceGeometry } from './slice-geometry.ts';

/** One stack that is open in a viewport. */
export interface OpenStack {
  readonly modality: string;
  readonly slices: readonly SliceGeometry[];
  /** Made by Cornerstone when the stack is set. */
  createLoader(): unknown;
}

const scheme = 'strata';
const stacks = new Map<string, OpenStack>();
let registered = false;

/** Makes a stack known. @returns its image ids, one per slice */
export function registerStack(stackId: string, stack: OpenStack): string[] {
  if (!registered) metaData.addProvider(provide, 10_000);
  registered = true;
  stacks.set(stackId, stack);
  return stack.slices.map((_, index) => `${scheme}:${stackId}/${index}`);
}

/** Forgets a stack. */
export function forgetStack(stackId: string): void {
  stacks.delete(stackId);
}

/** The slice that an image id of ours names, or null. */
export function sliceOfImageId(imageId: string): { stack: OpenStack; index: number } | null {
  const match = /^strata:(.+)\/(\d+)$/.exec(imageId);
  const stack = match?.[1] === undefined ? undefined : stacks.get(match[1]);
  return stack ? { stack, index: Number(match?.[2]) } : null;
}

function provide(type: string, imageId: unknown): unknown {
  if (typeof imageId !== 'string' || !imageId.startsWith(`${scheme}:`)) return undefined;
  const found = sliceOfImageId(imageId);
  const slice = found?.stack.slices[found.index];
  if (!found || !slice) return undefined;
  if (type === 'imagePlaneModule') return imagePlane(slice);
  if (type === 'imagePixelModule') return imagePixel();
  if (type === 'generalSeriesModule') return { modality: found.stack.modality };
  if (type === 'imageRetrieveConfiguration') return { create: () => found.stack.createLoader() };
  return undefined;
}

function imagePlane(slice: SliceGeometry) {
  return {
    columns: slice.columns,
    rows: slice.rows,
    pixelSpacing: slice.spacing,
    rowPixelSpacing: slice.spacing[0],
    columnPixelSpacing: slice.spacing[1],
    imagePositionPatient: slice.position,
    imageOrientationPatient: [...slice.rowCosines, ...slice.columnCosines],
    rowCosines: slice.rowCosines,
    columnCosines: slice.columnCosines,
    frameOfReferenceUID: scheme,
    usingDefaultValues: !slice.calibrated,
  };
}

// Pixels reach Cornerstone as modality values or RGB, never as the file stored them; inversion is ours too.
function imagePixel() {
  return { bitsAllocated: 16, bitsStored: 16, highBit: 15, samplesPerPixel: 1, pixelRepresentation: 1 };
}

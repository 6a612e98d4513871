// Tells Cornerstone about our images: geometry and sample type of each image id, and that our loader loads them.
import { metaData } from '@cornerstonejs/core';
import type { ImageEdge } from './image-edge.ts';
import { scheme } from './image-id.ts';
import type { SliceGeometry } from './slice-geometry.ts';

/** One image as the viewports know it. */
export interface ViewportImage {
  /** Of `imageIdOf`. */
  readonly id: string;
  readonly geometry: SliceGeometry;
  /** The edge that is held at that of the viewport when the image is fitted; absent for its middle. */
  readonly wall?: ImageEdge | undefined;
}

interface KnownImage {
  readonly modality: string;
  readonly geometry: SliceGeometry;
  /** Viewports that show its stack. */
  users: number;
}

const images = new Map<string, KnownImage>();
let registered = false;
let nextLoader: unknown = null;

/** Makes the images of a stack known. @returns the function that forgets them */
export function registerImages(modality: string, stack: readonly ViewportImage[]): () => void {
  if (!registered) metaData.addProvider(provide, 10_000);
  registered = true;
  for (const { id, geometry } of stack) {
    const users = (images.get(id)?.users ?? 0) + 1;
    images.set(id, { modality, geometry, users });
  }
  return () => {
    for (const { id } of stack) {
      const known = images.get(id);
      if (known && --known.users < 1) images.delete(id);
    }
  };
}

/**
 * Runs something that makes Cornerstone ask for an images loader, and hands it this one: Cornerstone asks by image, and
 * the same image may be open in several viewports.
 */
export function withLoader<T>(loader: unknown, action: () => T): T {
  nextLoader = loader;
  try {
    return action();
  } finally {
    nextLoader = null;
  }
}

let makeFallback: () => unknown = () => null;

/** Says what loads images for viewports that are not ours: Cornerstone's magnifying glass opens one. */
export function loadOthersBy(make: () => unknown): void {
  makeFallback = make;
}

function provide(type: string, imageId: unknown): unknown {
  if (typeof imageId !== 'string' || !imageId.startsWith(`${scheme}:`)) return undefined;
  const image = images.get(imageId);
  if (!image) return undefined;
  if (type === 'imagePlaneModule') return imagePlane(image.geometry);
  if (type === 'imagePixelModule') return imagePixel();
  if (type === 'generalSeriesModule') return { modality: image.modality };
  if (type === 'imageRetrieveConfiguration') return { create: () => nextLoader ?? makeFallback() };
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

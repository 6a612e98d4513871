// A shutter painted into a picture that is made of an image: a thumbnail, or what is exported.
import type { Shutter } from '@strata/protocol/manifest';
import type { SliceGeometry } from '../viewport/slice-geometry.ts';
import { shutterColour, shutterPaths } from './shutter-paths.ts';

/**
 * Covers what is hidden. The context's transformation leads from pixels of the image to the picture; what lies beside
 * the image is left alone. An overlay that hides is not painted.
 */
export function paintShutter(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  shutter: Shutter,
  geometry: SliceGeometry,
): void {
  context.save();
  context.beginPath();
  context.rect(0, 0, geometry.columns, geometry.rows);
  context.clip();
  context.fillStyle = `rgb(${shutterColour(shutter).join(' ')})`;
  for (const path of shutterPaths(shutter, geometry)) context.fill(new Path2D(path), 'evenodd');
  context.restore();
}

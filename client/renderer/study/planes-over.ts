// Which overlay planes of a slice are drawn over it and which cover it as its shutter, and the picture that they make.
import type { OverlayPlane } from '@strata/protocol/overlays';
import { shutterColour } from '../presenting/shutter-paths.ts';
import { paintOverlays, paintPlane } from './overlay-picture.ts';
import type { Slice } from './stack.ts';
import type { ViewerModel } from './viewer-model.ts';

interface PlanesOver {
  readonly drawn: readonly OverlayPlane[];
  readonly hiding: OverlayPlane | undefined;
  /** Red, green and blue of what is hidden. */
  readonly colour: readonly [number, number, number];
}

/** What of the planes is seen in a viewport as it is now; null for nothing. */
export function planesOver(
  { overlays, shutters }: ViewerModel,
  slice: Slice,
  planes: readonly OverlayPlane[],
): PlanesOver | null {
  const own = shutters.ofImage(slice.presentation);
  const covering = shutters.covering(slice.presentation);
  const drawn = overlays.shown.value ? planes.filter(({ group }) => group !== own?.overlay) : [];
  const hiding = planes.find(({ group }) => group === covering?.overlay);
  if (drawn.length === 0 && !hiding) return null;
  return { drawn, hiding, colour: covering ? shutterColour(covering) : [0, 0, 0] };
}

/** A picture of the image's size, transparent where nothing lies. */
export function pictureOf({ drawn, hiding, colour }: PlanesOver, width: number, height: number): ImageData {
  const picture = new ImageData(width, height);
  if (hiding) paintPlane(hiding, colour, picture.data, width, height);
  paintOverlays(drawn, picture.data, width, height);
  return picture;
}

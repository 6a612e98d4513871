// The overlay planes over the image: painted once a slice, moved with the image by the browser.
import { useEffect, useRef } from 'preact/hooks';
import { shutterColour } from '../presenting/shutter-paths.ts';
import { paintOverlays, paintPlane } from './overlay-picture.ts';
import type { ViewerModel } from './viewer-model.ts';

export function OverlayCanvas({ viewer }: { viewer: ViewerModel }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const series = viewer.series.value;
  const index = viewer.shown.value?.index;
  const slice = index === undefined ? null : (series?.stack.slices[index] ?? null);
  const { overlays } = viewer;
  useEffect(() => overlays.show(slice), [overlays, slice]);
  const { planes } = overlays.overlays.value;
  const { width = 0, height = 0 } = slice?.format ?? {};
  const own = slice && viewer.shutters.ofImage(slice.presentation);
  const covering = slice && viewer.shutters.covering(slice.presentation);
  const drawn = overlays.shown.value ? planes.filter(({ group }) => group !== own?.overlay) : [];
  const hiding = planes.find(({ group }) => group === covering?.overlay);
  const visible = drawn.length + (hiding ? 1 : 0) > 0 && slice !== null;
  useEffect(() => {
    const context = visible ? canvas.current?.getContext('2d') : null;
    if (!context) return;
    const picture = context.createImageData(width, height);
    if (hiding && covering) paintPlane(hiding, shutterColour(covering), picture.data, width, height);
    paintOverlays(drawn, picture.data, width, height);
    context.putImageData(picture, 0, 0);
  }, [visible, planes, overlays.shown.value, hiding, width, height]);
  if (!visible) return null;
  const place = viewer.imagePlace.value;
  return (
    <canvas
      ref={canvas}
      class="overlay-planes"
      width={width}
      height={height}
      style={{
        transform: place ? `matrix(${place.join(',')})` : 'scale(0)',
        // Enlarged, points stay points; made smaller, thin lines must not fall between the pixels.
        imageRendering: viewer.zoom.value >= 1 ? 'pixelated' : 'auto',
      }}
    />
  );
}

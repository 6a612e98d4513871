// The overlay planes over the image: painted once a slice, moved with the image by the browser.
import { useEffect, useRef } from 'preact/hooks';
import { paintOverlays } from './overlay-picture.ts';
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
  const visible = overlays.shown.value && planes.length > 0 && slice !== null;
  useEffect(() => {
    const context = visible ? canvas.current?.getContext('2d') : null;
    if (!context) return;
    const picture = context.createImageData(width, height);
    paintOverlays(planes, picture.data, width, height);
    context.putImageData(picture, 0, 0);
  }, [visible, planes, width, height]);
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

// The overlay planes over the image: painted once a slice, moved with the image by the browser.
import { useEffect, useRef } from 'preact/hooks';
import { pictureOf, planesOver } from './planes-over.ts';
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
  const layers = slice && planesOver(viewer, slice, planes);
  const visible = layers !== null;
  useEffect(() => {
    const context = visible ? canvas.current?.getContext('2d') : null;
    if (context && layers) context.putImageData(pictureOf(layers, width, height), 0, 0);
  }, [visible, planes, overlays.shown.value, layers?.hiding, width, height]);
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

// The colours over the image of one viewport, with the legend that says what they are.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ViewerModel } from '../study/viewer-model.ts';
import { colourTable } from './colour-tables.ts';
import { FusionLegend } from './fusion-legend.tsx';
import type { FusionModel } from './fusion-model.ts';
import { paintColours } from './paint.ts';
import { picturePlane } from './picture-plane.ts';
import { resample } from './resample.ts';

/** CSS pixels per pixel of the colours: emission images are far coarser than the screen. */
const step = 2;

export function FusionCanvas({ viewer, fusion }: { viewer: ViewerModel; fusion: FusionModel }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const index = viewer.shown.value?.index;
  const slice = index === undefined ? undefined : viewer.series.value?.stack.slices[index];
  const part = fusion.partOf(slice);
  const place = viewer.imagePlace.value;
  const { lower, upper } = fusion.range;
  const version = fusion.version.value;
  const [opacity, table] = [fusion.opacity.value, fusion.table.value];
  useEffect(() => {
    const parent = canvas.current?.parentElement;
    if (!parent) return;
    const { clientWidth: width, clientHeight: height } = parent;
    if (width !== size.width || height !== size.height) setSize({ width, height });
  });
  useEffect(() => {
    const context = part === 'fused' ? canvas.current?.getContext('2d') : null;
    const volume = fusion.volume;
    const plane = slice && place && picturePlane(slice.geometry, place, size, step);
    if (!context || !volume || !plane || plane.width * plane.height === 0) return;
    const values = new Float32Array(plane.width * plane.height);
    resample(volume, plane, values);
    const picture = context.createImageData(plane.width, plane.height);
    paintColours(values, { lower, upper }, colourTable(table), opacity, picture.data);
    context.putImageData(picture, 0, 0);
  }, [part, slice, place, size, version, opacity, table, lower, upper]);
  if (part === 'none' || part === 'itself') return null;
  return (
    <>
      <canvas
        ref={canvas}
        class="fusion-colours"
        data-export="layer"
        data-fused={part === 'fused' && isFilled(fusion)}
        width={Math.ceil(size.width / step)}
        height={Math.ceil(size.height / step)}
        style={{
          width: `${size.width}px`,
          height: `${size.height}px`,
          visibility: part === 'fused' ? 'visible' : 'hidden',
        }}
      />
      <FusionLegend fusion={fusion} part={part} below={viewer.series.value} size={size} />
    </>
  );
}

function isFilled({ filled }: FusionModel): boolean {
  const { full, of } = filled.value;
  return of > 0 && full === of;
}

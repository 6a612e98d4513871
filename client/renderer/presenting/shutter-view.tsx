// The shutter over the pixels of a viewport and below what is drawn on them, wherever the image lies.
import type { ViewerModel } from '../study/viewer-model.ts';
import { shutterColour, shutterPaths } from './shutter-paths.ts';

export function ShutterView({ viewer }: { viewer: ViewerModel }) {
  const index = viewer.shown.value?.index;
  const slice = index === undefined ? undefined : viewer.series.value?.stack.slices[index];
  const shutter = slice && viewer.shutters.covering(slice.presentation);
  const place = viewer.imagePlace.value;
  if (!slice || !shutter || !place) return null;
  const { columns, rows } = slice.geometry;
  const colour = `rgb(${shutterColour(shutter).join(' ')})`;
  return (
    <svg class="shutter" aria-hidden="true" data-export="layer">
      <g transform={`matrix(${place.join(' ')})`}>
        <svg width={columns} height={rows} overflow="hidden" aria-hidden="true">
          {shutterPaths(shutter, slice.geometry).map((path) => (
            <path key={path} d={path} fill={colour} fill-rule="evenodd" />
          ))}
        </svg>
      </g>
    </svg>
  );
}

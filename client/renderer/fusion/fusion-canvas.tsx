// The colours over the image of one viewport.
import { useMemo } from 'preact/hooks';
import type { ViewerModel } from '../study/viewer-model.ts';
import { FusionLayer, type FusionLayerProps } from './fusion-layer.tsx';
import type { FusionModel } from './fusion-model.ts';
import { picturePlane } from './picture-plane.ts';

export function FusionCanvas({ viewer, fusion }: { viewer: ViewerModel; fusion: FusionModel }) {
  const index = viewer.shown.value?.index;
  const series = viewer.series.value;
  const slice = index === undefined ? undefined : series?.stack.slices[index];
  const place = viewer.imagePlace.value;
  const planeOf = useMemo<FusionLayerProps['planeOf']>(
    () => (slice && place ? (size, step) => picturePlane(slice.geometry, place, size, step) : null),
    [slice, place],
  );
  return (
    <FusionLayer
      fusion={fusion}
      part={fusion.partOf(slice)}
      below={series}
      planeOf={planeOf}
      legend="whole"
    />
  );
}

// The colours over one plane through a volume.
import { useMemo } from 'preact/hooks';
import { FusionLayer, type FusionLayerProps } from '../fusion/fusion-layer.tsx';
import type { FusionModel } from '../fusion/fusion-model.ts';
import type { Plane } from '../viewport/plane-ids.ts';
import type { PlaneLook } from '../viewport/volume-views.ts';
import type { ReformatModel } from './reformat-model.ts';

interface PlaneFusionProps {
  readonly reformat: ReformatModel;
  readonly fusion: FusionModel;
  readonly plane: Plane;
}

export function PlaneFusion({ reformat, fusion, plane }: PlaneFusionProps) {
  const series = reformat.series.value;
  const look = reformat.looks.value[plane];
  const planeOf = useMemo(() => (look ? planeOfLook(look) : null), [look]);
  const millimetres = reformat.slab.value;
  return (
    <FusionLayer
      fusion={fusion}
      part={look ? fusion.partOf(series?.stack.slices[0]) : 'none'}
      below={series}
      planeOf={planeOf}
      slab={millimetres > 0 ? { millimetres, kind: reformat.kind.value } : null}
      legend={plane === 'axial' ? 'whole' : 'line'}
    />
  );
}

function planeOfLook({ origin, right, down, scale }: PlaneLook): FusionLayerProps['planeOf'] {
  return ({ width, height }, step) => {
    const pixel = step / scale;
    const way = ([x, y, z]: PlaneLook['right'], by: number) => [x * by, y * by, z * by] as const;
    const [a, b] = [way(right, pixel / 2), way(down, pixel / 2)];
    return {
      width: Math.ceil(width / step),
      height: Math.ceil(height / step),
      origin: [origin[0] + a[0] + b[0], origin[1] + a[1] + b[1], origin[2] + a[2] + b[2]],
      right: way(right, pixel),
      down: way(down, pixel),
    };
  };
}

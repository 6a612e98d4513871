// The colours over one picture, wherever its pixels lie in the patient, with the legend that says what they are.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { StudySeries } from '../study/study-model.ts';
import { colourTable } from './colour-tables.ts';
import { FusionLegend } from './fusion-legend.tsx';
import type { FusionModel, FusionPart } from './fusion-model.ts';
import { paintColours } from './paint.ts';
import { type PicturePlane, resampleSlab, type Slab } from './resample.ts';
import './fusion.css';

/** CSS pixels per pixel of the colours: emission images are far coarser than the screen. */
const step = 2;

export interface FusionLayerProps {
  readonly fusion: FusionModel;
  readonly part: FusionPart;
  /** The series below the colours. */
  readonly below: StudySeries | null;
  /** Where the pixels of a picture that covers a place of a size in CSS pixels lie; the same function for the same place. */
  readonly planeOf: ((size: Size, step: number) => PicturePlane | null) | null;
  readonly slab?: Slab | null;
  /** A single line where there is no room. */
  readonly legend: 'whole' | 'line';
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export function FusionLayer({ fusion, part, below, planeOf, slab = null, legend }: FusionLayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
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
    const plane = planeOf?.(size, step);
    if (!context || !volume || !plane || plane.width * plane.height === 0) return;
    const values = resampleSlab(volume, plane, slab);
    const picture = context.createImageData(plane.width, plane.height);
    paintColours(values, { lower, upper }, colourTable(table), opacity, picture.data);
    context.putImageData(picture, 0, 0);
  }, [part, planeOf, size, version, opacity, table, lower, upper, slab?.millimetres, slab?.kind]);
  if (part === 'none' || part === 'itself') return null;
  const visibility = part === 'fused' ? 'visible' : 'hidden';
  return (
    <>
      <canvas
        ref={canvas}
        class="fusion-colours"
        data-export="layer"
        data-fused={part === 'fused' && isFilled(fusion)}
        width={Math.ceil(size.width / step)}
        height={Math.ceil(size.height / step)}
        style={{ width: `${size.width}px`, height: `${size.height}px`, visibility }}
      />
      <FusionLegend fusion={fusion} part={part} below={below} size={size} extent={legend} />
    </>
  );
}

function isFilled({ filled }: FusionModel): boolean {
  const { full, of } = filled.value;
  return of > 0 && full === of;
}

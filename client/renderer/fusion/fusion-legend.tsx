// On the image: which series lies over which, how strong, and which colour is which value.
import { displayNumber } from '../format/quantities.ts';
import type { StudySeries } from '../study/study-model.ts';
import { suvNames } from '../study/suv-values.ts';
import { valueUnit } from '../study/value-unit.ts';
import { volumeTexts } from '../words/volumes.ts';
import { colourTable } from './colour-tables.ts';
import type { FusionModel, FusionPart } from './fusion-model.ts';

interface LegendProps {
  readonly fusion: FusionModel;
  readonly part: FusionPart;
  /** The series below the colours. */
  readonly below: StudySeries | null;
  readonly size: { readonly width: number; readonly height: number };
  /** A single line where there is no room. */
  readonly extent: 'whole' | 'line';
}

const bar = { width: 10, height: 120, top: 116, right: 14 };
const line = 16;

/** Drawn with what it says of itself, so that it goes along where the picture is exported. */
export function FusionLegend({ fusion, part, below, size, extent }: LegendProps) {
  const over = fusion.over.value;
  const texts = volumeTexts.value;
  if (!over || size.width === 0) return null;
  const { lower, upper } = fusion.range;
  const suv = over.stack.suv && 'kind' in over.stack.suv ? suvNames[over.stack.suv.kind] : null;
  const left = size.width - bar.right - bar.width;
  const bottom = bar.top + bar.height;
  const isWhole = part === 'fused' && extent === 'whole';
  const all =
    part === 'fused'
      ? [
          texts.over(nameOf(over), Math.round(fusion.opacity.value * 100)),
          below ? texts.below(nameOf(below)) : '',
          suv ? `${suv.name} (${suv.unit})` : unitOf(over) || texts.noScale,
        ]
      : [texts.notFused(nameOf(over))];
  const lines = extent === 'whole' ? all : all.slice(0, 1);
  const top = isWhole ? bottom : extent === 'whole' ? bar.top : 0;
  return (
    <svg
      class="fusion-legend"
      data-export="layer"
      width={size.width}
      height={size.height}
      role="img"
      aria-label={lines.join(', ')}
    >
      {isWhole && (
        <>
          <linearGradient id={`fusion-${fusion.table.value}`} x1="0" y1="1" x2="0" y2="0">
            {stops(fusion)}
          </linearGradient>
          <rect
            x={left}
            y={bar.top}
            width={bar.width}
            height={bar.height}
            fill={`url(#fusion-${fusion.table.value})`}
            stroke="#aab4bc"
            stroke-width="1"
          />
          <Words x={left - 6} y={bar.top + 9} text={`≥ ${displayNumber(upper)}`} />
          <Words x={left - 6} y={bottom} text={displayNumber(lower)} />
        </>
      )}
      {lines.map((text, at) => (
        <Words
          key={text}
          x={size.width - bar.right}
          y={top + line * (at + 1) + 2}
          text={text}
          colour={part === 'fused' ? '#d5dbe0' : '#ffb38a'}
        />
      ))}
    </svg>
  );
}

function stops(fusion: FusionModel) {
  const table = colourTable(fusion.table.value);
  return Array.from({ length: 17 }, (_, at) => {
    const entry = Math.min(255, at * 16) * 3;
    const colour = `rgb(${table[entry]} ${table[entry + 1]} ${table[entry + 2]})`;
    return <stop key={at} offset={`${(at / 16) * 100}%`} stop-color={colour} />;
  });
}

function Words({ x, y, text, colour = '#d5dbe0' }: { x: number; y: number; text: string; colour?: string }) {
  return (
    <text
      x={x}
      y={y}
      text-anchor="end"
      font-size="12"
      font-family="system-ui, sans-serif"
      fill={colour}
      stroke="#000"
      stroke-width="3"
      paint-order="stroke"
    >
      {text}
    </text>
  );
}

const unitOf = ({ stack: { slices }, manifest }: StudySeries): string =>
  slices[0] ? valueUnit(slices[0], manifest.modality) : '';

const nameOf = ({ manifest }: StudySeries): string =>
  [manifest.modality, manifest.description].filter(Boolean).join(' ');

// Figures as lines of text beside what was drawn.
import type { MeasuringTool } from '../viewport/primary-tool.ts';
import type { Figure } from './measure.ts';

/** What each tool draws, for people. */
export const drawnNames: Record<MeasuringTool, string> = {
  length: 'Length',
  angle: 'Angle',
  cobb: 'Cobb angle',
  ellipse: 'Ellipse',
  rectangle: 'Rectangle',
  freehand: 'Freehand',
  bidirectional: 'Long and short axis',
  arrow: 'Arrow',
  probe: 'Value',
};

/** A figure's number: lengths and angles with one decimal, small values with as many as they need. */
function figureNumber({ value, unit }: Figure): string {
  const places = Math.abs(value) >= 1 ? 1 : 2;
  const tiny = value !== 0 && Math.abs(value) < 0.01;
  const text = tiny ? value.toPrecision(2) : value.toFixed(places);
  return unit === 'mm' || unit === '°' ? text : String(Number(text));
}

/** The name of a figure; of a value that is some quantity, with that: 'SUVbw mean'. A plain value needs no more. */
export function figureName({ name, quantity }: Figure): string {
  if (!quantity) return name;
  return name === 'Value' ? quantity : `${quantity} ${name.toLowerCase()}`;
}

/** '52.3 mm', '31.0°'. */
export function figureText(figure: Figure): string {
  const { unit } = figure;
  return `${figureNumber(figure)}${unit === '°' || unit === '' ? unit : ` ${unit}`}`;
}

/** The figures as lines; a single one needs no name. */
export function figureLines(figures: readonly Figure[]): string[] {
  const [only, second] = figures;
  if (only && !second) return [only.quantity ? `${only.quantity} ${figureText(only)}` : figureText(only)];
  const [min, max] = ['Min', 'Max'].map((name) => figures.find((figure) => figure.name === name));
  const lines = figures
    .filter((figure) => figure !== min && figure !== max)
    .map((figure) => `${figureName(figure)} ${figureText(figure)}`);
  if (min && max) lines.push(`Min ${figureNumber(min)}  Max ${figureNumber(max)}`);
  return lines;
}

// Figures as lines of text beside what was drawn.

import type { MeasuringTool } from '../viewport/primary-tool.ts';
import { measuringTexts } from '../words/measuring.ts';
import { decimal, significant } from '../words/numbers.ts';
import type { Figure } from './measure.ts';

/** What a tool draws, for people. */
export function drawnName(tool: MeasuringTool): string {
  return measuringTexts.value.drawn[tool];
}

/** A figure's number: lengths and angles with one decimal, small values with as many as they need. */
function figureNumber({ value, unit }: Figure): string {
  const places = Math.abs(value) >= 1 ? 1 : 2;
  const tiny = value !== 0 && Math.abs(value) < 0.01;
  if (tiny) return significant(value, 2);
  return decimal(value, unit === 'mm' || unit === '°' ? places : 0, places);
}

/** The name of a figure; of a value that is some quantity, with that: 'SUVbw mean'. A plain value needs no more. */
export function figureName({ name, quantity }: Figure): string {
  const names: Readonly<Record<string, string>> = measuringTexts.value.figures;
  const said = names[name] ?? name;
  if (!quantity) return said;
  return name === 'Value' ? quantity : `${quantity} ${said.toLowerCase()}`;
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
  if (min && max) {
    lines.push(`${figureName(min)} ${figureNumber(min)}  ${figureName(max)} ${figureNumber(max)}`);
  }
  return lines;
}

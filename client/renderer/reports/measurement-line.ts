// A measurement as a line of a report: what it is, its figures, and on which image.

import type { Measurement } from '../measuring/measurement.ts';
import { figureLines } from '../measuring/words.ts';
import { commandTexts } from '../words/commands.ts';
import { reportTexts } from '../words/reports.ts';

/** `Length: 42.1 mm (CT 3, image 12)`. */
export function measurementLine({ tool, text, figures, place }: Measurement): string {
  const name = text || commandTexts.value.tools[tool];
  const said = figureLines(figures).join(', ');
  return `${said ? `${name}: ${said}` : name} (${placeText(place)})`;
}

/** `CT 3, image 12`. */
export function placeText({ series, index }: Pick<Measurement['place'], 'series' | 'index'>): string {
  const { modality, number } = series.manifest;
  return `${[modality, number].filter((part) => part !== null && part !== '').join(' ')}, ${reportTexts.value.imageNumber(index + 1)}`;
}

// What was saved of a measurement stands for what cannot be measured yet; and what others have measured is said.
import type { SavedMeasurement } from '@strata/protocol/saved-measurements';
import { savedMeasurementTexts } from '../words/saved-measurements.ts';
import type { Figure } from './measure.ts';
import type { Measured } from './measurement.ts';
import { figureName, figureText } from './words.ts';

/** What was saved of something drawn. */
export interface Remembered {
  readonly saved: SavedMeasurement;
  /** Saved by this program, whose figures are measured alike; another's are only told. */
  readonly by: 'us' | 'others';
}

/** Figures of others that differ less from ours are not told beside them. */
const SAME = 0.005;

/** What was measured, with what was saved of the same drawing. */
export function rememberedFigures(fresh: Measured, remembered: Remembered | undefined): Measured {
  if (!remembered || !isSameDrawing(fresh, remembered.saved)) return fresh;
  const { saved, by } = remembered;
  if (by === 'others') {
    const stated = statedOtherwise(saved.figures, fresh.figures);
    const note = [fresh.note, stated].filter(Boolean).join('; ');
    return stated ? { ...fresh, note } : fresh;
  }
  const isWhole = saved.figures.length >= fresh.figures.length && saved.figures.length > 0;
  return fresh.provisional && isWhole ? { ...fresh, figures: saved.figures, provisional: null } : fresh;
}

function isSameDrawing({ points }: Measured, saved: SavedMeasurement): boolean {
  if (saved.space) return true;
  return (
    points.length === saved.points.length &&
    points.every(
      ({ x, y }, at) =>
        Math.abs(x - (saved.points[at]?.[0] ?? 0)) < 1e-2 &&
        Math.abs(y - (saved.points[at]?.[1] ?? 0)) < 1e-2,
    )
  );
}

/** Figures that are stated and are not what is measured here. */
function statedOtherwise(stated: readonly Figure[], own: readonly Figure[]): string {
  const others = stated.filter((figure) => {
    const same = own.find(({ name, unit }) => name === figure.name && unit === figure.unit);
    return !same || Math.abs(same.value - figure.value) > Math.abs(figure.value) * SAME;
  });
  if (others.length === 0) return '';
  const figures = others.map((figure) => `${figureName(figure)} ${figureText(figure)}`).join(', ');
  return savedMeasurementTexts.value.stated(figures);
}

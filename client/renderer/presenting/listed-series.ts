// Which series are listed: those that only hold key images or presentation states are seen where they are used.
import type { StudySeries } from '../study/study-model.ts';

/** Key Object Selection Document; Grayscale, Color and XA/XRF Grayscale Softcopy Presentation State (PS3.4 B.5). */
const usedElsewhere = new Set([
  '1.2.840.10008.5.1.4.1.1.88.59',
  '1.2.840.10008.5.1.4.1.1.11.1',
  '1.2.840.10008.5.1.4.1.1.11.2',
  '1.2.840.10008.5.1.4.1.1.11.5',
]);

export function listedSeries(series: readonly StudySeries[]): readonly StudySeries[] {
  return series.filter(
    ({ stack, manifest: { instances } }) =>
      stack.slices.length > 0 ||
      instances.length === 0 ||
      instances.some(({ sopClassUid }) => !usedElsewhere.has(sopClassUid)),
  );
}

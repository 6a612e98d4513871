// What is looked at: the planes through a volume while they stand in the place of the viewports, else the active viewport.
import type { PageModels } from './page-models.ts';
import type { Slice } from './stack.ts';
import type { StudySeries } from './study-model.ts';

type Looked = Pick<PageModels, 'reformat' | 'viewer'>;

function seriesInSight({ reformat, viewer }: Looked): StudySeries | null {
  return reformat.series.value ?? viewer.series.value;
}

/** Its modality; '' where nothing is shown. */
export function modalityInSight(page: Looked): string {
  return seriesInSight(page)?.manifest.modality ?? '';
}

/** The image whose windows are offered: the one that is shown, or the middle one of a volume. */
export function sliceInSight({ reformat, viewer }: Looked): Slice | undefined {
  const slices = reformat.series.value?.stack.slices;
  return slices ? slices[Math.floor(slices.length / 2)] : viewer.slice;
}

/** What makes greys of values there. */
export function tonesInSight({
  reformat,
  viewer,
}: Looked): PageModels['viewer']['tones'] | PageModels['reformat']['tones'] {
  return reformat.series.value ? reformat.tones : viewer.tones;
}

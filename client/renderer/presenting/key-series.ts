// The key images of a study as series of their own, one for each modality, to be looked at like any other.
import type { Slice } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';

const prefix = 'key-images ';

/** Whether a series is one of these. */
export function isKeySeries({ manifest }: StudySeries): boolean {
  return manifest.uid.startsWith(prefix);
}

/**
 * The marked images of the series, in their order.
 * @param name what such a series is called
 */
export function keySeriesOf(
  series: readonly StudySeries[],
  isKey: (slice: Slice) => boolean,
  name: string,
): StudySeries[] {
  const byModality = new Map<string, { first: StudySeries; slices: Slice[] }>();
  for (const one of series) {
    const slices = one.stack.slices.filter(isKey);
    if (slices.length === 0) continue;
    const known = byModality.get(one.manifest.modality) ?? { first: one, slices: [] };
    known.slices.push(...slices);
    byModality.set(one.manifest.modality, known);
  }
  return [...byModality].map(([modality, { first, slices }]) => ({
    ...first,
    manifest: {
      ...first.manifest,
      uid: `${prefix}${modality}`,
      number: null,
      description: name,
      instances: [],
    },
    stack: { ...first.stack, slices, documents: [] },
  }));
}

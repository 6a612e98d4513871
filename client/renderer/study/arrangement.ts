// What a study page shows, as plain data, so that a page that died comes back as it was.

import type { GridModel } from '../grid/grid-model.ts';
import { layoutOf } from '../grid/layouts.ts';
import type { LeftSeries, SeriesMemory } from '../grid/series-memory.ts';
import type { PriorsModel } from '../priors/priors-model.ts';
import type { StudyModel, StudySeries } from './study-model.ts';

/** A viewport's series, by the study that it is of, and how it is looked at. */
interface ShownSeries {
  readonly study: string;
  readonly series: string;
  readonly left: LeftSeries;
}

export interface Arrangement {
  readonly rows: number;
  readonly columns: number;
  readonly active: number;
  /** Row by row; null for an empty one. */
  readonly viewports: readonly (ShownSeries | null)[];
}

/** The arrangement at hand; reads every signal that it is made from. */
export function arrangementOf({ layout, activeIndex, viewers }: GridModel): Arrangement {
  const { rows, columns } = layout.value;
  return {
    ...{ rows, columns, active: activeIndex.value },
    viewports: viewers.value.map((viewer) => {
      const series = viewer.series.value;
      const left = viewer.left;
      return series && { study: series.study.uid, series: series.manifest.uid, left };
    }),
  };
}

/** What was kept, if it can be read; a page whose memory makes no sense opens as for the first time. */
export function readArrangement(kept: unknown): Arrangement | null {
  if (typeof kept !== 'object' || kept === null) return null;
  const { rows, columns, active, viewports } = kept as Partial<Record<keyof Arrangement, unknown>>;
  const size = (value: unknown): value is number => value === 1 || value === 2 || value === 3;
  if (!size(rows) || !size(columns) || typeof active !== 'number' || !Array.isArray(viewports)) return null;
  return { rows, columns, active, viewports: viewports.slice(0, rows * columns).map(readShown) };
}

function readShown(value: unknown): ShownSeries | null {
  const { study, series, left } = (value ?? {}) as Partial<Record<keyof ShownSeries, unknown>>;
  if (typeof study !== 'string' || typeof series !== 'string') return null;
  const { index, tones, turn } = (left ?? {}) as Partial<LeftSeries>;
  if (!Number.isInteger(index) || typeof tones !== 'object' || typeof turn !== 'object') return null;
  const { window, lut, inverted } = tones;
  const numbers = [window?.centre ?? 0, window?.width ?? 1, lut?.index ?? 0, turn.rotation];
  if (!numbers.every(Number.isFinite)) return null;
  return {
    ...{ study, series },
    left: {
      index: Math.max(0, index ?? 0),
      tones: { window: window ?? null, lut: lut ?? null, inverted: inverted === true },
      turn: { rotation: turn.rotation, mirrored: turn.mirrored === true },
    },
  };
}

interface RestoreInto {
  readonly study: StudyModel;
  readonly grid: GridModel;
  readonly priors: PriorsModel;
  readonly memory: SeriesMemory;
}

/** Brings an arrangement back, as far as its series are still there. Throws what opening other studies throws. */
export async function restore(
  kept: Arrangement,
  { study, grid, priors, memory }: RestoreInto,
): Promise<void> {
  const find = async (shown: ShownSeries | null): Promise<StudySeries | null> => {
    if (!shown) return null;
    const of = shown.study === study.uid ? study : await priors.openStudy(shown.study);
    return of.series.peek().find(({ manifest }) => manifest.uid === shown.series) ?? null;
  };
  const series = await Promise.all(kept.viewports.map(find));
  grid.hang(layoutOf(kept.rows, kept.columns), series, (viewer, one, at) => {
    // A series may be in several viewports, in each at an image of its own.
    const left = kept.viewports[at]?.left;
    if (left) memory.set(one.manifest.uid, left);
    viewer.openSeries(one);
  });
  grid.activate(kept.active);
}

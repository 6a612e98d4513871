// Where an image that a report names is among the series of the page, and which viewport shows it.
import type { GridModel } from '../grid/grid-model.ts';
import { layoutFor } from '../grid/layouts.ts';
import type { StudySeries } from '../study/study-model.ts';

/** An image that is named, and which of its frames. */
interface NamedFrames {
  readonly sopInstanceUid: string;
  readonly frames: readonly number[];
}

export interface ImageFound {
  readonly series: StudySeries;
  /** Of the slice in its series' stack. */
  readonly index: number;
}

/** The image that an object names, its first frame where it names several; null when the page has no such series. */
export function imageOf(named: NamedFrames, all: readonly StudySeries[]): ImageFound | null {
  const frame = named.frames[0] ?? 1;
  for (const series of all) {
    const index = series.stack.slices.findIndex(
      ({ instanceUid, frameNumber }) => instanceUid === named.sopInstanceUid && frameNumber === frame,
    );
    if (index >= 0) return { series, index };
  }
  return null;
}

/** Shows it in a viewport that shows images: what is read stays where it is. */
export function showImage({ series, index }: ImageFound, grid: GridModel): void {
  grid.openAt(series, index, viewportFor(series, grid));
}

/** The viewport that has the series already, else the active one or the next that does not hold a document. */
function viewportFor(series: StudySeries, grid: GridModel): number {
  const places = () => grid.viewers.peek().map((viewer) => viewer.series.peek());
  const same = places().findIndex((one) => one?.manifest.uid === series.manifest.uid);
  if (same >= 0) return same;
  const holdsDocument = (one: StudySeries | null | undefined) => one?.stack.slices.length === 0;
  const active = grid.activeIndex.peek();
  if (!holdsDocument(places()[active])) return active;
  const free = places().findIndex((one) => !holdsDocument(one));
  if (free >= 0) return free;
  const count = places().length;
  grid.setLayout(layoutFor(count + 1));
  return Math.min(count, places().length - 1);
}

// Images that are hung by their side and view, as mammograms are: which goes where, and what then becomes of the layout.
import { type Layout, layoutFor, layoutOf } from '../grid/layouts.ts';
import type { Slice } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';
import { isWished, type Placed, withImages } from './match.ts';
import type { Protocol, SeriesWish } from './protocol.ts';

/** Viewports, row by row, with what each shows; null for one that stays empty. */
export interface Arranged {
  readonly layout: Layout;
  readonly placed: readonly (Placed | null)[];
}

const forProcessing = '1.2.840.10008.5.1.4.1.1.1.2.1';

/** Whether a protocol asks for images by their side or view. */
export function asksForViews({ viewports }: Protocol): boolean {
  return viewports.some(isView);
}

const isView = ({ laterality, view }: SeriesWish): boolean => laterality !== undefined || view !== undefined;

/**
 * Images as a protocol asks for them. Rows and columns that stay empty go; where two images or one are left, the prior's of
 * the same views stand beside. Null when no image says what it is.
 */
export function arrangedViews(
  protocol: Protocol,
  current: readonly StudySeries[],
  prior: readonly StudySeries[],
): Arranged | null {
  const { rows, columns } = protocol.layout;
  const studies = { current: withImages(current), prior: withImages(prior) };
  const taken = new Set<Slice>();
  const place: Place = (wish) => (wish ? placedOf(wish, studies[wish.study], taken) : null);
  const wishes = Array.from({ length: rows * columns }, (_, at) => protocol.viewports[at]);
  const cells = wishes.map((wish) => ({ wish, placed: place(wish) }));
  if (cells.every(({ placed }) => placed === null)) return null;
  fillWithOthers(cells, protocol, studies.current);
  const lines = Array.from({ length: rows }, (_, row) => cells.slice(row * columns, (row + 1) * columns));
  const full = lines.filter((line) => line.some(({ placed }) => placed));
  const isUsed = (column: number) => full.some((line) => line[column]?.placed);
  const tight = full.map((line) => line.filter((_, column) => isUsed(column)));
  const isPair = tight.flat().length <= 2 && protocol.viewports.every(({ study }) => study === 'current');
  const before = isPair ? tight.map((line) => line.map(({ wish }) => priorCell(wish, place))) : [];
  if (before.flat().some(({ placed }) => placed)) return gridOf(besides(tight, before));
  // Screens are wide, and views one above the other would be small.
  return gridOf(tight.every((line) => line.length === 1) ? [tight.flat()] : tight);
}

/** Whether more could be hung than the study at hand has: there is room for the prior's images of the same views. */
export function hasRoomForPrior(protocol: Protocol, { placed }: Arranged): boolean {
  return asksForViews(protocol) && placed.length <= 2 && placed.some((one) => one?.image !== undefined);
}

interface Cell {
  readonly wish: SeriesWish | undefined;
  placed: Placed | null;
}

type Place = (wish: SeriesWish | undefined) => Placed | null;

function priorCell(wish: SeriesWish | undefined, place: Place): Cell {
  return { wish, placed: wish ? place({ ...wish, study: 'prior' }) : null };
}

/** The prior's under the present ones where these stand side by side, else beside them. */
function besides(now: readonly Cell[][], before: readonly Cell[][]): Cell[][] {
  const isRow = now.length === 1 && (now[0]?.length ?? 0) > 1;
  return isRow ? [...now, ...before] : now.map((line, row) => [...line, ...(before[row] ?? [])]);
}

function gridOf(lines: readonly Cell[][]): Arranged {
  const [rows, columns] = [lines.length, lines[0]?.length ?? 1];
  const placed = lines.flat().map((cell) => cell.placed);
  const exact = layoutOf(rows, columns);
  const layout = exact.rows === rows && exact.columns === columns ? exact : layoutFor(placed.length);
  return { layout, placed };
}

/** Series of the protocol's modality whose images do not say what they are take places that would stay empty. */
function fillWithOthers(cells: readonly Cell[], protocol: Protocol, current: readonly StudySeries[]): void {
  const wanted = protocol.for.modality?.toUpperCase();
  const silent = current.filter(
    ({ manifest, stack }) =>
      manifest.modality === wanted && !stack.slices.some(({ presentation }) => presentation.viewPosition),
  );
  for (const cell of cells) {
    const series = cell.placed ? undefined : silent.shift();
    if (series) cell.placed = { series };
  }
}

/** The plainest image that a wish fits, not taken yet: not magnified, made for looking at, one rather than a stack. */
function placedOf(wish: SeriesWish, series: readonly StudySeries[], taken: Set<Slice>): Placed | null {
  let best: { series: StudySeries; image: number; slice: Slice; rank: number } | null = null;
  for (const one of series.filter((each) => isWished(each, wish))) {
    const classes = new Map(one.manifest.instances.map(({ uid, sopClassUid }) => [uid, sopClassUid]));
    for (const [image, slice] of one.stack.slices.entries()) {
      if (slice.frameNumber !== 1 || taken.has(slice)) continue;
      const rank = rankOf(slice, wish, classes.get(slice.instanceUid) === forProcessing);
      if (rank !== null && rank < (best?.rank ?? Number.POSITIVE_INFINITY)) {
        best = { series: one, image, slice, rank };
      }
    }
  }
  if (!best) return null;
  taken.add(best.slice);
  return { series: best.series, image: best.image, window: wish.window };
}

/** How well an image fits a wish, 0 best; null for not at all. */
function rankOf({ presentation, frames }: Slice, wish: SeriesWish, isRaw: boolean): number | null {
  const { laterality = '', viewPosition = '', viewModified = false } = presentation;
  const views = wish.view?.split(',').map((one) => one.trim().toUpperCase());
  const nth = views ? views.indexOf(viewPosition.toUpperCase()) : 0;
  if (nth < 0 || (wish.laterality ?? laterality).trim().toUpperCase() !== laterality) return null;
  return nth * 8 + (viewModified ? 4 : 0) + (isRaw ? 2 : 0) + (frames > 1 ? 1 : 0);
}

// Which protocol a study opens with, and which of its series goes into which viewport.
import type { StudySeries } from '../study/study-model.ts';
import type { Protocol, SeriesWish } from './protocol.ts';

/** What a viewport shows. */
export interface Placed {
  readonly series: StudySeries;
  /** Which of its images comes first; from 0. Absent for where the series was left, or its first. */
  readonly image?: number;
  /** Name of a window preset; absent for the image's own. */
  readonly window?: string | undefined;
}

const contains = (text: string, part: string | undefined): boolean =>
  part === undefined || text.toLowerCase().includes(part.trim().toLowerCase());

const sameModality = (one: string, wanted: string | undefined): boolean =>
  wanted === undefined || wanted.trim() === '' || one.toUpperCase() === wanted.trim().toUpperCase();

/** The protocol that says most of what fits the study; of equals the first. Null when none fits. */
export function protocolFor(protocols: readonly Protocol[], series: readonly StudySeries[]): Protocol | null {
  const fitting = protocols.filter((protocol) => series.some((one) => fits(one, protocol.for)));
  const said = ({ for: what }: Protocol) => Object.values(what).filter((text) => text.trim() !== '').length;
  return fitting.reduce<Protocol | null>(
    (best, one) => (best === null || said(one) > said(best) ? one : best),
    null,
  );
}

function fits(
  { manifest, study }: StudySeries,
  { modality, bodyPart, description }: Protocol['for'],
): boolean {
  return (
    sameModality(manifest.modality, modality) &&
    contains(manifest.bodyPart, bodyPart) &&
    contains(`${study.description} ${manifest.description}`, description)
  );
}

/** Whether a protocol wants a series of an earlier study. */
export function wantsPrior(protocol: Protocol): boolean {
  return protocol.viewports.some(({ study }) => study === 'prior');
}

/**
 * What each viewport shows, row by row: what is asked for, each once; viewports of which nothing is said take what is left
 * of the study at hand. Null for a viewport that stays empty.
 */
export function seriesFor(
  { layout: { rows, columns }, viewports }: Protocol,
  current: readonly StudySeries[],
  prior: readonly StudySeries[],
): (Placed | null)[] {
  const left = { current: withImages(current), prior: withImages(prior) };
  const take = (wish: SeriesWish): Placed | null => {
    const at = left[wish.study].findIndex((series) => isWished(series, wish));
    const [series] = at < 0 ? [] : left[wish.study].splice(at, 1);
    return series ? { series, window: wish.window } : null;
  };
  const asked = viewports.map(take);
  const next = (): Placed | null => {
    const series = left.current.shift();
    return series ? { series } : null;
  };
  return [...asked, ...Array.from({ length: rows * columns - asked.length }, next)];
}

/** Those that have images. */
export const withImages = (series: readonly StudySeries[]): StudySeries[] =>
  series.filter(({ stack }) => stack.slices.length > 0);

/** Whether a series is as a wish says, but for the side and the view of its images. */
export function isWished(
  { manifest }: StudySeries,
  { modality, description, bodyPart }: SeriesWish,
): boolean {
  return (
    sameModality(manifest.modality, modality) &&
    contains(manifest.description, description) &&
    contains(manifest.bodyPart, bodyPart)
  );
}

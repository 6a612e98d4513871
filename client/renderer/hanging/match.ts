// Which protocol a study opens with, and which of its series goes into which viewport.
import type { StudySeries } from '../study/study-model.ts';
import type { Protocol, SeriesWish } from './protocol.ts';

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
 * The series of each viewport, row by row: what is asked for, each once; viewports of which nothing is said take what
 * is left of the study at hand. Null for a viewport that stays empty.
 */
export function seriesFor(
  protocol: Protocol,
  current: readonly StudySeries[],
  prior: readonly StudySeries[],
): (StudySeries | null)[] {
  const left = { current: withImages(current), prior: withImages(prior) };
  const take = (wish: SeriesWish): StudySeries | null => {
    const at = left[wish.study].findIndex((series) => isWished(series, wish));
    return at < 0 ? null : (left[wish.study].splice(at, 1)[0] ?? null);
  };
  const asked = protocol.viewports.map(take);
  const { rows, columns } = protocol.layout;
  const rest = Array.from({ length: rows * columns - asked.length }, () => left.current.shift() ?? null);
  return [...asked, ...rest];
}

const withImages = (series: readonly StudySeries[]) => series.filter(({ stack }) => stack.slices.length > 0);

function isWished({ manifest }: StudySeries, { modality, description, bodyPart }: SeriesWish): boolean {
  return (
    sameModality(manifest.modality, modality) &&
    contains(manifest.description, description) &&
    contains(manifest.bodyPart, bodyPart)
  );
}

// What each level costs: bytes to show it, and time to go there from the level below.
import { spread } from '../statistics.ts';
import { measuredBy, type Row } from './report.ts';

export interface LevelCost {
  readonly level: number;
  readonly images: number;
  /** Share of all bytes that it takes to show the level, those below included: medians. */
  readonly strataBytes: number;
  readonly htj2kBytes: number | null;
  /** Time for this level after the one below, in shares of a full decode by the same codec: medians. */
  readonly strataTime: number;
  readonly htj2kTime: number | null;
  /** HTJ2K's time over Strata's for this level: median. */
  readonly faster: number | null;
}

const median = (values: readonly number[]): number | null =>
  values.length > 0 ? spread([...values]).median : null;

/** The costs of each level of all images that have `levels` levels above level 0. */
export function levelCosts(rows: readonly Row[], levels: number): LevelCost[] {
  const pairs = rows.flatMap((row) => {
    const ours = measuredBy(row, 'Strata');
    return ours && ours.levelTimes.length === levels + 1 ? [{ ours, peer: measuredBy(row, 'HTJ2K') }] : [];
  });
  if (pairs.length === 0) return [];
  const shareOf = (own: (typeof pairs)[number]['peer'], level: number): number[] => {
    const reached = own?.levelBytes?.[level];
    const all = own?.levelBytes?.[levels];
    return reached && all ? [reached / all] : [];
  };
  const timeOf = (own: (typeof pairs)[number]['peer'], level: number): number[] => {
    const time = own?.levelTimes[level];
    return own && time !== undefined ? [time / own.decode.median] : [];
  };
  return Array.from({ length: levels + 1 }, (_, level) => ({
    level,
    images: pairs.length,
    strataBytes: median(pairs.flatMap(({ ours }) => shareOf(ours, level))) ?? 0,
    htj2kBytes: median(pairs.flatMap(({ peer }) => shareOf(peer, level))),
    strataTime: median(pairs.flatMap(({ ours }) => timeOf(ours, level))) ?? 0,
    htj2kTime: median(pairs.flatMap(({ peer }) => timeOf(peer, level))),
    faster: median(
      pairs.flatMap(({ ours, peer }) => {
        const [own, theirs] = [ours.levelTimes[level], peer?.levelTimes[level]];
        return own && theirs ? [theirs / own] : [];
      }),
    ),
  }));
}

/** The numbers of levels that the images have, most first. */
export function levelCounts(rows: readonly Row[]): number[] {
  const counts = rows.flatMap((row) => (measuredBy(row, 'Strata')?.levelTimes.length ?? 1) - 1);
  return [...new Set(counts)].sort((one, other) => other - one);
}

const percent = (share: number | null): string =>
  (share === null ? '-' : `${(share * 100).toFixed(1)} %`).padStart(10);

/** The compact table of levels of the images with the most levels. */
export function levelTable(rows: readonly Row[]): string {
  const [most] = levelCounts(rows);
  const costs = most === undefined ? [] : levelCosts(rows, most);
  const [first] = costs;
  if (!first) return '';
  const lines = costs.map(
    (cost) =>
      `  ${String(cost.level).padStart(5)}${percent(cost.strataBytes)}${percent(cost.htj2kBytes)}` +
      `${percent(cost.strataTime)}${percent(cost.htj2kTime)}${(cost.faster?.toFixed(2) ?? '-').padStart(10)}`,
  );
  return [
    `levels of the ${first.images} images with ${most} levels: bytes to show each, and time from the one below, in shares of the whole`,
    `  level     bytes (HTJ2K)      time   (HTJ2K)  x HTJ2K`,
    ...lines,
  ].join('\n');
}

// What a study opens with: the layout, and the series of each viewport.
import { type Layout, layoutFor, layoutOf, singleLayout } from '../grid/layouts.ts';
import { keptSetting } from '../settings/kept-settings.ts';
import type { StudySeries } from '../study/study-model.ts';
import { protocolFor, seriesFor } from './match.ts';
import { checkProtocols, type Protocol } from './protocol.ts';
import { usualProtocols } from './usual-protocols.ts';

export const protocolsSetting = 'hanging-protocols';

/** Viewports, row by row, with the series of each; null for one that stays empty. */
export interface Arranged {
  readonly layout: Layout;
  readonly placed: readonly (StudySeries | null)[];
}

/** The protocols that the user has made; none when what is kept of them cannot be read. */
export function keptProtocols(): readonly Protocol[] {
  try {
    return checkProtocols(keptSetting(protocolsSetting) ?? []);
  } catch {
    return [];
  }
}

/** Series as a protocol places them. Where there is less to show than it has places for, no places are kept free at the end. */
export function arranged(
  protocol: Protocol,
  current: readonly StudySeries[],
  prior: readonly StudySeries[],
): Arranged {
  const { layout, viewports } = protocol;
  const series = seriesFor(protocol, current, prior);
  const there = series.filter((one) => one !== null);
  const isFilling = viewports.length === 0;
  if (there.length < 2 || (isFilling && there.length < series.length)) {
    return { layout: layoutFor(Math.max(1, there.length)), placed: there };
  }
  return { layout: layoutOf(layout.rows, layout.columns), placed: series };
}

/** What a study opens with for who has not looked at it yet, without its priors. */
export function openingSeries(series: readonly StudySeries[]): Arranged {
  const protocol = protocolFor([...keptProtocols(), ...usualProtocols], series);
  if (protocol) return arranged(protocol, series, []);
  return { layout: singleLayout, placed: series.filter(({ stack }) => stack.slices.length > 0).slice(0, 1) };
}

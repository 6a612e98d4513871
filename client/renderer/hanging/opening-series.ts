// What a study opens with: the layout, and the series of each viewport.
import { layoutFor, layoutOf, singleLayout } from '../grid/layouts.ts';
import { keptSetting } from '../settings/kept-settings.ts';
import type { StudySeries } from '../study/study-model.ts';
import { protocolFor, seriesFor, withImages } from './match.ts';
import { checkProtocols, type Protocol } from './protocol.ts';
import { usualProtocols } from './usual-protocols.ts';
import { type Arranged, arrangedViews, asksForViews } from './views.ts';

export const protocolsSetting = 'hanging-protocols';

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
  const isByView = asksForViews(protocol);
  const views = isByView ? arrangedViews(protocol, current, prior) : null;
  if (views) return views;
  const { layout } = protocol;
  // Images that do not say what they are hang in the order of their series.
  const viewports = isByView ? [] : protocol.viewports;
  const series = seriesFor({ ...protocol, viewports }, current, prior);
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
  return {
    layout: singleLayout,
    placed: withImages(series)
      .slice(0, 1)
      .map((one) => ({ series: one })),
  };
}

// The desktop program around the pages, where there is one.
import type { KeptLevels } from '@strata/stream/types';
import type { DesktopStart, StrataBridge } from '../../bridge/bridge.ts';
import { goTo, pageLocation } from './location.ts';

/** The bridge to the desktop program; null in a browser. */
export const desktop: StrataBridge | null =
  (globalThis as { strataDesktop?: StrataBridge }).strataDesktop ?? null;

let start: DesktopStart | null = null;

/** What the desktop program says when the pages start; null in a browser. */
export function desktopStart(): DesktopStart | null {
  return start;
}

/** Asks the desktop program where the servers are, and goes where links lead. To be awaited before anything is shown. */
export async function startDesktop(): Promise<void> {
  if (!desktop) return;
  start = await desktop.start();
  desktop.onGoTo((address) => {
    if (pageLocation.value.path !== address) goTo(address);
  });
}

/** The desktop program's disk cache, as the streaming client uses it; null in a browser. */
export const desktopLevels: KeptLevels | null = desktop && {
  get: (keys) => desktop.cacheGet(keys),
  put: (key, bytes) => desktop.cachePut(key, bytes),
};

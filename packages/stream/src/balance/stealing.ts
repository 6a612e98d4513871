// When a connection has nothing left to do, how much of another one's work it takes over.

/** A running request as stealing sees it. */
export interface Loot {
  /** Frames of which something is still missing. */
  readonly frames: number;
  /** Levels that are missing, levels that came, and the milliseconds that those took. */
  readonly missing: number;
  readonly arrived: number;
  readonly took: number;
}

const LEAST_FRAMES = 8;
/** Work that is done within so many round trips, or milliseconds, is not worth moving. */
const ROUND_TRIPS = 6;
const LEAST_MILLISECONDS = 60;

/**
 * How many frames to take off the end of the request: half of them, or none when it will be done about as soon by itself.
 * @param latency milliseconds to the first byte at the server that would do it instead
 */
export function framesToSteal(loot: Loot, latency: number): number {
  if (loot.frames < LEAST_FRAMES || loot.arrived === 0) return 0;
  const remaining = (loot.missing * loot.took) / loot.arrived;
  if (remaining < Math.max(LEAST_MILLISECONDS, latency * ROUND_TRIPS)) return 0;
  return loot.frames >> 1;
}

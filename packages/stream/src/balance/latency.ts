// How long a server takes to answer: a mean that rises at once, falls slowly, and is forgotten in time.

export interface Latency {
  /** Milliseconds to the first byte, smoothed; null before the first. */
  readonly mean: number | null;
  /** When it was last measured. */
  readonly at: number;
}

export const unmeasured: Latency = { mean: null, at: 0 };

/** After so many milliseconds without a measurement, the greater part of what was measured is forgotten. */
const MEMORY = 10_000;

/** A new measurement: worse ones count half, better ones a fifth, so that one lucky answer does not clear a slow server. */
export function measured(latency: Latency, milliseconds: number, now: number): Latency {
  if (latency.mean === null) return { mean: milliseconds, at: now };
  const weight = milliseconds > latency.mean ? 0.5 : 0.2;
  return { mean: latency.mean + (milliseconds - latency.mean) * weight, at: now };
}

/**
 * What to expect now. A server that has not been measured for long is taken for as good as `base`, the best one known,
 * so that it is met again.
 */
export function expected(latency: Latency, now: number, base: number): number {
  if (latency.mean === null) return base;
  if (latency.mean <= base) return latency.mean;
  return base + (latency.mean - base) * Math.exp(-Math.max(0, now - latency.at) / MEMORY);
}

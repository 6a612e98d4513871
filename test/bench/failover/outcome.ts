// What each part of the bench hands back, and the figures that several of them state.
import { quantile } from '../statistics.ts';

interface Goal {
  readonly name: string;
  readonly met: boolean;
}

export interface Outcome {
  /** For people. */
  readonly lines: readonly string[];
  readonly goals: readonly Goal[];
  /** For programs. */
  readonly figures: object;
}

/** Milliseconds. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

/** @param latencies milliseconds, at least one */
export function delaysOf(latencies: readonly number[]): Delays {
  const sorted = latencies.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), worst: quantile(sorted, 1) };
}

export function delayText({ p50, p99, worst }: Delays): string {
  return `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, worst ${worst.toFixed(1)} ms`;
}

/** Numbers in [0, 1), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

// How long to wait before trying again.

/**
 * The delay before round `round` (0 for the first retry): doubles from `first` up to `most` milliseconds, and lies
 * anywhere in the upper half of that, so that clients that lost the same server do not come back together.
 * @param random a number in [0, 1)
 */
export function backoffDelay(round: number, first: number, most: number, random: number): number {
  const ceiling = Math.min(most, first * 2 ** Math.min(round, 30));
  return ceiling / 2 + (ceiling / 2) * random;
}

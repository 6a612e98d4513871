// The few figures a benchmark states: medians, quartiles and geometric means.

/** The middle of the values, the quartiles around it, and the least of all. */
export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The value below which `share` (0 to 1) of the sorted values lie. */
export function quantile(sorted: number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

/** Median, quartiles and least of the values. Throws on an empty list. */
export function spread(values: number[]): Spread {
  if (values.length === 0) throw new RangeError('there is no median of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => quantile(sorted, share);
  return { least: at(0), median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** The geometric mean of positive values: the mean to use on ratios. */
export function geometricMean(values: number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

// The figures of a disturbed cluster as lines and as goals.

export interface Figures {
  readonly kills: number;
  /** Milliseconds until another node is primary, for each kill. */
  readonly promotions: readonly number[];
  /** Milliseconds without any acknowledged image, for each kill of the primary. */
  readonly outages: readonly number[];
  readonly switchovers: number;
  readonly handovers: readonly number[];
  readonly seconds: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly lost: number;
  /** Requests of the viewer that were answered, and that failed. */
  readonly viewed: number;
  readonly failed: number;
  /** The exit code of `strata verify` at the end. */
  readonly verified: number | null;
  /** What was lost, refused or failed, in words. */
  readonly words: readonly string[];
}

const SHOWN = 10;

export function reportOf(figures: Figures): string[] {
  const { kills, promotions, outages, switchovers, handovers, acknowledged, refused, lost, viewed, failed } =
    figures;
  return [
    `${kills} kills of the primary and ${switchovers} switchovers in ${figures.seconds.toFixed(0)} s, 3 servers, real images`,
    `  images acknowledged       ${acknowledged}, lost ${lost}, refused ${refused}; verify ended with ${figures.verified}`,
    `  viewer's requests         ${viewed} answered, ${failed} failed`,
    `  until another is primary  after a kill ${times(promotions)}`,
    `  until images are stored   after a kill ${times(outages)}`,
    `                            in a switchover ${times(handovers)}`,
    ...figures.words.slice(0, SHOWN),
  ];
}

export function goalsOf(figures: Figures): { name: string; met: boolean }[] {
  const worst = (times: readonly number[]) => Math.max(0, ...times);
  return [
    { name: 'no acknowledged image is lost', met: figures.lost === 0 && figures.verified === 0 },
    { name: 'no request of a viewer fails', met: figures.failed === 0 },
    { name: 'images are stored again less than 12 s after a kill', met: worst(figures.outages) < 12_000 },
    { name: 'a switchover stops images for less than 3 s', met: worst(figures.handovers) < 3_000 },
  ];
}

function times(ms: readonly number[]): string {
  const sorted = [...ms].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  const text = (value: number | undefined) => `${((value ?? 0) / 1000).toFixed(1)} s`;
  return sorted.length === 0 ? '-' : `median ${text(median)}, worst ${text(sorted.at(-1))}`;
}

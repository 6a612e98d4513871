// The figures of the viewer's benchmark as tables, and whether the goals are met.
import { spread } from '../statistics.ts';
import type { Name } from './contenders.ts';
import type { MemoryUse } from './memory.ts';
import type { Timing } from './runs.ts';
import type { Scroll } from './scroll.ts';

/** One opening of a study, with what was measured of it. */
export interface Opening extends Partial<Record<Moment, number | null>> {
  readonly line: string;
  readonly study: string;
  readonly name: Name;
}

const goals = { first: 0.8, whole: 0.85, firstMs: 2000, shareMs: 8, memory: 2 ** 30 };
type Moment = keyof Timing | 'pointedAt';

/** Prints a table for each line. @returns whether all goals are met */
export function printOpenings(openings: readonly Opening[]): boolean {
  let met = true;
  for (const [line, ofLine] of Map.groupBy(openings, (one) => one.line)) {
    console.log(
      `\n${line}: milliseconds, median (quartiles); ratios of rounds to the HTJ2K page, median (quartiles)`,
    );
    for (const [study, ofStudy] of Map.groupBy(ofLine, (one) => one.study)) {
      console.log(`  ${study}`);
      for (const moment of ['first', 'pointedAt', 'whole', 'full'] as const) {
        const of = (name: Name) =>
          ofStudy
            .filter((one) => one.name === name)
            // Peers have no list in which to point at a study.
            .flatMap((one) => one[moment === 'pointedAt' && name !== 'strata' ? 'first' : moment] ?? []);
        if (of('strata').length > 0) met = printMoment(moment, of) && met;
      }
    }
  }
  return met;
}

const words: Record<Moment, string> = {
  first: 'first image, display level',
  pointedAt: 'the same, pointed at before',
  whole: 'whole series, display level',
  full: 'zoomed to full resolution',
};

function printMoment(moment: Moment, of: (name: Name) => number[]): boolean {
  const [strata, htj2k, wado] = [of('strata'), of('htj2k'), of('wado')];
  const ratios = strata.flatMap((own, round) => (htj2k[round] === undefined ? [] : own / htj2k[round]));
  const ratio = ratios.length > 0 ? spread(ratios) : null;
  const goal = moment === 'first' || moment === 'whole' ? goals[moment] : null;
  const soon = moment !== 'first' || spread(strata).median < goals.firstMs;
  const met = soon && (ratio === null || goal === null || ratio.median <= goal);
  const cells = [
    `    ${words[moment].padEnd(28)}`,
    `strata ${milliseconds(strata)}`,
    `htj2k ${milliseconds(htj2k)}`,
    `wado ${milliseconds(wado)}`,
    ratio ? `ratio ${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})` : '',
    goal === null ? '' : met ? 'goal met' : `GOAL MISSED (${goal})`,
  ];
  console.log(cells.filter(Boolean).join('   '));
  return met;
}

function milliseconds(values: readonly number[]): string {
  if (values.length === 0) return '-';
  const { median, low, high } = spread([...values]);
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  return values.length === 1 ? whole(median) : `${whole(median)} (${whole(low)} to ${whole(high)})`;
}

/** Prints how scrolling went. @returns whether the goals are met */
export function printScrolls(scrolls: readonly Scroll[]): boolean {
  for (const { study, frames, share, drawn, blank, behind, pixelBytes, heapBytes } of scrolls) {
    const ms = (of: Scroll['share']) =>
      `p50 ${of.p50.toFixed(1)}, p99 ${of.p99.toFixed(1)}, worst ${of.worst.toFixed(1)} ms`;
    console.log(`\nScrolling: ${study}, ${frames} steps at 30 images/s`);
    console.log(
      `    our share of a frame         ${ms(share)}   ${share.p99 <= goals.shareMs ? 'goal met' : `GOAL MISSED (p99 ${goals.shareMs} ms)`}`,
    );
    console.log(`    from there until it is drawn ${ms(drawn)}   (software rendering)`);
    console.log(`    blank frames ${blank}, frames below the screen's level ${behind}`);
    console.log(`    pixels ready ${megabytes(pixelBytes)}, script memory ${megabytes(heapBytes)}`);
  }
  return scrolls.every(({ share, blank }) => share.p99 <= goals.shareMs && blank === 0);
}

/** Prints what a long series takes. @returns whether it is within the page's memory, without a blank frame */
export function printMemory({
  study,
  frames,
  blank,
  behind,
  pixelBytes,
  heapBytes,
  before,
  most,
}: MemoryUse): boolean {
  const added = most - before;
  const isMet = blank === 0 && added <= goals.memory;
  console.log(`\nMemory: ${study}, ${frames} steps at 30 images/s`);
  console.log(`    blank frames ${blank}, frames below the screen's level ${behind}`);
  console.log(`    pixels ready ${megabytes(pixelBytes)}, script memory ${megabytes(heapBytes)}`);
  console.log(
    `    resident: ${megabytes(before)} with the worklist, at most ${megabytes(added)} more with the study   ${isMet ? 'goal met' : `GOAL MISSED (${megabytes(goals.memory)}, no blank frame)`}`,
  );
  return isMet;
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

// Measures one image with every contender in turn, so that all see the same machine.
import { pixelBytes } from '@strata/codec/format';
import { type Spread, spread } from '../statistics.ts';
import type { Contender } from './contender.ts';
import type { BenchImage } from './images.ts';

/** What one codec did with one image; times are in milliseconds. */
export interface Measured {
  readonly bytes: number;
  readonly encode: Spread;
  readonly decode: Spread;
  /** All levels one after the other, with the pixels of each; null where the codec has none. */
  readonly levels: Spread | null;
  /** Of each level what it took after the one before: medians. Empty where the codec has none. */
  readonly levelTimes: readonly number[];
  /** Bytes it takes to show each level, those below included; null where the codec cannot say. */
  readonly levelBytes: readonly number[] | null;
}

export type Results = ReadonlyMap<string, Measured | Error>;

interface Runner {
  readonly contender: Contender;
  readonly coded: Uint8Array;
  readonly levelBytes: readonly number[] | null;
  readonly encode: number[];
  readonly decode: number[];
  readonly levels: number[];
  /** By level. */
  readonly levelTimes: number[][];
}

const LEAST_ROUNDS = 3;
/** Of so many rounds, those who do not take part in all take part in one. */
const SELDOM = 4;
/** An image that takes this much longer than it should gets no more rounds. */
const PATIENCE_MS = 3000;

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** A contender that has shown that it gives the same pixels back. @throws otherwise */
function runner(contender: Contender, image: BenchImage): Runner {
  const coded = contender.encode(image).slice();
  const back = contender.decode(coded, image);
  if (Buffer.compare(pixelBytes(back), pixelBytes(image.pixels)) !== 0) {
    throw new Error('does not give the same pixels back');
  }
  const levelBytes = contender.bytesToLevels?.(coded, image) ?? null;
  return { contender, coded, levelBytes, encode: [], decode: [], levels: [], levelTimes: [] };
}

function takeTurn({ contender, coded, encode, decode, levels, levelTimes }: Runner, image: BenchImage): void {
  encode.push(timed(() => contender.encode(image)));
  decode.push(timed(() => contender.decode(coded, image)));
  if (!contender.stepThroughLevels) return;
  const began = performance.now();
  let before = began;
  contender.stepThroughLevels(coded, image, (level) => {
    const now = performance.now();
    levelTimes[level] ??= [];
    levelTimes[level].push(now - before);
    before = now;
  });
  levels.push(before - began);
}

/**
 * Codes and decodes the image with each contender, taking turns: until the time is up, but at least three times if that
 * can be had, and at most `mostRounds` times.
 * @param milliseconds to spend on the image, the check that each is lossless included
 * @returns one result per contender by name; an Error for one that cannot take this image losslessly
 */
export function measure(
  contenders: Contender[],
  image: BenchImage,
  milliseconds: number,
  mostRounds: number,
): { results: Results; rounds: number } {
  const began = performance.now();
  const results = new Map<string, Measured | Error>();
  const runners = contenders.flatMap((contender) => {
    try {
      return [runner(contender, image)];
    } catch (error) {
      results.set(contender.name, error instanceof Error ? error : new Error(`it threw ${String(error)}`));
      return [];
    }
  });
  let rounds = 0;
  let longest = 0;
  const left = (): number => milliseconds - (performance.now() - began);
  while (rounds < LEAST_ROUNDS || (rounds < mostRounds && left() > longest)) {
    const before = left();
    for (const each of runners) {
      if (each.contender.turns === 'every round' || rounds % SELDOM === 0) takeTurn(each, image);
    }
    longest = Math.max(longest, before - left());
    rounds++;
    if (rounds >= 1 && left() < -milliseconds - PATIENCE_MS) break;
  }
  for (const { contender, coded, encode, decode, levels, levelTimes, levelBytes } of runners) {
    results.set(contender.name, {
      bytes: coded.length,
      encode: spread(encode),
      decode: spread(decode),
      levels: levels.length > 0 ? spread(levels) : null,
      levelTimes: levelTimes.map((times) => spread(times).median),
      levelBytes,
    });
  }
  return { results, rounds };
}

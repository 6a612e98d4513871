// Measures one image with every contender in turn, so that all see the same machine.
import { pixelBytes } from '@strata/codec/format';
import { spread } from '../statistics.ts';
import type { Contender } from './contender.ts';
import type { BenchImage } from './images.ts';

/** What one codec did with one image; times are medians in milliseconds. */
export interface Measured {
  readonly bytes: number;
  readonly encode: number;
  readonly decode: number;
  /** All levels one after the other; null where the codec has none. */
  readonly levels: number | null;
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Throws when the codec does not give the same pixels back. */
function checkLossless(contender: Contender, image: BenchImage): Uint8Array {
  const coded = contender.encode(image.pixels, image.format).slice();
  const back = contender.decode(coded, image.format);
  if (Buffer.compare(pixelBytes(back), pixelBytes(image.pixels)) !== 0) {
    throw new Error('does not give the same pixels back');
  }
  return coded;
}

/**
 * Codes and decodes the image with each contender, `rounds` times, taking turns.
 * @returns one result per contender by name; an Error for one that cannot take this image losslessly
 */
export function measure(
  contenders: Contender[],
  image: BenchImage,
  rounds: number,
): Map<string, Measured | Error> {
  const results = new Map<string, Measured | Error>();
  const running = contenders.flatMap((contender) => {
    try {
      const coded = checkLossless(contender, image);
      return [{ contender, coded, encode: [] as number[], decode: [] as number[], levels: [] as number[] }];
    } catch (error) {
      results.set(contender.name, error instanceof Error ? error : new Error(String(error)));
      return [];
    }
  });
  for (let round = 0; round < rounds; round++) {
    for (const { contender, coded, encode, decode, levels } of running) {
      encode.push(timed(() => contender.encode(image.pixels, image.format)));
      decode.push(timed(() => contender.decode(coded, image.format)));
      if (contender.stepThroughLevels) {
        levels.push(timed(() => contender.stepThroughLevels?.(coded, image.format)));
      }
    }
  }
  for (const { contender, coded, encode, decode, levels } of running) {
    results.set(contender.name, {
      bytes: coded.length,
      encode: spread(encode).median,
      decode: spread(decode).median,
      levels: levels.length > 0 ? spread(levels).median : null,
    });
  }
  return results;
}

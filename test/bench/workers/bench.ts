// `npm run bench -- workers`: a series, and one large frame, decoded by one worker and by several.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Codec, loadCodec } from '@strata/codec/codec';
import { type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import { startCodecPool } from '@strata/codec/node/codec-workers';
import type { CodecPool } from '@strata/codec/pool/codec-pool';
import { frameOf } from '@strata/codec/testing/contents';
import { DicomError } from '@strata/dicom/errors';
import { type Frame, readFrame } from '@strata/dicom/frames';
import { readPart10 } from '@strata/dicom/part10';
import { dataFiles } from '../../support/data.ts';
import { clearProgress, progress } from '../progress.ts';
import { type Spread, spread } from '../statistics.ts';

const USAGE = `npm run bench -- workers [--series FOLDER] [--frames N] [--workers N] [--rounds N] [--json]

  --series FOLDER  below the test images (default series/mr-t1); repeated until there are enough frames
  --frames N       default 200
  --workers N      the larger pool, beside that of one (default 2)
  --rounds N       turns of each pool (default 15)
  --json           results as JSON on the standard output`;

/** At least so many times the speed of one worker, by two. */
const GOAL = 1.8;
const LARGE: FrameFormat = { width: 4000, height: 5000, samples: 1, bits: 14, signed: false };

interface Coded {
  readonly codestreams: readonly Uint8Array[];
  /** Of pixels, all frames together. */
  readonly bytes: number;
}

const sha256 = (pixels: Pixels): Buffer => createHash('sha256').update(pixelBytes(pixels)).digest();

/** The first frame of a file, or null when it has none that can be read, as a DICOMDIR. */
function firstFrame(file: string): Frame | null {
  try {
    return readFrame(readPart10(readFileSync(file)), 0);
  } catch (error) {
    if (error instanceof DicomError) return null;
    throw error;
  }
}

function codeSeries(codec: Codec, folder: string, frames: number): Coded {
  const files = dataFiles(folder).slice(0, frames);
  let bytes = 0;
  const coded = files.flatMap((file, at) => {
    progress(`coding ${at + 1} of ${files.length}`);
    const frame = firstFrame(file);
    if (!frame) return [];
    bytes += frame.pixels.byteLength;
    return [codec.encode(frame.pixels, frame.format, { digest: sha256(frame.pixels) })];
  });
  if (coded.length === 0) throw new Error(`no image that can be read in ${folder}`);
  clearProgress();
  const codestreams = Array.from({ length: frames }, (_, at) => coded[at % coded.length] as Uint8Array);
  return { codestreams, bytes: (bytes / coded.length) * frames };
}

function codeLarge(codec: Codec): Coded {
  const pixels = frameOf(LARGE, 'smooth with noise', 1);
  return { codestreams: [codec.encode(pixels, LARGE, { digest: sha256(pixels) })], bytes: pixels.byteLength };
}

type Work = (pool: CodecPool) => Promise<void>;

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

interface PoolTimes {
  readonly one: Spread;
  readonly several: Spread;
  /** How many times faster several workers are: of medians, and of the fastest turns. */
  readonly ratio: number;
  readonly ratioOfFastest: number;
}

/** Both pools in turn; milliseconds. */
async function compare(
  pools: readonly [CodecPool, CodecPool],
  rounds: number,
  work: Work,
): Promise<PoolTimes> {
  const times: [number[], number[]] = [[], []];
  for (const pool of pools) await work(pool);
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    for (const [at, pool] of pools.entries()) times[at]?.push(await timed(() => work(pool)));
  }
  clearProgress();
  const [one, several] = times.map(spread) as [Spread, Spread];
  return { one, several, ratio: one.median / several.median, ratioOfFastest: one.least / several.least };
}

function line(title: string, times: PoolTimes, workers: number, { codestreams, bytes }: Coded): string {
  const rates = (ms: number): string =>
    `${ms.toFixed(0)} ms, ${((codestreams.length * 1000) / ms).toFixed(0)} frames/s, ${(bytes / 1000 / ms).toFixed(0)} MB/s`;
  return [
    title,
    `  1 worker   median ${rates(times.one.median)}`,
    `  ${workers} workers  median ${rates(times.several.median)}`,
    `  times faster: ${times.ratio.toFixed(2)} of medians, ${times.ratioOfFastest.toFixed(2)} of fastest turns`,
  ].join('\n');
}

/** Runs the benchmark of the pool and prints it. @returns the exit code */
export async function benchWorkers(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      series: { type: 'string', default: 'series/mr-t1' },
      frames: { type: 'string', default: '200' },
      workers: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '15' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [frames, workers, rounds] = [Number(values.frames), Number(values.workers), Number(values.rounds)];
  if (values.help || ![frames, workers, rounds].every((number) => Number.isInteger(number) && number > 0)) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  const codec = await loadCodec();
  const series = codeSeries(codec, values.series, frames);
  const large = codeLarge(codec);
  const pools = [startCodecPool({ workers: 1 }), startCodecPool({ workers })] as const;
  try {
    const ofSeries = await compare(pools, rounds, async (pool) => {
      let taken = 0;
      for await (const _ of pool.decodeSeries(series.codestreams)) taken++;
      if (taken !== frames) throw new Error(`${taken} frames came back of ${frames}`);
    });
    const ofLarge = await compare(pools, Math.min(rounds, 5), async (pool) => {
      await pool.decodeLarge(large.codestreams[0] as Uint8Array);
    });
    if (values.json) {
      console.log(JSON.stringify({ frames, workers, series: ofSeries, large: ofLarge }, null, 1));
      return 0;
    }
    console.log(line(`${frames} frames of ${values.series}`, ofSeries, workers, series));
    console.log(
      line(`one frame of ${LARGE.width} x ${LARGE.height}, ${LARGE.bits} bits`, ofLarge, workers, large),
    );
    const met = ofSeries.ratio >= GOAL ? 'met    ' : 'NOT MET';
    console.log(
      `goals\n  ${met}  a series by ${workers} workers, times faster than by one >= ${GOAL}   ${ofSeries.ratio.toFixed(2)}   (${ofSeries.ratioOfFastest.toFixed(2)} of fastest turns)`,
    );
    return 0;
  } finally {
    for (const pool of pools) await pool.close();
  }
}

// `npm run bench -- codec`: Strata's codec beside JPEG 2000, HTJ2K and JPEG-LS, in one process, one thread.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { dataFolder } from '../../support/data.ts';
import { clearProgress, progress } from '../progress.ts';
import type { Contender } from './contender.ts';
import { goalLines, goals } from './goals.ts';
import { type BenchImage, filesUnder, ImageReader, type LeftOut } from './images.ts';
import { levelCosts, levelCounts, levelTable } from './levels.ts';
import { measure, type Results } from './measure.ts';
import { peers } from './peers.ts';
import { answers, groupsOf, ROW_TITLE, type Row, rowLine, speeds, summary } from './report.ts';
import { strataContender } from './strata.ts';

const USAGE = `npm run bench -- codec [--data DIR] [--seconds N] [--rounds N] [--json]

  --data DIR    DICOM files to measure on, or one of them (default: the test images)
  --seconds N   how long to measure, about; large images get more of it (default 300)
  --rounds N    how often each codec takes its turn on each image, at most (default 15)
  --json        results as JSON on the standard output`;

const WARM_UP_MS = 1500;

interface Options {
  readonly folder: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly json: boolean;
}

function readOptions(args: string[]): Options | number {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string', default: dataFolder },
      seconds: { type: 'string', default: '300' },
      rounds: { type: 'string', default: '15' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
  if (values.help || !(seconds > 0) || !Number.isInteger(rounds) || rounds < 1) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  return { folder: path.resolve(values.data), seconds, rounds, json: values.json };
}

async function readImages(folder: string): Promise<{ images: BenchImage[]; leftOut: LeftOut[] }> {
  const files = await filesUnder(folder);
  const reader = new ImageReader(folder);
  const images: BenchImage[] = [];
  const leftOut: LeftOut[] = [];
  for (const [at, file] of files.entries()) {
    progress(`reading ${at + 1} of ${files.length}`);
    const read = await reader.read(file);
    if ('pixels' in read) images.push(read);
    else leftOut.push(read);
  }
  clearProgress();
  return { images, leftOut };
}

/** What a millisecond of every image is worth: small ones need more turns for a steady median. */
const weightOf = (image: BenchImage): number => image.pixels.byteLength + 100_000;

/** The contenders, those that failed anew. */
function sound(contenders: readonly Contender[], results: Results): Promise<Contender[]> {
  return Promise.all(
    contenders.map((contender) => {
      const failed = results.get(contender.name) instanceof Error;
      return (failed && contender.renewed?.()) || contender;
    }),
  );
}

async function measureAll(images: readonly BenchImage[], { seconds, rounds }: Options): Promise<Row[]> {
  let contenders = [await strataContender(), ...(await peers())];
  const rows: Row[] = [];
  const end = performance.now() + seconds * 1000;
  let weight = images.reduce((sum, image) => sum + weightOf(image), 0);
  // Once for nothing, so that no codec is measured before its code is compiled.
  for (const image of images.slice(0, 3)) {
    const { results } = measure(contenders, image, WARM_UP_MS, rounds);
    contenders = await sound(contenders, results);
  }
  console.error(ROW_TITLE);
  for (const [at, image] of images.entries()) {
    progress(`${at + 1} of ${images.length}: ${image.name}`);
    const share = (Math.max(0, end - performance.now()) * weightOf(image)) / weight;
    weight -= weightOf(image);
    const row = { image, ...measure(contenders, image, share, rounds) };
    rows.push(row);
    clearProgress();
    console.error(rowLine(row));
    for (const [name, result] of row.results) {
      if (result instanceof Error) console.error(`  ${name}: ${result.message}`);
    }
    contenders = await sound(contenders, row.results);
  }
  return rows;
}

/** Runs the codec benchmark and prints it. @returns the exit code: 1 when Strata lost a pixel */
export async function benchCodec(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'number') return options;
  const { images, leftOut } = await readImages(options.folder);
  if (images.length === 0) {
    console.error(`No readable DICOM image in ${options.folder}.`);
    return 1;
  }
  const rows = await measureAll(images, options);
  console.error(`\n${leftOut.length} files left out:`);
  for (const { name, reason } of leftOut) console.error(`  ${name}: ${reason}`);
  if (options.json) console.log(JSON.stringify(toJson(rows, leftOut), null, 1));
  else console.log(`\n${summary(rows)}\n\n${levelTable(rows)}\n\n${goalLines(goals(rows))}`);
  return rows.every(({ results }) => !(results.get('Strata') instanceof Error)) ? 0 : 1;
}

function toJson(rows: readonly Row[], leftOut: readonly LeftOut[]): unknown {
  return {
    goals: goals(rows),
    groups: groupsOf(rows).map(({ title, rows: own }) => ({
      title,
      images: own.length,
      answers: answers(own),
      speeds: speeds(own),
    })),
    levels: levelCounts(rows).map((levels) => ({ levels, costs: levelCosts(rows, levels) })),
    images: rows.map(({ image, results, rounds }) => ({
      name: image.name,
      modality: image.modality,
      format: image.format,
      rawBytes: image.pixels.byteLength,
      rounds,
      results: Object.fromEntries(
        [...results].map(([name, result]) => [
          name,
          result instanceof Error ? { error: result.message } : result,
        ]),
      ),
    })),
    leftOut,
  };
}

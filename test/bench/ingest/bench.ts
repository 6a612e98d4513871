// `npm run bench -- ingest`: storescu sends the same series to Strata and to Orthanc, in turn, on one and four associations.
import { parseArgs } from 'node:util';
import { dataFiles } from '../../support/data.ts';
import { storescu } from '../../support/peers/dcmtk.ts';
import { clearProgress, progress } from '../progress.ts';
import { type Spread, spread } from '../statistics.ts';
import { ARCHIVES, type ArchiveName, type Running, startArchive } from './archives.ts';
import { processTreeMs } from './process-tree.ts';

const USAGE = `npm run bench -- ingest [--rounds N] [--json]

  --rounds N  turns of each archive with each number of associations (default 5)
  --json      results as JSON on the standard output

Each turn starts an empty archive, warms it with 16 images and times the rest of the 246.`;

const WARM_UP = 16;
/** At least so many times the images a second of Orthanc, by the number of associations. */
const GOALS = { 1: 3, 4: 1.5 } as const;
const ASSOCIATIONS = [1, 4] as const;

interface Turn {
  readonly imagesPerSecond: number;
  readonly cpuMsPerImage: number;
}

interface Result {
  readonly associations: number;
  readonly archives: Record<
    ArchiveName,
    { readonly imagesPerSecond: Spread; readonly cpuMsPerImage: Spread }
  >;
  /** Of the medians of Strata and of Orthanc as it is installed. */
  readonly ratio: number;
  readonly goal: number;
}

/** Sends the files over so many associations. Throws when one was not stored. */
async function send({ port, called, env }: Running, files: readonly string[], associations: number) {
  const parts = Array.from({ length: associations }, (_, part) =>
    files.filter((_file, index) => index % associations === part),
  );
  const runs = await Promise.all(parts.map((part) => storescu({ port, called, env }, part)));
  const failed = runs.find(({ code }) => code !== 0);
  if (failed) throw new Error(`storescu ended with ${failed.code}: ${failed.stderr}`);
}

async function turn(name: ArchiveName, files: readonly string[], associations: number): Promise<Turn> {
  const archive = await startArchive(name);
  try {
    await send(archive, files.slice(0, WARM_UP), associations);
    const rest = files.slice(WARM_UP);
    const [cpu, began] = [processTreeMs(archive.pid), performance.now()];
    await send(archive, rest, associations);
    const seconds = (performance.now() - began) / 1000;
    return {
      imagesPerSecond: rest.length / seconds,
      cpuMsPerImage: (processTreeMs(archive.pid) - cpu) / rest.length,
    };
  } finally {
    await archive.stop();
  }
}

async function measure(files: readonly string[], rounds: number): Promise<Result[]> {
  const turns = new Map<string, Turn[]>();
  for (let round = 0; round < rounds; round++) {
    for (const associations of ASSOCIATIONS) {
      for (const name of ARCHIVES) {
        progress(`round ${round + 1} of ${rounds}: ${name}, ${associations} associations`);
        const key = `${name} ${associations}`;
        turns.set(key, [...(turns.get(key) ?? []), await turn(name, files, associations)]);
      }
    }
  }
  clearProgress();
  const of = (name: ArchiveName, associations: number) => {
    const measured = turns.get(`${name} ${associations}`) ?? [];
    return {
      imagesPerSecond: spread(measured.map(({ imagesPerSecond }) => imagesPerSecond)),
      cpuMsPerImage: spread(measured.map(({ cpuMsPerImage }) => cpuMsPerImage)),
    };
  };
  return ASSOCIATIONS.map((associations) => {
    const archives = Object.fromEntries(
      ARCHIVES.map((name) => [name, of(name, associations)]),
    ) as Result['archives'];
    const ratio = archives.strata.imagesPerSecond.median / archives.orthanc.imagesPerSecond.median;
    return { associations, archives, ratio, goal: GOALS[associations] };
  });
}

const text = ({ low, median, high }: Spread): string =>
  `${median.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;

function print(results: readonly Result[], images: number): void {
  console.log(`${images} images of three series by storescu; medians with quartiles\n`);
  for (const { associations, archives, ratio, goal } of results) {
    console.log(`${associations} association${associations > 1 ? 's' : ''}`);
    for (const [name, { imagesPerSecond, cpuMsPerImage }] of Object.entries(archives)) {
      console.log(
        `  ${name.padEnd(20)} ${text(imagesPerSecond)} images/s, ${text(cpuMsPerImage)} ms of processor an image`,
      );
    }
    console.log(
      `  ratio to Orthanc     ${ratio.toFixed(2)}, goal ${goal}: ${ratio >= goal ? 'met' : 'NOT met'}\n`,
    );
  }
}

/** @returns 0 when the goals are met, 1 when not */
export async function benchIngest(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '5' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds ${values.rounds} is no number of turns`);
  const files = ['series/ct-ge', 'series/ct-philips', 'series/mr-t1']
    .flatMap(dataFiles)
    .filter((file) => !file.endsWith('DIRFILE.dcm')); // a DICOMDIR
  // One after the other of each series, so that the warm-up has some of all.
  const mixed = files.map((file, at) => [(at * 101) % files.length, file] as const);
  const ordered = mixed.sort(([a], [b]) => a - b).map(([, file]) => file);
  const results = await measure(ordered, rounds);
  if (values.json) console.log(JSON.stringify(results, null, 2));
  else print(results, ordered.length - WARM_UP);
  return results.every(({ ratio, goal }) => ratio >= goal) ? 0 : 1;
}

// `npm run bench -- metadata`: the metadata of a large hospital, how fast they answer, grow, and what they take.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Metadata } from '@strata/metadata/metadata';
import { type IngestFigures, measureIngest } from './ingest.ts';
import { type MadeDatabase, openMadeDatabase } from './made-database.ts';
import { type Asked, type Measured, measureOthers, measureWorklist } from './measure.ts';
import { logReader, plansOf, sequentialScans, writeNoPlans, writePlans } from './plans.ts';
import { printSizes } from './sizes.ts';

const USAGE = `npm run bench -- metadata [--studies N] [--turns N] [--keep FOLDER] [--url URL [--log FILE]] [--only PART] [--plans]

  --studies N    made-up studies, five instances each (default 1000000; 100000 is quick)
  --turns N      questions of each kind (default 60)
  --keep FOLDER  keeps the database there for the next run (with --url: on that server)
  --url URL      a superuser's URL of a PostgreSQL 15 or newer on this machine, instead of the embedded one
  --log FILE     with --url and --plans: the log of that server
  --only PART    worklist, others, ingest or sizes
  --plans        prints the plan of the slowest question of each kind, and fails when a large table is read as a whole`;

const GOALS: readonly (readonly [studies: number, milliseconds: number])[] = [
  [100_000, 15],
  [1_000_000, 50],
];
const INGEST_GOAL = 5000;
const parts = ['worklist', 'others', 'ingest', 'sizes'] as const;

/** Runs the benchmark and prints it. @returns the exit code */
export async function benchMetadata(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      studies: { type: 'string', default: '1000000' },
      turns: { type: 'string', default: '60' },
      keep: { type: 'string' },
      url: { type: 'string' },
      log: { type: 'string' },
      only: { type: 'string' },
      plans: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [studies, turns] = [Number(values.studies), Number(values.turns)];
  const wanted = values.only === undefined ? parts : parts.filter((part) => part === values.only);
  const fits = Number.isInteger(studies) && studies >= 100 && Number.isInteger(turns) && turns >= 1;
  if (values.help || !fits || wanted.length === 0) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  const made = await openMadeDatabase({ studies, url: values.url ?? null, keep: values.keep ?? null });
  try {
    console.log(`${made.engine}`);
    const log = values.log ?? made.logFile;
    if (values.plans && (log === null || !existsSync(log)))
      throw new Error('No log of the server: give its --log FILE.');
    const goal = GOALS.find(([most]) => studies <= most)?.[1] ?? Number.POSITIVE_INFINITY;
    let failed = 0;
    if (wanted.includes('worklist')) {
      failed += await ask(
        'worklist',
        made,
        { studies, turns, log: values.plans ? log : null },
        measureWorklist,
        goal,
      );
    }
    if (wanted.includes('others')) {
      failed += await ask(
        'others',
        made,
        { studies, turns, log: values.plans ? log : null },
        measureOthers,
        goal,
      );
    }
    if (wanted.includes('ingest')) failed += await ingest(made);
    if (wanted.includes('sizes')) await printSizes(made.client, studies, made.instances);
    return failed > 0 && values.plans ? 1 : 0;
  } finally {
    await made.close();
  }
}

async function ask(
  title: string,
  made: MadeDatabase,
  { studies, turns, log }: { studies: number; turns: number; log: string | null },
  measure: (asked: Asked) => Promise<Measured[]>,
  goal: number,
): Promise<number> {
  const plans: string[] = [];
  let scans = 0;
  if (log) await writePlans(made.client);
  const metadata = log ? await Metadata.open(made.url) : made.metadata;
  const read = log ? logReader(log) : () => '';
  const kindDone = (words: string): void => {
    if (!log) return;
    const all = plansOf(read());
    const slowest = all.toSorted((a, b) => buffersOf(b) - buffersOf(a))[0];
    const whole = all.find((plan) => sequentialScans(plan).length > 0);
    if (whole) scans++;
    plans.push(`\n${words}${whole ? '  READS A WHOLE TABLE' : ''}\n${whole ?? slowest ?? 'no plan'}`);
  };
  try {
    const figures = await measure({ metadata, studies, turns, kindDone });
    print(title, figures, goal, studies);
    for (const plan of plans) console.log(plan);
    if (log) console.log(`\n${scans} kinds of questions read a large table as a whole`);
  } finally {
    if (log) {
      await metadata.close();
      await writeNoPlans(made.client);
    }
  }
  return scans;
}

/** Pages that the whole plan touched. */
function buffersOf(plan: string): number {
  const [, hit = '0', read = '0'] = /Buffers: shared hit=(\d+)(?: read=(\d+))?/.exec(plan) ?? [];
  return Number(hit) + Number(read);
}

function print(title: string, figures: readonly Measured[], goal: number, studies: number): void {
  console.log(`\n${title}, ${studies} studies; goal: p95 below ${goal} ms\n`);
  console.log(
    `        ${''.padEnd(42)} ${'p50'.padStart(8)} ${'p95'.padStart(8)} ${'max'.padStart(8)}  found`,
  );
  const ms = (value: number) => value.toFixed(1).padStart(8);
  for (const { words, p50, p95, max, found } of figures) {
    console.log(
      `  ${p95 < goal ? 'met  ' : 'NOT  '} ${words.padEnd(42)} ${ms(p50)} ${ms(p95)} ${ms(max)}  ${found}`,
    );
  }
  const met = figures.filter(({ p95 }) => p95 < goal).length;
  console.log(`\n${met} of ${figures.length} kinds of questions met the goal`);
}

async function ingest(made: MadeDatabase): Promise<number> {
  const space = 10 + (Math.floor(Date.now() / 1000) % 1e9) * 5;
  const empty = await made.emptyDatabase();
  await measureIngest(empty.metadata, 1, 1_000_000); // plans are made, pages are there
  printIngest('into an empty database', await measureIngest(empty.metadata, 10, space));
  printIngest(`into ${made.instances} instances`, await measureIngest(made.metadata, 10, space));
  return 0;
}

function printIngest(where: string, figures: IngestFigures): void {
  const shown = (value: number) => Math.round(value).toLocaleString('en');
  const best = Math.max(figures.mixed, figures.twoAtATime);
  const met = Math.min(best, figures.long) >= INGEST_GOAL ? 'met' : 'NOT met';
  console.log(`\ningest ${where}, instances/s; goal in batches: ${INGEST_GOAL.toLocaleString('en')}, ${met}`);
  console.log(`  1000 records of new studies      ${shown(figures.mixed).padStart(8)}`);
  console.log(`  the same, two at a time          ${shown(figures.twoAtATime).padStart(8)}`);
  console.log(`  1000 records of one series       ${shown(figures.long).padStart(8)}`);
  console.log(`  single commits                   ${shown(figures.single).padStart(8)}`);
  console.log(`  single commits, 8 at a time      ${shown(figures.parallel).padStart(8)}`);
}

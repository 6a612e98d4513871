// `npm run bench -- queries`: how long queries take over many studies, and what keeping their attributes costs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { EmbeddedPostgres } from '@strata/metadata/embedded/embedded-postgres';
import { Metadata } from '@strata/metadata/metadata';
import type { DicomJson, DicomQuery } from '@strata/metadata/query/types';
import type { InstanceRecord } from '@strata/metadata/records';
import { clearProgress, progress } from '../progress.ts';
import { spread } from '../statistics.ts';
import { generatedStudy, randomNumbers } from './generated-studies.ts';

const USAGE = `npm run bench -- queries [--studies N] [--turns N]

  --studies N   generated studies in the database (default 20000)
  --turns N     times that each query is asked (default 15)`;

/** PostgreSQL gathers the statistics that its plans are made from once a minute. */
const SETTLED_MS = 75_000;
/** Milliseconds that a common query may take. */
const GOAL_MS = 20;

interface Measured {
  readonly words: string;
  readonly common: boolean;
  readonly query: Partial<DicomQuery> & { keys: DicomJson };
}

const key = (vr: string, ...Value: unknown[]) => ({ vr, Value });
const study = (words: string, keys: DicomJson, more: Partial<DicomQuery> = {}, common = true): Measured => ({
  words,
  common,
  query: { keys, ...more },
});

const request = (item: DicomJson): DicomJson => ({ '00400275': key('SQ', item) });
const measured: Measured[] = [
  study('the newest 100', {}),
  study('the newest 100, with all and total', {}, { include: 'all', count: true }),
  study('Patient ID', { '00100020': key('LO', 'PAT0000042') }),
  study('Patient ID, its beginning', { '00100020': key('LO', 'PAT00000*') }),
  study("Patient's Name, whole", { '00100010': key('PN', 'müller-0^anna') }),
  study("Patient's Name, its beginning", { '00100010': key('PN', 'MULLER-1*') }),
  study("Patient's Name, beginning, rare", { '00100010': key('PN', 'Winkler-77^*') }),
  study("Patient's Name, fuzzy", { '00100010': key('PN', 'anna mull') }, { fuzzy: true }),
  study('Accession Number', { '00080050': key('SH', 'A1000777') }),
  study('Study Instance UID', { '0020000D': key('UI', '1.2.276.0.7230010.3.1.2.777') }),
  study('Study Date, a day', { '00080020': key('DA', '20200115') }),
  study('Study Date, a month, with total', { '00080020': key('DA', '20200101-20200131') }, { count: true }),
  study('Study Date, a day, and modality', {
    '00080020': key('DA', '20200115'),
    '00080061': key('CS', 'CT'),
  }),
  study('Modalities in Study', { '00080061': key('CS', 'NM') }),
  study('Study Description, whole', { '00081030': key('LO', 'NM Becken KM') }),
  study('patients by name', { '00100010': key('PN', 'winkler*') }, { level: 'patient' }),
  study('patients by id', { '00100020': key('LO', 'PAT0000042') }, { level: 'patient' }),
  study(
    'series of a study',
    { '0020000D': key('UI', '1.2.276.0.7230010.3.1.2.777') },
    { level: 'series', include: 'all' },
  ),
  study('series of a patient', { '00100020': key('LO', 'PAT0000042') }, { level: 'series' }),
  study(
    'instances of a series',
    { '0020000E': key('UI', '1.2.276.0.7230010.3.1.2.777.1') },
    { level: 'instance', include: 'all' },
  ),
  study('one instance', { '00080018': key('UI', '1.2.276.0.7230010.3.1.2.777.1.1') }, { level: 'instance' }),
  study("Patient's Name, *anywhere*", { '00100010': key('PN', '*zimm*') }, {}, false),
  study('Study Description, *anywhere*, none', { '00081030': key('LO', '*nowhere*') }, {}, false),
  study('Study Description, *anywhere*, total', { '00081030': key('LO', '*Knie*') }, { count: true }, false),
  study('Study Time, a range, with total', { '00080030': key('TM', '0800-0815') }, { count: true }, false),
  study(
    'Request Attributes, Procedure ID',
    request({ '00401001': key('SH', 'RP777') }),
    { level: 'series' },
    false,
  ),
  study(
    'Request Attributes, a beginning',
    request({ '00401001': key('SH', 'RP777*') }),
    { level: 'series' },
    false,
  ),
  study('operators of series', { '00081070': key('PN', 'operator^7') }, { level: 'series' }, false),
  study('instances by a number, none', { '00189000': key('DS', 9999) }, { level: 'instance' }, false),
];

/** Runs the benchmark of queries and prints it. @returns the exit code */
export async function benchQueries(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      studies: { type: 'string', default: '20000' },
      turns: { type: 'string', default: '15' },
      help: { type: 'boolean', default: false },
    },
  });
  const [studies, turns] = [Number(values.studies), Number(values.turns)];
  if (values.help || !Number.isInteger(studies) || studies < 1 || !Number.isInteger(turns) || turns < 1) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'strata-queries-'));
  const server = await EmbeddedPostgres.start({ folder });
  const metadata = await Metadata.open(server.url);
  try {
    await fill(metadata, studies);
    progress('waiting for the database to have looked at its new rows, as it does every minute');
    await sleep(SETTLED_MS);
    clearProgress();
    await report(metadata, turns);
  } finally {
    await metadata.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
}

async function fill(metadata: Metadata, studies: number): Promise<void> {
  const random = randomNumbers(7);
  let waiting: InstanceRecord[] = [];
  let [instances, milliseconds] = [0, 0];
  for (let n = 0; n < studies; n++) {
    waiting.push(...generatedStudy(n, random));
    if (waiting.length < 200 && n < studies - 1) continue;
    const began = performance.now();
    await metadata.commit(waiting);
    milliseconds += performance.now() - began;
    instances += waiting.length;
    waiting = [];
    progress(`${n + 1} of ${studies} studies`);
  }
  clearProgress();
  const each = (milliseconds / instances).toFixed(2);
  console.log(`${studies} studies of ${instances} instances were committed in ${each} ms an instance\n`);
}

async function report(metadata: Metadata, turns: number): Promise<void> {
  let met = 0;
  for (const { words, common, query } of measured) {
    const times: number[] = [];
    let matches = 0;
    for (let turn = 0; turn < turns; turn++) {
      const began = performance.now();
      const page = await metadata.query({ level: 'study', include: [], limit: 100, ...query });
      times.push(performance.now() - began);
      matches = page.total ?? page.matches.length;
    }
    const { median, high } = spread(times);
    if (common && median < GOAL_MS) met++;
    const sign = !common ? '      ' : median < GOAL_MS ? 'met   ' : 'NOT   ';
    console.log(
      `${sign} ${words.padEnd(42)} ${String(matches).padStart(6)} found  ${median.toFixed(1).padStart(7)} ms  (three quarters below ${high.toFixed(1)})`,
    );
  }
  console.log(
    `\n${met} of ${measured.filter(({ common }) => common).length} common queries take less than ${GOAL_MS} ms (medians)`,
  );
}

// `npm run bench -- stream`: a crowd opens random series at display level, from Strata and from Orthanc by WADO-RS.
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../../support/strata.ts';
import { seeded } from '../failover/outcome.ts';
import { clearProgress, progress } from '../progress.ts';
import { randomClicks } from './crowd.ts';
import { makeSeries } from './made-series.ts';
import { measure, print, type Result, THREADS } from './measure.ts';
import { type Filled, filledOrthanc, filledStrata } from './servers.ts';

const USAGE = `npm run bench -- stream [--clients N] [--within S] [--series N] [--display N] [--seed N] [--only NAME] [--json]

  --clients N  that open one series each (default 1000)
  --within S   seconds in which they all click, at random moments (default 10)
  --series N   made from the three of the test images, with different pixels each (default 24)
  --display N  longer side of the display in pixels; what is coarser than it is left out (default 512)
  --seed N     of clicks and choices (default 1)
  --only NAME  strata or orthanc
  --json       results as JSON on the standard output`;

/** Orthanc's HttpThreadsCount: each thread serves one kept-alive connection, more would wait for those that idle. */
const ORTHANC_CONNECTIONS = 50;
/** Transcoding takes so long that a few viewers say what an image costs. */
const TRANSCODING_SHARE = 0.03;
const GOALS = { first: 2000, cpu: 0.25 };

interface Case {
  readonly name: string;
  readonly server: 'strata' | 'orthanc';
  readonly share: number;
  readonly accept: string;
  readonly gzip: boolean;
}

const STORED = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
const CASES: readonly Case[] = [
  { name: 'strata', server: 'strata', share: 1, accept: '', gzip: false },
  { name: 'orthanc, as stored', server: 'orthanc', share: 1, accept: STORED, gzip: false },
  { name: 'orthanc, gzip', server: 'orthanc', share: TRANSCODING_SHARE, accept: STORED, gzip: true },
  {
    name: 'orthanc, JPEG-LS',
    server: 'orthanc',
    share: TRANSCODING_SHARE,
    accept: 'multipart/related; type="image/jls"; transfer-syntax=1.2.840.10008.1.2.4.80',
    gzip: false,
  },
];

/** @returns the exit code: 0 when the goals are met */
export async function benchStream(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      clients: { type: 'string', default: '1000' },
      within: { type: 'string', default: '10' },
      series: { type: 'string', default: '24' },
      display: { type: 'string', default: '512' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { folder, remove } = temporaryFolder('bench-stream');
  const servers = new Map<string, Filled>();
  try {
    progress('making series');
    const series = makeSeries(`${folder}/images`, Number(values.series));
    const orders = {
      series: series.map((each) => ({ ...each, instances: each.instances.map(({ uid }) => uid) })),
    };
    const results: Result[] = [];
    for (const each of CASES) {
      if (values.only && values.only !== each.server) continue;
      progress(`filling ${each.server}`);
      const server =
        servers.get(each.server) ??
        (each.server === 'strata'
          ? await filledStrata(folder, `${folder}/images`)
          : await filledOrthanc(series));
      servers.set(each.server, server);
      progress(each.name);
      const count = Math.max(1, Math.round(Number(values.clients) * each.share));
      const clicks = randomClicks(
        count,
        Number(values.within) * 1000,
        series.length,
        seeded(Number(values.seed)),
      );
      results.push(
        await measure(each.name, server, {
          ...orders,
          ...{ protocol: each.server === 'strata' ? 'strata' : 'wado', port: server.port, clicks },
          ...{ accept: each.accept, gzip: each.gzip, connections: ORTHANC_CONNECTIONS / THREADS },
          display: Number(values.display),
        }),
      );
    }
    clearProgress();
    return report(results, values.json);
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
    remove();
  }
}

function report(results: readonly Result[], json: boolean): number {
  const [ours] = results;
  const theirs = results.find(({ name }) => name === 'orthanc, as stored');
  const goals = ours
    ? [
        { name: `first image, p99 below ${GOALS.first} ms`, met: (ours.first[1] ?? 0) < GOALS.first },
        { name: 'nothing fails', met: ours.failures.length === 0 },
        ...(theirs
          ? [
              {
                name: `processor time an image ${(ours.cpuPerImage / theirs.cpuPerImage).toFixed(3)} of Orthanc's, at most ${GOALS.cpu}`,
                met: ours.cpuPerImage <= GOALS.cpu * theirs.cpuPerImage,
              },
            ]
          : []),
      ]
    : [];
  if (json) console.log(JSON.stringify({ results, goals }, null, 2));
  else {
    for (const each of results) print(each);
    for (const { name, met } of goals) console.log(`${met ? 'met    ' : 'NOT MET'} ${name}`);
  }
  return goals.every(({ met }) => met) ? 0 : 1;
}

// `npm run bench -- viewer`: how soon a study is on the screen over slow lines, beside pages on HTJ2K files and WADO-RS.
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchChromium } from '../../support/chromium.ts';
import { SlowLink } from '../../support/slow-link.ts';
import { temporaryFolder } from '../../support/strata.ts';
import { clearProgress, progress } from '../progress.ts';
import { type Contenders, indexOf, type Name, startContenders } from './contenders.ts';
import { type BenchStudy, cine, longSeries, radiograph, realSeries } from './made-images.ts';
import { measureMemory } from './memory.ts';
import { type Opening, printMemory, printOpenings, printScrolls } from './report.ts';
import { runPeer, runStrata, type Timing, type Wanted } from './runs.ts';
import { measureScroll } from './scroll.ts';

const USAGE = `npm run bench -- viewer [--cases A,B] [--links A,B] [--peers A,B] [--rounds N] [--scroll] [--memory] [--all] [--json]

  --cases   of ct, long, radiograph, cine (default all)
  --links   of 5, 30, 100 Mbit/s, with 40, 10 and 20 ms there and back (default all)
  --peers   of htj2k, wado (default both; WADO-RS is asked in the first round only)
  --rounds  openings of each (default 3)
  --scroll  only how scrolling goes
  --memory  only what a series of --slices (default 2000) takes while one scrolls through it
  --all     wait for the whole of long series over the slowest line, too: hours
  --json    results as JSON on the standard output`;

interface Line {
  readonly name: string;
  readonly bits: number;
  readonly roundTrip: number;
}

const lines: Readonly<Record<string, Line>> = {
  5: { name: '5 Mbit/s, 40 ms', bits: 5e6, roundTrip: 40 },
  30: { name: '30 Mbit/s, 10 ms', bits: 30e6, roundTrip: 10 },
  100: { name: '100 Mbit/s, 20 ms', bits: 100e6, roundTrip: 20 },
};
/** Above this a whole series is not waited for unless asked to. */
const longestWholeMs = 60_000;

const makers: Readonly<Record<string, (folder: string) => BenchStudy | Promise<BenchStudy>>> = {
  ct: () => realSeries(),
  long: (folder) => longSeries(folder),
  radiograph: (folder) => radiograph(folder),
  cine: (folder) => cine(folder),
};

/** @returns the exit code: 0 when the goals are met */
export async function benchViewer(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      cases: { type: 'string', default: 'ct,long,radiograph,cine' },
      links: { type: 'string', default: '30,5,100' },
      peers: { type: 'string', default: 'htj2k,wado' },
      rounds: { type: 'string', default: '3' },
      scroll: { type: 'boolean', default: false },
      memory: { type: 'boolean', default: false },
      slices: { type: 'string', default: '2000' },
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.memory) return benchMemory(Number(values.slices));
  const { folder, remove } = temporaryFolder('bench-viewer');
  let contenders: Contenders | null = null;
  let browser: Browser | null = null;
  try {
    progress('making images');
    const names = (values.scroll ? 'long' : values.cases).split(',');
    const studies: BenchStudy[] = [];
    for (const name of names) studies.push(await chosen(makers, name)(folder));
    const asked = new Set<Name>(['strata', ...(values.scroll ? [] : (values.peers.split(',') as Name[]))]);
    progress('filling servers');
    contenders = await startContenders(folder, studies, asked);
    browser = await launchChromium();
    const openings: Opening[] = [];
    for (const link of values.scroll ? [] : values.links.split(',')) {
      const line = chosen(lines, link);
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const study of studies) {
          for (const name of asked) {
            if (name === 'wado' && round > 0) continue;
            progress(`${line.name}: ${study.name}, ${name}, round ${round + 1}`);
            const whole = values.all || expectedMs(contenders, study, name, line) < longestWholeMs;
            const full = name !== 'wado' && study.name.startsWith('Radiograph');
            const wanted = { from: 'unseen', whole, full } as const;
            const timing = await openOnce(browser, contenders, name, study, line, wanted);
            openings.push({ line: line.name, study: study.name, name, ...timing });
            if (name !== 'strata') continue;
            const pointedAt = { from: 'pointed at', whole: false, full: false } as const;
            const { first } = await openOnce(browser, contenders, name, study, line, pointedAt);
            openings.push({ line: line.name, study: study.name, name, first: null, pointedAt: first });
          }
        }
      }
    }
    const long = studies.find(({ instances }) => instances.length > 300);
    const scrolls = long ? [await measureScroll(browser, contenders.ports.strata, long)] : [];
    clearProgress();
    if (values.json) console.log(JSON.stringify({ openings, scrolls }, null, 2));
    const met = [printOpenings(openings), printScrolls(scrolls)];
    return met.every(Boolean) ? 0 : 1;
  } finally {
    clearProgress();
    await browser?.close();
    await contenders?.stop();
    remove();
  }
}

async function benchMemory(slices: number): Promise<number> {
  const { folder, remove } = temporaryFolder('bench-viewer');
  let contenders: Contenders | null = null;
  let browser: Browser | null = null;
  try {
    progress(`making ${slices} images and filling a server`);
    const study = await longSeries(folder, slices);
    contenders = await startContenders(folder, [study], new Set<Name>(['strata']));
    browser = await launchChromium();
    progress(study.name);
    const use = await measureMemory(browser, contenders.ports.strata, study);
    clearProgress();
    return printMemory(use) ? 0 : 1;
  } finally {
    clearProgress();
    await browser?.close();
    await contenders?.stop();
    remove();
  }
}

function chosen<Value>(from: Readonly<Record<string, Value>>, name: string): Value {
  const found = from[name];
  if (!found) throw new Error(`There is no ${name}: choose of ${Object.keys(from).join(', ')}.`);
  return found;
}

/** How long the bytes of a study take on a line, about. */
function expectedMs({ htj2kBytes }: Contenders, study: BenchStudy, name: Name, { bits }: Line): number {
  const coded = htj2kBytes.get(study) ?? 0;
  return ((name === 'wado' ? coded * 4 : coded) * 8000) / bits;
}

async function openOnce(
  browser: Browser,
  { ports }: Contenders,
  name: Name,
  study: BenchStudy,
  { bits, roundTrip }: Line,
  wanted: Wanted,
): Promise<Timing> {
  const link = new SlowLink(bits, roundTrip);
  let context: BrowserContext | null = null;
  try {
    // Strata answers to pages of its own port only: the door has the same one, at another address of this machine.
    const listen = { host: '::1', port: name === 'strata' ? ports.strata : 0 };
    const url = `http://[::1]:${await link.door(ports[name], 'here', listen)}/`;
    // The bench looks at the page by scripts that the page's own policy would refuse.
    context = await browser.newContext({ bypassCSP: true });
    return name === 'strata'
      ? await runStrata(context, url, study.uid, wanted)
      : await runPeer(context, url, indexOf(name, study), wanted);
  } finally {
    await context?.close();
    await link.close();
  }
}

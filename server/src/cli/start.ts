// `strata start`: runs everything until it is told to stop.
import { flushCompileCache } from 'node:module';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { createLog } from '../config/log.ts';
import { aeTitle } from '../config/settings/ae-title.ts';
import { ROLES, type Role } from '../config/settings/pool-section.ts';
import { readSettings, type Settings } from '../config/settings/settings.ts';
import type { Strata } from '../process/strata.ts';
import { type CommonOptions, whole, withCommonOptions } from './options.ts';
import { canRunAgain, runAgain, runsAgain } from './run-again.ts';
import { stopping } from './stopping.ts';

const DEFAULT_PORT = 4280;
/** Who asked for a restart is answered first. */
const ANSWERED_MS = 20;

interface StartOptions extends CommonOptions {
  readonly port: number;
  readonly host: string;
  readonly dicomPort?: number;
  readonly aeTitle?: string;
  readonly settings?: string;
  readonly import?: string[];
  readonly roles?: Role[];
  readonly metadata?: string;
}

const help = `
Runs the database, the gateway, the image server and the viewer pages in one process, prints the address to open and the
one for DICOM peers, and keeps everything in the data folder. Ctrl-C stops it. What a site decides (DICOM peers, TLS,
limits) stands in settings.json in the data folder.

Examples:
  strata start
  strata start --data ~/strata --port 8080
  strata start --import ~/dicom scan.zip
  strata start --dicom-port 104 --ae-title ARCHIVE
  strata start --data ~/second --port 4281 --dicom-port 0 --metadata ~/strata/metadata-url`;

export function startCommand(): Command {
  return withCommonOptions(
    new Command('start').description('start Strata and print the address to open'),
    'warn',
  )
    .option('--port <number>', 'the port to listen on; 0 takes any free one', whole(0, 65_535), DEFAULT_PORT)
    .option(
      '--host <host>',
      'the address to listen on; only this machine until there is sign-in',
      '127.0.0.1',
    )
    .option(
      '--dicom-port <number>',
      'the port for DICOM peers; 0 takes any free one (default: that of the settings, or 11112)',
      whole(0, 65_535),
    )
    .option('--ae-title <title>', "Strata's own AE title (default: that of the settings, or STRATA)", title)
    .option('--settings <file>', 'a settings file (default: settings.json in the data folder)')
    .option('--roles <list>', 'what this process does: gateway, image, metadata (default: all)', roles)
    .option(
      '--metadata <where>',
      "another server's metadata: its database's URL, or the file metadata-url in its data folder",
      located,
    )
    .option('--import <path...>', 'import files, folders or zip archives once it runs')
    .addHelpText('after', help)
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  const { Strata } = await import('../process/strata.ts');
  const again = new AbortController();
  const strata = await Strata.start({
    data: path.resolve(options.data),
    host: options.host,
    port: options.port,
    command: 'start',
    roles: options.roles,
    metadata: options.metadata,
    settings: await settingsOf(options),
    log: createLog(options.logLevel),
    ...(canRunAgain && { restart: () => setTimeout(() => again.abort(), ANSWERED_MS) }),
  });
  const over = AbortSignal.any([stopping, again.signal]);
  // A timer of this process, so that nothing but a stop ends it.
  const alive = setInterval(() => undefined, 2 ** 30);
  try {
    const { address, missing } = strata.dicom ?? {};
    const dicom = address ? `DICOM: ${address}\n` : missing ? `No DICOM: ${missing}\n` : '';
    process.stdout.write(`Strata is ready: ${strata.url}/\n${dicom}`);
    // Now, since it may end without warning.
    setImmediate(flushCompileCache);
    if (options.import && !runsAgain) await importWhileRunning(strata.url, options.import, options.data);
    if (!over.aborted)
      await new Promise((resolve) => over.addEventListener('abort', resolve, { once: true }));
  } finally {
    clearInterval(alive);
    await strata.stop();
  }
  if (again.signal.aborted && !stopping.aborted) runAgain(portsOf(strata));
}

/** The same ports as before, also when they were any free ones. */
function portsOf({ url, dicom }: Strata): string[] {
  const dicomPort = dicom?.port ?? null;
  return [
    ...['--port', new URL(url).port],
    ...(dicomPort === null ? [] : ['--dicom-port', String(dicomPort)]),
  ];
}

/** Those of the file, and what the command line says instead. */
async function settingsOf({ data, settings: file, dicomPort, aeTitle }: StartOptions): Promise<Settings> {
  const settings = await readSettings(path.resolve(data), file === undefined ? null : path.resolve(file));
  const dicom = {
    ...settings.dicom,
    ...(dicomPort !== undefined && { port: dicomPort }),
    ...(aeTitle !== undefined && { aeTitle }),
  };
  return { ...settings, dicom };
}

function title(value: string): string {
  const { data, error } = aeTitle.safeParse(value);
  if (data === undefined) throw new InvalidArgumentError(`${error?.issues[0]?.message}.`);
  return data;
}

/** `gateway,image` as a list. */
function roles(value: string): Role[] {
  const names = value.split(',').map((name) => name.trim());
  const known = ROLES.filter((role) => names.includes(role));
  if (known.length === names.length) return known;
  throw new InvalidArgumentError(`It is a list of ${ROLES.join(', ')}.`);
}

/** A path as an absolute one, so that it is right when it is remembered. */
function located(where: string): string {
  if (/^postgres(ql)?:\/\//.test(where)) return where;
  if (where.includes('://')) throw new InvalidArgumentError('It is postgres://..., or the path of a file.');
  return path.resolve(where);
}

/** A failed import is told and ends nothing: what is stored can be looked at. */
async function importWhileRunning(url: string, paths: string[], data: string): Promise<void> {
  try {
    const { runImport } = await import('./import.ts');
    await runImport(url, paths, data, 'text');
  } catch (error) {
    if (stopping.aborted) return;
    process.stderr.write(
      `strata: the import ended early: ${error instanceof Error ? error.message : error}\n`,
    );
  }
}

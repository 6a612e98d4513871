// `strata start`: runs everything until it is told to stop.
import path from 'node:path';
import { Command } from 'commander';
import { createLog } from '../config/log.ts';
import { runImport } from './import.ts';
import { type CommonOptions, whole, withCommonOptions } from './options.ts';
import { stopping } from './stopping.ts';

const DEFAULT_PORT = 4280;

interface StartOptions extends CommonOptions {
  readonly port: number;
  readonly host: string;
  readonly import?: string[];
}

const help = `
Runs the database, the gateway, the image server and the viewer pages in one process, prints the address to open, and
keeps everything in the data folder. Ctrl-C stops it.

Examples:
  strata start
  strata start --data ~/strata --port 8080
  strata start --import ~/dicom scan.zip`;

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
    .option('--import <path...>', 'import files, folders or zip archives once it runs')
    .addHelpText('after', help)
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  const { Strata } = await import('../process/strata.ts');
  const strata = await Strata.start({
    data: path.resolve(options.data),
    host: options.host,
    port: options.port,
    command: 'start',
    log: createLog(options.logLevel),
  });
  // A timer of this process, so that nothing but a stop ends it.
  const alive = setInterval(() => undefined, 2 ** 30);
  try {
    process.stdout.write(`Strata is ready: ${strata.url}/\n`);
    if (options.import) await importWhileRunning(strata.url, options.import, options.data);
    if (!stopping.aborted)
      await new Promise((resolve) => stopping.addEventListener('abort', resolve, { once: true }));
  } finally {
    clearInterval(alive);
    await strata.stop();
  }
}

/** A failed import is told and ends nothing: what is stored can be looked at. */
async function importWhileRunning(url: string, paths: string[], data: string): Promise<void> {
  try {
    await runImport(url, paths, data, 'text');
  } catch (error) {
    if (stopping.aborted) return;
    process.stderr.write(
      `strata: the import ended early: ${error instanceof Error ? error.message : error}\n`,
    );
  }
}

// Finds the running Strata of a data folder, or runs one for as long as a command takes.
import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderError } from '../config/data-folder.ts';
import { tryLock } from '../config/lock.ts';
import { createLog, type LogLevel } from '../config/log.ts';
import { type RunInfo, readRunFile } from '../config/run-file.ts';
import { StartError, systemCode } from '../config/start-error.ts';
import type { Strata } from '../process/strata.ts';
import { CommandError } from './failure.ts';
import { stopping } from './stopping.ts';

/** How long a process that holds the folder may take until it answers: the database may recover from a crash. */
const ANSWER_WITHIN_MS = 20_000;
const POLL_MS = 100;

export interface ConnectOptions {
  /** The data folder as the user gave it. */
  readonly data: string;
  readonly logLevel: LogLevel;
  /** The command, named to others that find the folder in use. */
  readonly command: string;
  /** Whether a folder that is not there yet is made, or is a mistake. */
  readonly folder: 'may-be-new' | 'must-exist';
}

/**
 * Runs a task against the Strata of the data folder.
 * @param task is given the address, `http://127.0.0.1:PORT`
 * @throws StartError, CommandError, and what the task throws
 */
export async function withStrata<Result>(
  options: ConnectOptions,
  task: (url: string) => Promise<Result>,
): Promise<Result> {
  const data = path.resolve(options.data);
  if (options.folder === 'must-exist' && !existsSync(path.join(data, 'strata.json'))) {
    throw new CommandError(
      `There is no data folder at ${data}. Name it with --data, or import something first: strata import PATH.`,
    );
  }
  for (;;) {
    const running = await runningOn(data);
    if (running) return task(running.url);
    const strata = await startUnlessTaken(data, options);
    if (strata === null) continue;
    try {
      return await task(strata.url);
    } finally {
      await strata.stop();
    }
  }
}

/** A Strata of this process, or null when another one was faster. */
async function startUnlessTaken(data: string, { command, logLevel }: ConnectOptions): Promise<Strata | null> {
  // Loaded only here: most commands find a Strata that runs, and start faster without a server of their own.
  const { Strata } = await import('../process/strata.ts');
  try {
    return await Strata.start({ data, host: '127.0.0.1', port: 0, command, log: createLog(logLevel) });
  } catch (error) {
    if (error instanceof StartError && error.code === 'in-use') return null;
    throw error;
  }
}

/** The Strata that serves the data folder; null when none does. @param data as the user gave it */
export function runningStrata(data: string): Promise<RunInfo | null> {
  return runningOn(path.resolve(data));
}

/** Who runs on the folder and answers, or null when nobody does; waits for a command that only uses it for a while. */
async function runningOn(data: string): Promise<RunInfo | null> {
  await checkReadable(data);
  const until = Date.now() + ANSWER_WITHIN_MS;
  let told = false;
  while (existsSync(data) && isLocked(data)) {
    const info = await readRunFile(data);
    if (info?.command === 'start' && (await answers(info))) return info;
    if (info && info.command !== 'start') {
      if (!told)
        process.stderr.write(
          `Waiting for strata ${info.command} (process ${info.pid}), which uses ${data} ...\n`,
        );
      told = true;
    } else if (Date.now() > until) {
      throw new StartError(
        'no-answer',
        `Another process holds ${data} but does not answer. Look at what it does, stop it, and try again.`,
      );
    }
    await sleep(POLL_MS, undefined, { signal: stopping });
  }
  return null;
}

/** A folder of another user looks as if someone held it and never answered. @throws StartError */
async function checkReadable(data: string): Promise<void> {
  try {
    await access(data, constants.R_OK | constants.X_OK);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw folderError(data, error);
  }
}

function isLocked(data: string): boolean {
  try {
    const lock = tryLock(data);
    lock?.release();
    return lock === null;
  } catch {
    return false; // not writable: starting says so in better words
  }
}

async function answers({ url }: RunInfo): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

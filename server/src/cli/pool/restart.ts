// `strata restart`: has servers start again, one after the other, so that clients notice nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerRecord } from '@strata/metadata/pool/model';
import { Command } from 'commander';
import { runningStrata } from '../connect.ts';
import { CommandError } from '../failure.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { stopping } from '../stopping.ts';
import { duration } from '../words.ts';
import { fetchMembers, namedServer, orderRestart } from './pool-client.ts';

interface RestartOptions extends CommonOptions {
  readonly rolling?: true;
}

/** A server that takes longer has failed to start. */
const BACK_WITHIN_MS = 60_000;
const POLL_MS = 100;
/** All servers know after a heartbeat that one is back, and clients after one more. */
const SETTLE_MS = 2_000;

const help = `
A server that starts again tells its clients to go elsewhere, finishes what it does, and is back within a second or two, as
the same process and on the same port. With --rolling all servers do that, one after the other, the one of this data folder
last; the first one that does not come back ends it.

Examples:
  strata restart                 the server of this data folder
  strata restart 3f2a91c0        another one
  strata restart --rolling       all of them`;

export function restartCommand(): Command {
  return withCommonOptions(new Command('restart').description('start servers again, one after the other'))
    .argument(
      '[server]',
      'its name, or its id or the first letters of it; that of the data folder when left out',
    )
    .option('--rolling', 'all servers that are alive')
    .addHelpText('after', help)
    .action(async (word: string | undefined, options: RestartOptions) => {
      if (word !== undefined && options.rolling)
        throw new CommandError('Name a server or give --rolling, not both.');
      const running = await runningStrata(options.data);
      if (!running) throw new CommandError(`No Strata runs on ${options.data}. Start it: strata start`);
      await run(running.url, word, options.rolling === true);
    });
}

async function run(url: string, word: string | undefined, rolling: boolean): Promise<void> {
  const servers = await fetchMembers(url);
  const own = await ownId(url);
  const chosen = rolling
    ? servers.filter(({ isAlive }) => isAlive).sort((a, b) => Number(a.id === own) - Number(b.id === own))
    : [namedServer(servers, word ?? own)];
  for (const [index, server] of chosen.entries()) {
    if (index > 0) await sleep(SETTLE_MS, undefined, { signal: stopping });
    const took = await restartOne(url, server);
    process.stdout.write(`${server.name} is back after ${duration(took)}.\n`);
  }
}

/** @returns how long it took, in milliseconds */
async function restartOne(url: string, server: ServerRecord): Promise<number> {
  const began = performance.now();
  await orderRestart(url, server);
  while (performance.now() - began < BACK_WITHIN_MS) {
    await sleep(POLL_MS, undefined, { signal: stopping });
    const now = await serversIfThere(url);
    if (now?.some(({ id, boot, isAlive }) => id === server.id && boot !== server.boot && isAlive))
      return performance.now() - began;
  }
  throw new CommandError(
    `${server.name} did not come back within ${duration(BACK_WITHIN_MS)}. Look at what it says; no other server was started again after it.`,
  );
}

/** Null while the server that is asked starts again itself, or its database does. */
async function serversIfThere(url: string): Promise<ServerRecord[] | null> {
  try {
    return await fetchMembers(url);
  } catch (error) {
    stopping.throwIfAborted();
    if (error instanceof CommandError) return null;
    throw error;
  }
}

async function ownId(url: string): Promise<string> {
  const response = await fetch(`${url}/health`, { signal: stopping });
  return ((await response.json()) as { id: string }).id;
}

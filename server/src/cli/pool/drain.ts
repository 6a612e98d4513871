// `strata drain`: has a server's replicas moved to others before it leaves, and takes it out of the pool.
import { Command } from 'commander';
import { withStrata } from '../connect.ts';
import { CommandError } from '../failure.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { count } from '../words.ts';
import { changeState, fetchServers, namedServer } from './pool-client.ts';

interface DrainOptions extends CommonOptions {
  readonly undo?: true;
  readonly out?: true;
  readonly giveUp?: true;
}

const help = `
A server that drains gets nothing new and still shows what it has, until others have it too; strata servers shows how much
is left. When that is nothing, stop the server and take it out with --out. A server that will never come back is taken out
the same way: what it had is copied again from the others.

Examples:
  strata drain 3f2a91c0            move everything off this server
  strata drain 3f2a91c0 --undo     it stays after all
  strata drain 3f2a91c0 --out      it is gone for good`;

export function drainCommand(): Command {
  return withCommonOptions(new Command('drain').description('move everything off a server, or take it out'))
    .argument('<server>', 'its name, or its id or the first letters of it, as strata servers shows them')
    .option('--undo', 'let it stay')
    .option('--out', 'take it out of the pool')
    .option('--give-up', 'with --out: also when blobs are lost with it')
    .addHelpText('after', help)
    .action((word: string, options: DrainOptions) => {
      if (options.undo && options.out) throw new CommandError('Give --undo or --out, not both.');
      if (options.giveUp && !options.out) throw new CommandError('--give-up goes with --out only.');
      return withStrata({ ...options, command: 'drain', folder: 'must-exist' }, async (url) => {
        process.stdout.write(`${await run(url, word, options)}\n`);
      });
    });
}

async function run(url: string, word: string, { undo, out, giveUp }: DrainOptions): Promise<string> {
  const server = namedServer(await fetchServers(url), word);
  const { name, replicas } = server;
  const state = undo ? 'in' : out ? 'out' : 'draining';
  const { left, away, wantedCopies } = await changeState(url, server, state, giveUp === true);
  if (undo) return `${name} stays in the pool.`;
  const copies = count(replicas, 'replica');
  const few =
    left < wantedCopies
      ? ` Only ${count(left, 'image server')} will be left, too few for ${wantedCopies} copies of each image.`
      : '';
  const warning = `${few}${away > 0 ? ` Of those that are left, ${away} cannot be reached now.` : ''}`;
  if (out) return `${name} is out of the pool; what it had (${copies}) is made anew on the others.${warning}`;
  return `${name} is being drained: ${copies} to move. See how many are left: strata servers. Then stop it, and: strata drain ${word} --out${warning && `\n${warning.trim()}`}`;
}

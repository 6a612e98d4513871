// `strata routes`: what waits to be forwarded or prefetched, to be looked at, tried again or given up.
import type { Errand, ErrandTarget } from '@strata/metadata/errands/errand';
import { Command } from 'commander';
import { withStrata } from './connect.ts';
import { CommandError } from './failure.ts';
import { type CommonOptions, inheritedOptions, subcommand, withCommonOptions } from './options.ts';
import { ask } from './server-client.ts';
import { table } from './table.ts';
import { count, moment, printable } from './words.ts';

interface RoutesOptions extends CommonOptions {
  readonly json?: true;
  readonly all?: true;
  readonly failed?: true;
}

const help = `
Rules in the settings (forward, prefetch) say what goes on to others by itself, and what is fetched from them. What cannot
be done now is tried again, for four days at longer and longer pauses; what is refused five times waits for a person.

Examples:
  strata routes                        how much waits for whom
  strata routes list dicom:PACS        each instance that waits for a destination, and why
  strata routes retry dicom:PACS       try everything for it again now
  strata routes drop dicom:PACS        give up what failed there`;

export function routesCommand(): Command {
  const command = withCommonOptions(
    new Command('routes').description('show what waits to be forwarded or prefetched'),
  )
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action((options: RoutesOptions) => run(options, overview));
  command.addCommand(
    subcommand('list', 'list what waits for a destination')
      .argument('[destination]', 'as in the first column of strata routes; all when it is left out')
      .option('--failed', 'only what waits for a person')
      .action((target: string | undefined, _: unknown, self: Command) =>
        run(inheritedOptions<RoutesOptions>(self), list, target),
      ),
  );
  command.addCommand(
    subcommand('retry', 'try again now')
      .argument('[destination]', 'as in the first column of strata routes')
      .option('--all', 'all destinations')
      .action((target: string | undefined, _: unknown, self: Command) =>
        run(inheritedOptions<RoutesOptions>(self), retry, target),
      ),
  );
  command.addCommand(
    subcommand('drop', 'give up what failed; it stays stored here')
      .argument('[destination]', 'as in the first column of strata routes')
      .option('--all', 'all destinations')
      .action((target: string | undefined, _: unknown, self: Command) =>
        run(inheritedOptions<RoutesOptions>(self), drop, target),
      ),
  );
  return command;
}

type Task = (url: string, options: RoutesOptions, target?: string) => Promise<string>;

async function run(options: RoutesOptions, task: Task, target?: string): Promise<void> {
  await withStrata({ ...options, command: 'routes', folder: 'must-exist' }, async (url) => {
    process.stdout.write(`${await task(url, options, target)}\n`);
  });
}

async function overview(url: string, { json }: RoutesOptions): Promise<string> {
  const targets = (await (await ask(`${url}/admin/routes`)).json()) as ErrandTarget[];
  if (json) return JSON.stringify(targets);
  if (targets.length === 0) return 'Nothing waits to be forwarded or prefetched.';
  const columns = [
    { title: 'destination', max: 60 },
    { title: 'kind' },
    { title: 'waiting', align: 'right' as const },
    { title: 'failed', align: 'right' as const },
    { title: 'oldest' },
    { title: 'last reason', max: 80 },
  ];
  const rows = targets.map(({ target, kind, waiting, failed, oldest, error }) => [
    ...[target, kind, String(waiting), String(failed), oldest ? moment(oldest) : '', printable(error)],
  ]);
  return table(columns, rows);
}

async function list(url: string, { json, failed }: RoutesOptions, target?: string): Promise<string> {
  const query = new URLSearchParams({ limit: '1000', ...(target && { target }) });
  if (failed) query.set('state', 'failed');
  const errands = (await (await ask(`${url}/admin/routes/errands?${query}`)).json()) as Errand[];
  const open = errands.filter(({ state }) => state !== 'done');
  if (json) return JSON.stringify(open);
  if (open.length === 0) return 'Nothing waits there.';
  const columns = [
    { title: 'destination', max: 40 },
    { title: 'UID', max: 64 },
    { title: 'rule', max: 30 },
    { title: 'state' },
    { title: 'tries', align: 'right' as const },
    { title: 'reason', max: 80 },
  ];
  const rows = open.map(({ target: to, uid, rule, state, attempts, error }) => [
    ...[to, uid, printable(rule), state, String(attempts), printable(error)],
  ]);
  return `${table(columns, rows)}\n\n${count(open.length, 'errand')}${errands.length === 1000 ? ' and more' : ''}.`;
}

async function retry(url: string, options: RoutesOptions, target?: string): Promise<string> {
  const errands = await change(`${url}/admin/routes/retry`, filterOf(options, target));
  return options.json ? JSON.stringify({ errands }) : `${count(errands, 'errand')} will be tried again now.`;
}

async function drop(url: string, options: RoutesOptions, target?: string): Promise<string> {
  const filter = { ...filterOf(options, target), state: 'failed' };
  const errands = await change(`${url}/admin/routes/drop`, filter);
  return options.json ? JSON.stringify({ errands }) : `${count(errands, 'errand')} given up.`;
}

function filterOf({ all }: RoutesOptions, target?: string): { target?: string } {
  if ((target === undefined) === (all === undefined))
    throw new CommandError('Name one destination, or give --all.');
  return target === undefined ? {} : { target };
}

async function change(url: string, filter: object): Promise<number> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(filter),
  };
  return ((await (await ask(url, init)).json()) as { errands: number }).errands;
}

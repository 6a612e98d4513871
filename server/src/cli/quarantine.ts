// `strata quarantine`: the files that could not be taken in, to be looked at, tried again or dropped.
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import type { IngestAnswer } from '../gateway/outcome.ts';
import type { QuarantineEntry, QuarantineList } from '../gateway/quarantine.ts';
import { withStrata } from './connect.ts';
import { CommandError } from './failure.ts';
import { type CommonOptions, inheritedOptions, subcommand, withCommonOptions } from './options.ts';
import { listReport, oneReport } from './quarantine-report.ts';
import { ask } from './server-client.ts';
import { stopping } from './stopping.ts';
import { count } from './words.ts';

interface QuarantineOptions extends CommonOptions {
  readonly json?: true;
  readonly all?: true;
  readonly yes?: true;
}

const help = `
What came over the network and cannot be taken in is kept here with its reason, and so is a file that contradicts what is
stored. An ID is the SHA-256 of a file; its first letters are enough.

Examples:
  strata quarantine                     list what is there
  strata quarantine show 3fa9           all that is known of one
  strata quarantine retry 3fa9          take it in, if this version or new settings can
  strata quarantine retry --all
  strata quarantine drop 3fa9 --yes     throw it away for good`;

export function quarantineCommand(): Command {
  const command = withCommonOptions(
    new Command('quarantine').description('list, try again or drop the files that could not be taken in'),
  )
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action((options: QuarantineOptions) => run(options, list));
  command.addCommand(
    subcommand('list', 'list what is there, as without a command').action((_: unknown, self: Command) =>
      run(inheritedOptions<QuarantineOptions>(self), list),
    ),
  );
  command.addCommand(
    subcommand('show', 'say all that is known of a file')
      .argument('<id>', 'the id of a file, or its first letters')
      .action((id: string, _options: unknown, self: Command) =>
        run(inheritedOptions<QuarantineOptions>(self), show, id),
      ),
  );
  command.addCommand(
    subcommand('retry', 'try to take files in')
      .argument('[id]', 'the id of a file, or its first letters')
      .option('--all', 'try all of them')
      .action((id: string | undefined, _options: unknown, self: Command) =>
        run(inheritedOptions<QuarantineOptions>(self), retry, id),
      ),
  );
  command.addCommand(
    subcommand('drop', 'throw a file away for good')
      .argument('<id>', 'the id of a file, or its first letters')
      .option('-y, --yes', 'do not ask')
      .action((id: string, _options: unknown, self: Command) =>
        run(inheritedOptions<QuarantineOptions>(self), drop, id),
      ),
  );
  return command;
}

type Task = (url: string, options: QuarantineOptions, id?: string) => Promise<void>;

async function run(options: QuarantineOptions, task: Task, id?: string): Promise<void> {
  await withStrata({ ...options, command: 'quarantine', folder: 'must-exist' }, (url) =>
    task(url, options, id),
  );
}

async function list(url: string, { json }: QuarantineOptions): Promise<void> {
  const found = await fetchList(url);
  print(json ? JSON.stringify(found) : listReport(found));
}

async function show(url: string, { json, data }: QuarantineOptions, id = ''): Promise<void> {
  const entry = (await (await ask(address(url, id))).json()) as QuarantineEntry;
  print(json ? JSON.stringify(entry) : oneReport(entry, fileOf(data, entry)));
}

async function retry(url: string, { json, all }: QuarantineOptions, id?: string): Promise<void> {
  if ((id === undefined) === (all === undefined))
    throw new CommandError('Name one file by its id, or give --all.');
  const ids = id === undefined ? (await fetchList(url)).entries.map((entry) => entry.id) : [id];
  const answers: (IngestAnswer & { id: string })[] = [];
  for (const each of ids) {
    stopping.throwIfAborted();
    answers.push({ id: each, ...(await retryOne(url, each)) });
  }
  const refused = answers.filter(({ outcome }) => outcome === 'refused');
  if (refused.length > 0) process.exitCode = 1;
  const taken = answers.length - refused.length;
  const lines = [
    `${count(taken, 'file')} taken in${refused.length > 0 ? `, ${refused.length} still refused:` : '.'}`,
    ...refused.map((answer) => `  ${answer.id.slice(0, 12)}  ${answer.reason}`),
  ];
  print(json ? JSON.stringify({ taken, refused: refused.length, files: answers }) : lines.join('\n'));
}

/** What cannot even be tried does not stop the others. */
async function retryOne(url: string, id: string): Promise<IngestAnswer> {
  try {
    return (await (await ask(`${address(url, id)}/retry`, { method: 'POST' })).json()) as IngestAnswer;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { outcome: 'refused', code: 'not-tried', reason: error.message };
  }
}

async function drop(url: string, { json, yes, data }: QuarantineOptions, id = ''): Promise<void> {
  const entry = (await (await ask(address(url, id))).json()) as QuarantineEntry;
  if (!yes) await confirm(entry, fileOf(data, entry));
  await ask(address(url, entry.id), { method: 'DELETE' });
  print(json ? JSON.stringify({ dropped: entry.id }) : `Dropped ${entry.id}.`);
}

async function confirm(entry: QuarantineEntry, file: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new CommandError('Nobody is there to be asked: add --yes to drop the file.');
  process.stderr.write(`${oneReport(entry, file)}\n\n`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question('Throw this file away for good? [y/N] ', { signal: stopping });
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError('Nothing was dropped.');
  } finally {
    terminal.close();
  }
}

async function fetchList(url: string): Promise<QuarantineList> {
  return (await (await ask(`${url}/admin/quarantine`)).json()) as QuarantineList;
}

/** Where it lies, for those who want to look at it with tools of their own. */
function fileOf(data: string, { id }: QuarantineEntry): string {
  return path.resolve(data, 'quarantine', `${id}.dcm`);
}

function address(url: string, id: string): string {
  return `${url}/admin/quarantine/${encodeURIComponent(id)}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

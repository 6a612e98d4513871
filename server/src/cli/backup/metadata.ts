// `strata metadata migrate`: from the database inside Strata to a PostgreSQL of one's own.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { cancelMove, type Moved, moveMetadata } from '../../admin/backup/move-metadata.ts';
import { databaseAt } from '../../config/metadata-location.ts';
import { shownLocation } from '../../config/pool-place.ts';
import { CommandError } from '../failure.ts';
import { type CommonOptions, inheritedOptions, subcommand, withCommonOptions } from '../options.ts';
import { stopping } from '../stopping.ts';
import { table } from '../table.ts';
import { count, duration } from '../words.ts';
import { StepProgress } from './step-progress.ts';

interface MigrateOptions extends CommonOptions {
  readonly from: string;
  readonly to?: string;
  readonly cancel?: true;
  readonly json?: true;
}

const help = `
Every table is counted and compared by its SHA-256 on both sides before anything is kept. Stop the servers first; those that
ask the database of this folder find the new one by themselves when they are started again. The old database stays as it is,
and no server starts on it any more. When it is broken off, run it again, or give it up with --cancel.

Examples:
  strata metadata migrate --from ~/strata --to postgres://strata:PASSWORD@n1,n2,n3/strata
  strata metadata migrate --from ~/strata --to cluster/metadata-url            the file of strata cluster init
  strata metadata migrate --data ~/strata --from embedded --to postgres://...
  strata metadata migrate --from ~/strata --cancel`;

export function metadataCommand(): Command {
  const command = withCommonOptions(
    new Command('metadata').description('move the metadata to another database'),
  );
  command.addCommand(
    subcommand('migrate', 'move the metadata of a data folder into an empty PostgreSQL')
      .requiredOption('--from <folder>', 'the data folder, or embedded for that of --data')
      .option(
        '--to <where>',
        'the empty database: postgres://user:password@host1,host2,host3/name, or a file with it',
      )
      .option('--cancel', 'give up a move that was broken off: the metadata stay in the data folder')
      .addHelpText('after', help)
      .action((_: unknown, self: Command) => run(inheritedOptions<MigrateOptions>(self))),
  );
  return command;
}

async function run({ data, from, to: location, cancel, json }: MigrateOptions): Promise<void> {
  const folder = path.resolve(from === 'embedded' ? data : from);
  if (!existsSync(path.join(folder, 'strata.json')))
    throw new CommandError(`There is no data folder at ${folder}. Name it: --from DIR.`);
  if (cancel) {
    const was = await cancelMove(folder);
    process.stdout.write(
      was ? `The metadata stay in ${folder}.\n` : `No move of the metadata in ${folder} is under way.\n`,
    );
    return;
  }
  if (location === undefined)
    throw new CommandError(
      'Name the empty database: --to postgres://user:password@host1,host2,host3/name, or --to FILE with that address in it.',
    );
  const to = await databaseAt(location);
  const began = performance.now();
  const progress = new StepProgress({ copy: 'Rows', index: 'Indexes', check: 'Comparing' });
  try {
    const moved = await moveMetadata({
      ...{ from: folder, to, signal: stopping },
      onProgress: ({ step, table: name, done, total }) => progress.update(step, done, total, name),
    });
    progress.stop();
    const text = json
      ? JSON.stringify({ from: folder, to: shownLocation(to), ...moved })
      : words(moved, folder, to, performance.now() - began);
    process.stdout.write(`${text}\n`);
  } finally {
    progress.stop();
  }
}

function words({ outcome, tables }: Moved, folder: string, to: string, ms: number): string {
  const lines: string[] = [];
  if (outcome === 'already') {
    lines.push('The rows were there from a run that was broken off.');
  } else {
    const columns = [
      { title: 'table' },
      { title: 'rows', align: 'right' as const },
      { title: 'SHA-256, both sides' },
    ];
    const rows = tables.map((one) => [one.name, one.rows.toLocaleString('en'), one.digest.slice(0, 16)]);
    const sum = tables.reduce((total, one) => total + one.rows, 0);
    lines.push(table(columns, rows), '');
    lines.push(`${count(sum, 'row')} moved and compared in ${duration(ms)}.`);
  }
  lines.push(
    `The metadata of ${folder} are at ${shownLocation(to)} now; strata start --data ${folder} finds them there.`,
  );
  return lines.join('\n');
}

// `strata rebuild`: makes the metadata out of the blobs again, or brings what is known of images up to date.
import path from 'node:path';
import { Command } from 'commander';
import { foundDisks } from '../../admin/rebuild/found-disks.ts';
import { rebuild } from '../../admin/rebuild/rebuild.ts';
import { createLog } from '../../config/log.ts';
import { CodingPool } from '../../gateway/coding-pool.ts';
import { CommandError } from '../failure.ts';
import type { CommonOptions } from '../options.ts';
import { withCommonOptions } from '../options.ts';
import { stopping } from '../stopping.ts';
import { count } from '../words.ts';
import { openRebuilt } from './open-rebuilt.ts';
import { follow, report } from './report.ts';

interface RebuildCommandOptions extends Omit<CommonOptions, 'data'> {
  readonly data: readonly string[];
  readonly metadata?: string;
  readonly settings?: string;
  readonly look?: true;
  readonly refresh?: true;
  readonly fresh?: true;
  readonly giveUp?: true;
  readonly json?: true;
}

const help = `
Every image's blobs say all that the metadata know of it: patients, studies, series, instances, and where its pixels lie.
This looks through the disks of a data folder and adds whatever the metadata lack; what they have stays as it is. It may be
stopped and run again at any time, and then goes on where it was. Not in blobs, and only in backups: scheduled procedure
steps, errands (what is still to be forwarded or fetched), the state of servers, the secrets that they share.

A pool: run it for each server's data folder, on its machine, all with the same --metadata; servers may run meanwhile. Where
images that disagree about a patient's or study's words must be heard in the order in which they came, run it everywhere
with --look first, and then once more, without, for all.

What cannot be used is told, and stays where it is: until a rebuild has found nothing of the kind, or was told to --give-up, no
server removes files that it does not know. Exit code 0 when everything that was found is in use now.

Examples:
  strata rebuild                        the database of ./data is gone or empty
  strata rebuild --fresh                it does not start any more: set it aside, begin with an empty one
  strata rebuild --refresh              images from earlier versions get the lookup tables and words of this one
  strata rebuild --data /srv/strata --metadata 'postgres://strata:...@db1,db2,db3/strata'`;

export function rebuildCommand(): Command {
  const command = withCommonOptions(
    new Command('rebuild').description('make the metadata out of the blobs again'),
  )
    .option('--metadata <url>', 'the database to fill, where it is not that of the data folder')
    .option('--settings <file>', 'the settings file of the server, where it is not in its data folder')
    .option('--look', 'only look through the disks; a rebuild without this commits what was found')
    .option('--refresh', 'also bring what is known of images to what this version reads in them')
    .option('--fresh', 'set the database of the data folder aside and begin with an empty one')
    .option('--give-up', 'end the rebuild although something could not be used: servers may remove it then')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (options: RebuildCommandOptions) => run(options));
  const data = command.options.find(({ long }) => long === '--data');
  data?.argParser((value: string, before: readonly string[] | string) =>
    Array.isArray(before) ? [...before, value] : [value],
  );
  if (data)
    data.description =
      'the data folder; several (with --metadata) where this machine has those of several servers';
  return command;
}

async function run(options: RebuildCommandOptions): Promise<void> {
  const folders = [options.data].flat().map((folder) => path.resolve(folder));
  if (folders.length > 1 && options.metadata === undefined)
    throw new CommandError(
      'Several data folders have their metadata in one database: name it with --metadata.',
    );
  if (folders.length > 1 && options.settings !== undefined)
    throw new CommandError('Each data folder has settings of its own: give --settings for one at a time.');
  const log = createLog(options.logLevel);
  const opened = await openRebuilt(folders, {
    metadata: options.metadata,
    settings: options.settings ?? null,
    fresh: options.fresh === true,
    log,
  });
  try {
    const found = await Promise.all(
      opened.installations.map(({ folder, settings }) => foundDisks(folder, settings)),
    );
    const disks = found.flatMap((one) => one.disks);
    const missing = found.flatMap((one) => one.missing);
    if (disks.length === 0)
      throw new CommandError(`No disk can be read: ${missing.map(({ reason }) => reason).join('; ')}`);
    const before = await opened.metadata.counts();
    const stay = options.refresh ? 'are described anew' : 'stay as they are';
    const there =
      before.instances > 0 ? `has ${count(before.instances, 'instance')}, which ${stay}` : 'is empty';
    say(`The database ${there}; what the blobs on ${count(disks.length, 'disk')} have beyond it is added.`);
    for (const { path: place, reason } of missing) say(`Left out: ${place}: ${reason}`);
    const coding = new CodingPool((error) => log.warn({ err: error }, 'a worker was lost over a blob'));
    try {
      const known = options.refresh ? 'describe-anew' : 'stay';
      const leftovers = options.giveUp ? 'give-up' : 'wait';
      const until = options.look ? 'look' : 'end';
      const summary = await follow(
        rebuild({ metadata: opened.metadata, coding, disks }, { known, until, leftovers }, stopping),
      );
      stopping.throwIfAborted();
      if (!summary) throw new CommandError('The rebuild ended early.');
      process.stdout.write(`${report(summary, missing, { until, json: options.json === true })}\n`);
      if (missing.length > 0 || summary.listed.length > 0) process.exitCode = 1;
    } finally {
      await coding.close();
      for (const { store } of disks) store.close();
    }
  } finally {
    await opened.close();
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

// `strata backup`: everything that is stored, onto another disk, while servers go on.
import path from 'node:path';
import { Metadata } from '@strata/metadata/metadata';
import { Command } from 'commander';
import { BackupFolder, type ListedDump } from '../../admin/backup/backup-folder.ts';
import { installationOf } from '../../admin/backup/installation.ts';
import { PoolSource } from '../../admin/backup/pool-source.ts';
import { serverFiles } from '../../admin/backup/server-files.ts';
import { type BackupReport, takeBackup } from '../../admin/backup/take-backup.ts';
import { databaseAt, metadataUrlOf } from '../../config/metadata-location.ts';
import { readSettings } from '../../config/settings/settings.ts';
import { readPem } from '../../pool/wire/tls.ts';
import { withStrata } from '../connect.ts';
import { type CommonOptions, whole, withCommonOptions } from '../options.ts';
import { stopping } from '../stopping.ts';
import { table } from '../table.ts';
import { count, duration, moment, size } from '../words.ts';
import { lackingLines } from './lacking.ts';
import { StepProgress } from './step-progress.ts';

interface BackupOptions extends CommonOptions {
  readonly to: string;
  readonly keep?: number;
  readonly check?: true;
  readonly list?: true;
  readonly metadata?: string;
  readonly settings?: string;
  readonly json?: true;
}

const MOST_KEPT = 10_000;

const help = `
Servers go on taking in and showing images meanwhile. The folder has one copy of every blob and several dumps of the metadata,
so a further backup copies only what is new; one that was broken off is just run again. It holds patients' images and names,
and the keys: keep it as you keep the data folder, on another disk, best in another place.
Exit code 0 means that everything is in it. What no server has a good copy of is told by name, with exit code 1.

Examples:
  strata backup --to /mnt/backup
  strata backup --to /mnt/backup --keep 30       keep the dumps of 30 backups
  strata backup --to /mnt/backup --check         also read again what is in the backup already
  strata backup --to /mnt/backup --list          which dumps there are`;

export function backupCommand(): Command {
  return withCommonOptions(new Command('backup').description('back everything up, while servers go on'))
    .requiredOption('--to <dir>', 'the folder of the backup; made when it is new')
    .option('--keep <number>', 'dumps to keep; older ones go (default: all stay)', whole(1, MOST_KEPT))
    .option('--check', 'read what is in the backup already again, and replace what is bad')
    .option('--list', 'only list the dumps in the backup')
    .option(
      '--metadata <where>',
      'the database of a pool, or a file with its address, where this machine has no data folder',
    )
    .option(
      '--settings <file>',
      'the settings file that strata start is given (default: that of the data folder)',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (options: BackupOptions) => {
      if (options.list) return list(options);
      const { metadata } = options;
      if (metadata !== undefined) return run(await databaseAt(metadata), options);
      return withStrata({ ...options, command: 'backup', folder: 'must-exist' }, async () =>
        run(await metadataUrlOf(path.resolve(options.data)), options),
      );
    });
}

async function run(url: string, options: BackupOptions): Promise<void> {
  const { to, keep, check, json, settings: file } = options;
  const data = options.metadata === undefined ? path.resolve(options.data) : null;
  const settingsFile = file === undefined ? null : path.resolve(file);
  const settings = await readSettings(data ?? path.resolve(to), settingsFile);
  const began = performance.now();
  const progress = new StepProgress({
    metadata: 'Metadata',
    compare: 'Comparing',
    copy: 'Blobs',
    prune: 'Old dumps',
  });
  const metadata = await Metadata.open(url);
  try {
    const installation = installationOf(await metadata.pool.key());
    const folder = await BackupFolder.forWriting(to, installation, data === null ? [] : [data]);
    try {
      const tls = settings.pool.tls && (await readPem(settings.pool.tls, settings.folder));
      const source = await PoolSource.open(metadata, tls);
      try {
        const report = await takeBackup({
          ...{ folder, source, url, metadata, keep: keep ?? null, signal: stopping },
          existing: check ? 'read' : 'trust',
          files: data === null ? null : serverFiles(data, settingsFile),
          onProgress: ({ step, done, total, bytes }) =>
            progress.update(step, done, total, bytes > 0 ? size(bytes) : ''),
        });
        progress.stop();
        if (report.lacking.length + report.problems.length > 0) process.exitCode = 1;
        const text = json
          ? JSON.stringify(report)
          : words(report, path.resolve(to), performance.now() - began);
        process.stdout.write(`${text}\n`);
      } finally {
        source.close();
      }
    } finally {
      folder.close();
    }
  } finally {
    progress.stop();
    await metadata.close();
  }
}

function words(report: BackupReport, to: string, ms: number): string {
  const { name, summary, copied, lacking, problems, pruned } = report;
  const { studies, instances, blobs, bytes } = summary;
  const lines = [
    `${to} has the dump ${name}: ${count(studies, 'study', 'studies')}, ${count(instances, 'instance')}, ${count(blobs, 'blob')} (${size(bytes)}).`,
    `${count(copied.blobs, 'blob')} (${size(copied.bytes)}) copied in ${duration(ms)}.`,
  ];
  if (pruned && pruned.dumps.length + pruned.blobs > 0) {
    lines.push(
      `${count(pruned.dumps.length, 'old dump')} and ${count(pruned.blobs, 'blob')} (${size(pruned.bytes)}) removed.`,
    );
  }
  lines.push(...lackingLines(lacking, 'No server has a good copy of these; they are not in the backup:'));
  return [...lines, ...problems].join('\n');
}

async function list({ to, json }: BackupOptions): Promise<void> {
  const folder = await BackupFolder.forReading(to, 'look');
  const dumps = await folder.dumps();
  folder.close();
  process.stdout.write(`${json ? JSON.stringify(dumps) : listed(dumps)}\n`);
}

function listed(dumps: readonly ListedDump[]): string {
  if (dumps.length === 0) return 'No dumps.';
  const right = 'right' as const;
  const columns = [
    { title: 'dump' },
    { title: 'taken at (UTC)' },
    { title: 'studies', align: right },
    { title: 'instances', align: right },
    { title: 'bytes', align: right },
    { title: 'lacking', align: right },
  ];
  const rows = dumps.map(({ name, summary }) =>
    summary === null
      ? [name, 'damaged', '', '', '', '']
      : [
          ...[name, moment(summary.takenAt), summary.studies.toLocaleString('en')],
          ...[summary.instances.toLocaleString('en'), size(summary.bytes), String(summary.lacking.length)],
        ],
  );
  return table(columns, rows);
}

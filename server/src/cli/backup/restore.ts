// `strata restore`: a backup onto an empty machine.
import path from 'node:path';
import { Command } from 'commander';
import { BackupError } from '../../admin/backup/backup-error.ts';
import { BackupFolder } from '../../admin/backup/backup-folder.ts';
import { type RestoreReport, restore } from '../../admin/backup/restore.ts';
import { databaseAt } from '../../config/metadata-location.ts';
import { UndoList } from '../../process/undo.ts';
import { stopping } from '../stopping.ts';
import { count, duration, size } from '../words.ts';
import { lackingLines } from './lacking.ts';
import { StepProgress } from './step-progress.ts';

interface RestoreOptions {
  readonly from: string;
  readonly dump?: string;
  readonly data?: string[];
  readonly metadata?: string;
  readonly json?: true;
}

const help = `
Every blob is compared with its SHA-256 on its way, and every row of the metadata is read again and compared before it is kept.
A restore that was broken off is just run again; until it has ended no server starts on the folder.
With --metadata the metadata go into that empty database instead of one in the data folder. With several --data each gets a
share, in as many copies as the settings want. Without --data only the metadata are restored, for servers whose disks are whole.

Examples:
  strata restore --from /mnt/backup --data ~/strata
  strata restore --from /mnt/backup --dump 20261121T020000Z --data ~/strata
  strata restore --from /mnt/backup --metadata postgres://strata:PASSWORD@n1,n2,n3/strata --data /srv/a --data /srv/b
  strata restore --from /mnt/backup --metadata postgres://...        the disks are whole, the database was lost`;

export function restoreCommand(): Command {
  return new Command('restore')
    .description('restore a backup onto an empty machine')
    .requiredOption('--from <dir>', 'the folder of the backup')
    .option('--dump <name>', 'which dump, as strata backup --list shows it (default: the newest)')
    .option(
      '--data <dir>',
      'a new data folder; several for several servers (default: ./data, unless --metadata is given)',
      (dir: string, before: string[] = []) => [...before, dir],
    )
    .option('--metadata <where>', 'an empty database: postgres://..., or a file with that address')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(run);
}

async function run({ from, dump, data, metadata, json }: RestoreOptions): Promise<void> {
  const url = metadata === undefined ? null : await databaseAt(metadata);
  const folders = (data ?? (metadata === undefined ? ['./data'] : [])).map((dir) => path.resolve(dir));
  const began = performance.now();
  const progress = new StepProgress({
    copy: 'Metadata',
    index: 'Indexes',
    check: 'Comparing',
    blobs: 'Blobs',
  });
  const undo = new UndoList();
  try {
    const backup = await BackupFolder.forReading(from, 'keep');
    undo.add(() => backup.close());
    const name = await chosen(backup, dump);
    const report = await restore(
      {
        ...{ backup, name, data: folders, metadata: url, signal: stopping },
        onProgress: ({ step, done, total, bytes }) =>
          progress.update(step, done, total, bytes > 0 ? size(bytes) : ''),
      },
      undo,
    );
    progress.stop();
    const { lacking, problems, blobs } = report;
    if (lacking.length + problems.length + (blobs?.homeless ?? 0) > 0) process.exitCode = 1;
    const text = json
      ? JSON.stringify({ dump: name, ...report })
      : words(report, name, folders, performance.now() - began);
    process.stdout.write(`${text}\n`);
  } finally {
    progress.stop();
    await undo.run();
  }
}

async function chosen(backup: BackupFolder, wanted: string | undefined): Promise<string> {
  const names = (await backup.dumps()).map(({ name }) => name);
  const name = wanted === undefined ? names[0] : names.find((each) => each === wanted);
  if (name !== undefined) return name;
  const there = names.length === 0 ? 'It has none.' : `It has ${names.slice(0, 5).join(', ')}.`;
  throw new BackupError(
    'no-dump',
    `There is no ${wanted === undefined ? 'whole dump' : `dump ${wanted}`} in ${backup.path}. ${there}`,
  );
}

function words(report: RestoreReport, name: string, folders: readonly string[], ms: number): string {
  const { metadata, rows, blobs, lacking, problems } = report;
  const lines = [
    metadata === 'loaded'
      ? `The metadata of the dump ${name} (${count(rows, 'row')}) are restored and compared.`
      : `The metadata of the dump ${name} were there already.`,
  ];
  if (blobs) {
    lines.push(
      `${count(blobs.copies, 'copy', 'copies')} of ${count(blobs.blobs, 'blob')} (${size(blobs.bytes)}) restored in ${duration(ms)}, each compared with its SHA-256.`,
    );
    if (blobs.homeless > 0) {
      lines.push(
        `${count(blobs.homeless, 'blob')} found no room. Run it again with further new data folders (--data) and the same --metadata.`,
      );
    } else {
      lines.push(`Next: strata start --data ${folders[0]}, then strata verify --data ${folders[0]}`);
    }
  }
  lines.push(...lackingLines(lacking, 'The backup has no good copy of these:'));
  return [...lines, ...problems].join('\n');
}

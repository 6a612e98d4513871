// `strata export`: writes the original files again, byte for byte.
import path from 'node:path';
import { Command } from 'commander';
import type { ListedInstance } from '../http/gateway-routes.ts';
import { withStrata } from './connect.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';
import { writeOriginal } from './original-file.ts';
import { type Progress, showProgress } from './progress.ts';
import { safeName } from './safe-name.ts';
import { instancesOf } from './server-client.ts';
import { stopping } from './stopping.ts';
import { count, duration, size } from './words.ts';

/** The server codes with a worker a core; a few more requests keep them busy. */
const AT_ONCE = 4;

interface ExportOptions extends CommonOptions {
  readonly out: string;
  readonly json?: true;
}

interface Exported {
  readonly sopInstanceUid: string;
  readonly file: string;
  readonly outcome: 'written' | 'already' | 'failed';
  readonly reason?: string;
}

const help = `
The files go to DIR/<study UID>/<series UID>/<SOP Instance UID>.dcm. Each is compared with the SHA-256 of the file that
came in before it gets its name; a different file that is there already is never overwritten.

Examples:
  strata export 1.2.840.113619.2.1 --out originals`;

export function exportCommand(): Command {
  return withCommonOptions(new Command('export').description('write the original files again, byte for byte'))
    .argument('<uid>', 'a Study, Series or SOP Instance UID')
    .requiredOption('--out <dir>', 'the folder to write to')
    .option('--json', 'print one JSON object with the outcome of every file')
    .addHelpText('after', help)
    .action(async (uid: string, options: ExportOptions) => {
      await withStrata({ ...options, command: 'export', folder: 'must-exist' }, (url) =>
        run(url, uid, options),
      );
    });
}

async function run(url: string, uid: string, options: ExportOptions): Promise<void> {
  const began = Date.now();
  const instances = await instancesOf(url, uid);
  const progress = showProgress('Exporting', instances.length);
  const results: Exported[] = [];
  const lane = makeLane(url, options.out, instances.values(), results, progress);
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  } finally {
    progress.stop();
  }
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) process.exitCode = 1;
  const missing = new Set(failed.map(({ sopInstanceUid }) => sopInstanceUid));
  const bytes = instances.reduce(
    (sum, { sopInstanceUid, file }) => sum + (missing.has(sopInstanceUid) ? 0 : file.length),
    0,
  );
  const text = options.json
    ? JSON.stringify({
        written: results.length - failed.length,
        failed: failed.length,
        bytes,
        files: results,
      })
    : report(results, failed, bytes, options.out, Date.now() - began);
  process.stdout.write(`${text}\n`);
}

function makeLane(
  url: string,
  out: string,
  waiting: Iterator<ListedInstance>,
  results: Exported[],
  progress: Progress,
) {
  return async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      stopping.throwIfAborted();
      results.push(await exportOne(url, out, next.value));
      progress.update(results.length, '');
    }
  };
}

async function exportOne(url: string, out: string, instance: ListedInstance): Promise<Exported> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = instance;
  const file = path.join(
    out,
    safeName(studyInstanceUid),
    safeName(seriesInstanceUid),
    `${safeName(sopInstanceUid)}.dcm`,
  );
  try {
    return { sopInstanceUid, file, outcome: await writeOriginal(url, instance, file) };
  } catch (error) {
    stopping.throwIfAborted();
    return {
      sopInstanceUid,
      file,
      outcome: 'failed',
      reason: error instanceof Error ? error.message : String(error),
    };
  }
}

function report(results: Exported[], failed: Exported[], bytes: number, out: string, ms: number): string {
  const already = results.filter(({ outcome }) => outcome === 'already').length;
  const good = results.length - failed.length;
  const lines = [
    `${count(good, 'original file')} in ${out}${already > 0 ? ` (${already} of them were there already)` : ''}, ` +
      `${size(bytes)} in ${duration(ms)}, each compared with its SHA-256.`,
  ];
  if (failed.length > 0) {
    lines.push(
      '',
      `Not written (${failed.length}):`,
      ...failed.map(({ file, reason }) => `  ${file}\n      ${reason}`),
    );
  }
  return lines.join('\n');
}

// `strata export`: writes files again, those that were sent or in another transfer syntax.
import path from 'node:path';
import type { DeidentifyInput } from '@strata/dicom/deidentify/deidentify';
import { Command } from 'commander';
import type { ListedInstance } from '../http/gateway-routes.ts';
import { withStrata } from './connect.ts';
import {
  type DeidentifiedFile,
  defaultReports,
  refuseKnownReport,
  writeDeidentified,
  writeReport,
} from './deidentified-file.ts';
import {
  type DeidentifyFlags,
  deidentifyHelp,
  deidentifyInput,
  withDeidentifyOptions,
} from './deidentify-options.ts';
import { exportZip } from './export-zip.ts';
import { CommandError } from './failure.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';
import { type WrittenFile, writeFileOf } from './original-file.ts';
import { type Progress, showProgress } from './progress.ts';
import { safeName } from './safe-name.ts';
import { instancesOf } from './server-client.ts';
import { stopping } from './stopping.ts';
import { type DoneInSyntax, inTransferSyntax, parseTransferSyntax } from './transfer-syntax-option.ts';
import { count, duration, size } from './words.ts';

/** The server codes with a worker a core; a few more requests keep them busy. */
const AT_ONCE = 4;

interface ExportOptions extends CommonOptions, DeidentifyFlags {
  readonly out?: string;
  readonly zip?: string;
  readonly viewer: boolean;
  readonly transferSyntax: string;
  readonly json?: true;
}

interface Exported {
  readonly sopInstanceUid: string;
  readonly file: string;
  readonly outcome: 'written' | 'already' | 'failed';
  /** The very file that was sent, or the same object in another transfer syntax. */
  readonly content?: WrittenFile['content'] | 'deidentified';
  readonly length: number;
  /** The image was compressed with loss, here or before. */
  readonly lossy: boolean;
  readonly reason?: string;
  /** Why it is not in the transfer syntax that was asked for, but uncompressed or as it is stored. */
  readonly insteadBecause?: string;
}

const about = `
The files go to DIR/<study UID>/<series UID>/<SOP Instance UID>.dcm. Each is compared with its SHA-256 before it gets its
name; a different file that is there already is never overwritten.

As stored (the default), what came uncompressed or compressed with loss comes back byte for byte; what came compressed
without loss comes back with the same data set and the same pixels, uncompressed (Explicit VR Little Endian). In another
transfer syntax the data set and the pixels stay the same, and so does the SOP Instance UID. What cannot be written in it
(reports, plans, single bits, video) is written uncompressed or as it is stored, and the end of the output says why.
`;

const examples = `

Examples:
  strata export 1.2.840.113619.2.1 --out originals
  strata export 1.2.840.113619.2.1 --out small --transfer-syntax htj2k
  strata export 1.2.840.113619.2.1 --zip study.zip
  strata export 1.2.840.113619.2.1 --out study --deidentify --retain-dates shifted --clean-pixels`;

export function exportCommand(): Command {
  const command = withCommonOptions(
    new Command('export').description('write the files again: the originals, or in another transfer syntax'),
  )
    .argument('<uid>', 'a Study, Series or SOP Instance UID')
    .option('--out <dir>', 'the folder to write to')
    .option('--zip <file>', 'or one archive of a study or series: originals, DICOMDIR, a small viewer')
    .option('--no-viewer', 'an archive without the small viewer')
    .option(
      '--transfer-syntax <name>',
      'stored, explicit, implicit, j2k or htj2k',
      parseTransferSyntax,
      'stored',
    )
    .option('--json', 'print one JSON object with the outcome of every file')
    .addHelpText('after', `${about}${deidentifyHelp}${examples}`)
    .action(async (uid: string, options: ExportOptions) => {
      const { out, zip } = options;
      if (zip !== undefined) {
        await exportArchive(uid, zip, options);
        return;
      }
      if (out === undefined) throw new CommandError('Say where to write: --out DIR, or --zip FILE.');
      const privacy = await deidentifyInput(options, options.data);
      if (privacy && options.report) await refuseKnownReport(options.report);
      await withStrata({ ...options, command: 'export', folder: 'must-exist' }, async (url) =>
        run(url, uid, { ...options, out }, privacy && (await privacy(url))),
      );
    });
  return withDeidentifyOptions(command);
}

/** Files of a folder: where they go is said. */
type FolderOptions = ExportOptions & { readonly out: string };

async function exportArchive(uid: string, zip: string, options: ExportOptions): Promise<void> {
  if (options.out !== undefined || options.transferSyntax !== 'stored' || options.deidentify) {
    throw new CommandError(
      'An archive holds the files as they came: --zip goes with neither --out, --transfer-syntax nor --deidentify.',
    );
  }
  await withStrata({ ...options, command: 'export', folder: 'must-exist' }, (url) =>
    exportZip(url, uid, zip, options.viewer ? 'yes' : 'no'),
  );
}

async function run(
  url: string,
  uid: string,
  options: FolderOptions,
  privacy: DeidentifyInput | null,
): Promise<void> {
  const began = Date.now();
  const instances = await instancesOf(url, uid);
  const progress = showProgress('Exporting', instances.length);
  const results: Exported[] = [];
  const reports: DeidentifiedFile[] = [];
  const one = (instance: ListedInstance) =>
    privacy
      ? exportDeidentified(url, options, instance, privacy, reports)
      : exportOne(url, options, instance);
  const lane = makeLane(one, instances.values(), results, progress);
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  } finally {
    progress.stop();
  }
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  if (privacy) {
    await writeReport(
      options.report ? [options.report] : defaultReports(options.out),
      reports,
      failed.length,
    );
  }
  if (failed.length > 0) process.exitCode = 1;
  const bytes = results.reduce((sum, { length }) => sum + length, 0);
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
  one: (instance: ListedInstance) => Promise<Exported>,
  waiting: Iterator<ListedInstance>,
  results: Exported[],
  progress: Progress,
) {
  return async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      stopping.throwIfAborted();
      results.push(await one(next.value));
      progress.update(results.length, '');
    }
  };
}

async function exportOne(url: string, options: FolderOptions, instance: ListedInstance): Promise<Exported> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = instance;
  const file = path.join(
    options.out,
    safeName(studyInstanceUid),
    safeName(seriesInstanceUid),
    `${safeName(sopInstanceUid)}.dcm`,
  );
  const lossy = instance.lossy !== null;
  try {
    return {
      sopInstanceUid,
      file,
      lossy,
      ...inWords(
        await inTransferSyntax(options.transferSyntax, (syntax) => writeFileOf(url, instance, file, syntax)),
      ),
    };
  } catch (error) {
    stopping.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    return { sopInstanceUid, file, lossy, length: 0, outcome: 'failed', reason };
  }
}

/** Only what failed is named by the UID that it has here: the rest of the answer does not tell whose is whose. */
async function exportDeidentified(
  url: string,
  options: FolderOptions,
  instance: ListedInstance,
  privacy: DeidentifyInput,
  reports: DeidentifiedFile[],
): Promise<Exported> {
  const lossy = instance.lossy !== null;
  try {
    const { result: made, insteadBecause } = await inTransferSyntax(options.transferSyntax, (syntax) =>
      writeDeidentified(url, instance, options.out, syntax, privacy),
    );
    reports.push(made);
    const { file, outcome, length } = made;
    return {
      sopInstanceUid: made.report.sopInstanceUid,
      file,
      outcome,
      length,
      lossy,
      content: 'deidentified',
      ...(insteadBecause !== null && { insteadBecause }),
    };
  } catch (error) {
    stopping.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    const { sopInstanceUid } = instance;
    return { sopInstanceUid, file: sopInstanceUid, lossy, length: 0, outcome: 'failed', reason };
  }
}

function inWords<Result>({ result, insteadBecause }: DoneInSyntax<Result>) {
  return insteadBecause === null ? result : { ...result, insteadBecause };
}

function report(results: Exported[], failed: Exported[], bytes: number, out: string, ms: number): string {
  const already = results.filter(({ outcome }) => outcome === 'already').length;
  const good = results.length - failed.length;
  const rewritten = results.filter(({ content }) => content === 'rewritten').length;
  const hidden = results.some(({ content }) => content === 'deidentified');
  const lossy = results.filter((one) => one.lossy && one.outcome !== 'failed').length;
  const lines = [
    `${count(good, hidden ? 'de-identified file' : rewritten === 0 ? 'original file' : 'file')} in ${out}${already > 0 ? ` (${already} of them were there already)` : ''}, ` +
      `${size(bytes)} in ${duration(ms)}${hidden ? '.' : ', each compared with its SHA-256.'}`,
  ];
  if (rewritten > 0) {
    lines.push(
      `${rewritten} with the same data set and pixels in another transfer syntax than they came in.`,
    );
  }
  const instead = results.flatMap((one) => one.insteadBecause ?? []);
  if (instead.length > 0) {
    lines.push(`${instead.length} not in that transfer syntax, but uncompressed or as stored:`);
    for (const [why, same] of Map.groupBy(instead, (one) => one)) lines.push(`  ${same.length} x ${why}`);
  }
  if (lossy > 0) lines.push(`${lossy} of images that were compressed with loss, here or before.`);
  if (failed.length > 0) {
    lines.push(
      '',
      `Not written (${failed.length}):`,
      ...failed.map(({ file, reason }) => `  ${file}\n      ${reason}`),
    );
  }
  return lines.join('\n');
}

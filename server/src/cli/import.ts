// `strata import`: takes files in and says what became of each.
import { Command } from 'commander';
import { withStrata } from './connect.ts';
import { findSources } from './importing/find-sources.ts';
import { type FileResult, importFiles } from './importing/import-files.ts';
import { importReport, summarise } from './importing/import-report.ts';
import type { Found } from './importing/source.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';
import { showProgress } from './progress.ts';
import { stopping } from './stopping.ts';
import { size } from './words.ts';

interface ImportOptions extends CommonOptions {
  readonly json?: true;
}

const help = `
Looks into folders and zip archives. A file is stored (coded, decoded again and compared, on disk and committed), or was
there already, or is refused with the reason; one refused file stops nothing else. Importing again completes what was
broken off. A DICOMDIR, the list of a medium's files, and Strata's own data folder are skipped. Exit code 0 when no file was refused.

Examples:
  strata import ~/dicom
  strata import scan.zip image.dcm --json`;

export function importCommand(): Command {
  return withCommonOptions(new Command('import').description('take in files, folders and zip archives'))
    .argument('<path...>', 'files, folders or zip archives')
    .option('--json', 'print one JSON object with the outcome of every file')
    .addHelpText('after', help)
    .action(async (paths: string[], options: ImportOptions) => {
      const connect = { ...options, command: 'import', folder: 'may-be-new' } as const;
      const refused = await withStrata(connect, (url) =>
        runImport(url, paths, options.data, options.json ? 'json' : 'text'),
      );
      if (refused > 0) process.exitCode = 1;
    });
}

/**
 * Imports into the Strata at `url` and prints the report on stdout; also when the import ends early.
 * @param data the data folder of that Strata; what lies in it is not imported
 * @returns how many files were refused
 * @throws GoneError when Strata stops answering; AbortError when told to stop
 */
export async function runImport(
  url: string,
  paths: string[],
  data: string,
  format: 'text' | 'json',
): Promise<number> {
  const began = Date.now();
  const found: Found[] = [];
  for await (const one of findSources(paths, data)) {
    stopping.throwIfAborted();
    found.push(one);
  }
  const results: FileResult[] = [];
  const progress = showProgress('Importing', found.length);
  const told = { bytes: 0, refused: 0 };
  try {
    const onResult = (result: FileResult) => {
      results.push(result);
      told.bytes += result.bytes;
      if (result.outcome === 'refused') told.refused += 1;
      progress.update(
        results.length,
        `${size(told.bytes)}${told.refused > 0 ? `, ${told.refused} refused` : ''}`,
      );
    };
    await importFiles(url, found, onResult, stopping);
    if (found.length === 0) process.stderr.write(`No file was found in ${paths.join(', ')}.\n`);
  } finally {
    progress.stop();
    print(results, Date.now() - began, format);
  }
  return told.refused;
}

function print(results: FileResult[], ms: number, format: 'text' | 'json'): void {
  const summary = summarise(results, ms);
  const text =
    format === 'json' ? JSON.stringify({ ...summary, files: results }) : importReport(results, summary);
  process.stdout.write(`${text}\n`);
}

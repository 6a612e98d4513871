// What an import came to, as a table for people.
import { table } from '../table.ts';
import { count, duration, printable, size } from '../words.ts';
import type { FileResult } from './import-files.ts';

export interface ImportSummary {
  readonly stored: number;
  readonly already: number;
  readonly refused: number;
  readonly skipped: number;
  readonly bytes: number;
  readonly ms: number;
}

/** Counts of a list of results. */
export function summarise(results: FileResult[], ms: number): ImportSummary {
  const of = (outcome: FileResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  const bytes = results.reduce((sum, result) => sum + result.bytes, 0);
  return {
    stored: of('stored'),
    already: of('already'),
    refused: of('refused'),
    skipped: of('skipped'),
    bytes,
    ms,
  };
}

/** The closing table, and below it each skipped and each refused file with its reason. */
export function importReport(results: FileResult[], summary: ImportSummary): string {
  const skipped = results.filter(({ outcome }) => outcome === 'skipped');
  const refused = results.filter(({ outcome }) => outcome === 'refused');
  const studies = new Set(
    results.flatMap(({ studyInstanceUid: uid, outcome }) => (uid && outcome !== 'refused' ? [uid] : [])),
  );
  const bytesOf = (outcome: FileResult['outcome']) =>
    size(results.reduce((sum, result) => sum + (result.outcome === outcome ? result.bytes : 0), 0));
  const rows = [
    ['stored', summary.stored.toLocaleString('en'), bytesOf('stored')],
    ['already there', summary.already.toLocaleString('en'), bytesOf('already')],
    ...(skipped.length > 0 ? [['skipped', summary.skipped.toLocaleString('en'), bytesOf('skipped')]] : []),
    ['refused', summary.refused.toLocaleString('en'), bytesOf('refused')],
  ];
  const counts = table(
    [{ title: 'outcome' }, { title: 'files', align: 'right' }, { title: 'size', align: 'right' }],
    rows,
  );
  const head = `${count(results.length, 'file')}, ${size(summary.bytes)}, of ${count(studies.size, 'study', 'studies')} in ${duration(summary.ms)}`;
  return [head, '', counts, ...reasons('Skipped', skipped), ...reasons('Refused', refused)].join('\n');
}

/** The file on one line, its reason below, so that neither is cut. */
function reasons(title: string, files: FileResult[]): string[] {
  if (files.length === 0) return [];
  const lines = [...files]
    .sort((a, b) => (a.file < b.file ? -1 : 1))
    .map(({ file, reason }) => `  ${printable(file)}\n      ${printable(reason ?? 'no reason given')}`);
  return ['', `${title} (${files.length}):`, ...lines];
}

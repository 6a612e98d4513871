// `strata studies`: the worklist, filtered and sorted at the server.
import type { WorklistQuery, WorklistStudy } from '@strata/protocol/worklist';
import { Command, Option } from 'commander';
import { withStrata } from './connect.ts';
import { CommandError } from './failure.ts';
import { type CommonOptions, day, modalities, whole, withCommonOptions } from './options.ts';
import { stopping } from './stopping.ts';
import { withClient } from './stream-client.ts';
import { table } from './table.ts';
import { count, date, duration, personName, size } from './words.ts';

interface StudiesOptions extends CommonOptions {
  readonly name?: string;
  readonly id?: string;
  readonly accession?: string;
  readonly modality?: string[];
  readonly from?: string;
  readonly to?: string;
  readonly report?: ('unread' | 'preliminary' | 'final')[];
  readonly sort: 'date' | 'name';
  readonly limit: number;
  readonly json?: true;
}

const MOST = 100_000;
const PAGE = 500;

const help = `
Each word of --name begins a part of the patient's name; case and accents do not matter; * and ? are wildcards.

Examples:
  strata studies
  strata studies --name "doe j*" --modality CT,MR --from 2024-01-01
  strata studies --report unread preliminary
  strata studies --json | jq -r .studies[].studyUid`;

export function studiesCommand(): Command {
  return withCommonOptions(new Command('studies').description('list what is stored'))
    .option('--name <words>', "words of the patient's name")
    .option('--id <id>', 'patient id')
    .option('--accession <number>', 'accession number')
    .option('--modality <list>', 'any of these, e.g. CT,MR', modalities)
    .option('--from <date>', 'first study date, e.g. 2024-01-31', day)
    .option('--to <date>', 'last study date', day)
    .addOption(
      new Option('--report <state...>', 'how far the report is').choices(['unread', 'preliminary', 'final']),
    )
    .addOption(
      new Option('--sort <by>', 'newest first, or by name').choices(['date', 'name']).default('date'),
    )
    .option('--limit <number>', 'list so many at most', whole(1, MOST), 1000)
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (options: StudiesOptions) => {
      if (options.from && options.to && options.from > options.to) {
        throw new CommandError('--from is after --to: no study can be between them.');
      }
      await withStrata({ ...options, command: 'studies', folder: 'must-exist' }, (url) => run(url, options));
    });
}

async function run(url: string, options: StudiesOptions): Promise<void> {
  const listed = await fetchAll(url, queryOf(options), options.limit);
  const { studies, total, ageMs } = listed;
  const text = options.json
    ? JSON.stringify({ total, studies, ...(ageMs !== null && { ageMs }) })
    : report(listed);
  process.stdout.write(`${text}\n`);
}

function queryOf(options: StudiesOptions): Omit<WorklistQuery, 'limit'> {
  const { name, id, accession, modality, from, to, report, sort } = options;
  return {
    sort,
    ...(name === undefined ? {} : { patientName: name }),
    ...(id === undefined ? {} : { patientId: id }),
    ...(accession === undefined ? {} : { accessionNumber: accession }),
    ...(modality === undefined ? {} : { modality }),
    ...(from === undefined ? {} : { dateFrom: from }),
    ...(to === undefined ? {} : { dateTo: to }),
    ...(report === undefined ? {} : { report }),
  };
}

/** Studies as they were found, page by page. */
interface Listed {
  readonly studies: readonly WorklistStudy[];
  readonly total: number;
  /** Whether there are more than `total`. */
  readonly hasMore: boolean;
  /** How old the oldest page is at most, while the metadata service changes over; null when all are of now. */
  readonly ageMs: number | null;
}

function fetchAll(url: string, query: Omit<WorklistQuery, 'limit'>, limit: number): Promise<Listed> {
  return withClient(url, async (client) => {
    const studies: WorklistStudy[] = [];
    let [total, isLeast] = [0, false];
    let ageMs: number | null = null;
    let after: string | null = null;
    do {
      const left = Math.min(PAGE, limit - studies.length);
      const page = await client.worklist(
        { ...query, limit: left, ...(after === null ? {} : { after }) },
        { signal: stopping },
      );
      studies.push(...page.studies);
      total = page.total;
      isLeast = page.totalKind === 'moreThan';
      if (page.ageMs !== undefined) ageMs = Math.max(ageMs ?? 0, page.ageMs);
      after = page.next;
    } while (after !== null && studies.length < limit);
    if (after === null) total = studies.length;
    return { studies, total, hasMore: isLeast && after !== null, ageMs };
  });
}

/** As a table, and below it how many, and of when, when that is not now. */
export function report({ studies, total, hasMore, ageMs }: Listed): string {
  const age = ageMs === null ? '' : `\nAs of ${duration(ageMs)} ago: the metadata service is changing over.`;
  if (total === 0) return `No studies.${age}`;
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'date' },
    { title: 'patient', max: 30 },
    { title: 'id', max: 20 },
    { title: 'modality', max: 12 },
    { title: 'description', max: 30 },
    { title: 'series', ...right },
    { title: 'images', ...right },
    { title: 'frames', ...right },
    { title: 'size', ...right },
    { title: 'study UID' },
  ];
  const rows = studies.map((study) => [
    date(study.studyDate),
    personName(study.patientName),
    study.patientId,
    study.modalities.join(','),
    study.description,
    String(study.seriesCount),
    String(study.instanceCount),
    String(study.frameCount),
    size(study.bytes),
    study.studyUid,
  ]);
  const shown = studies.length < total ? `, the first ${studies.length} shown (--limit for more)` : '';
  const counted = `${hasMore ? 'more than ' : ''}${count(total, 'study', 'studies')}`;
  return `${table(columns, rows)}\n\n${counted}${shown}${age}`;
}

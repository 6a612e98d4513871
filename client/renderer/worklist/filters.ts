// What the worklist is filtered by: as the fields show it, as the address keeps it, as the server is asked.
import type { ReportState, WorklistQuery, WorklistSort } from '@strata/protocol/worklist';
import { dicomDate } from '../format/dates.ts';
import { naturalDirection, opposite, type SortDirection, sortOfName } from './columns.ts';
import { datesOf, isPeriod, type Period } from './periods.ts';

export interface WorklistFilters {
  readonly name: string;
  readonly patientId: string;
  readonly accession: string;
  readonly description: string;
  readonly referring: string;
  readonly modalities: readonly string[];
  /** Any of these states of the report. */
  readonly report: readonly ReportState[];
  /** Days counted back from today, whenever that is; null when `from` and `to` say it. */
  readonly period: Period | null;
  /** YYYY-MM-DD or empty, inclusive. */
  readonly from: string;
  readonly to: string;
  readonly sort: WorklistSort;
  readonly direction: SortDirection;
}

/** The filters that people type. */
export type TextFilter = 'name' | 'patientId' | 'accession' | 'description' | 'referring';

export const noFilters: WorklistFilters = {
  ...{ name: '', patientId: '', accession: '', description: '', referring: '' },
  modalities: [],
  report: [],
  period: null,
  from: '',
  to: '',
  sort: 'date',
  direction: 'descending',
};

/** The modalities offered as buttons; others are reached by the address. */
export const offeredModalities = ['CT', 'MR', 'CR', 'DX', 'MG', 'US', 'XA', 'RF', 'NM', 'PT', 'OT'] as const;

/** How far a report may be. */
export const reportStates = ['unread', 'preliminary', 'final'] as const;

/** What the address calls the typed filters, and how long they may be. */
const inAddress: readonly (readonly [TextFilter, string, number])[] = [
  ['name', 'name', 100],
  ['patientId', 'id', 64],
  ['accession', 'accession', 64],
  ['description', 'description', 100],
  ['referring', 'referring', 100],
];

const isModality = (code: string): boolean => /^[A-Z]{2,16}$/.test(code);
const isDate = (value: string): boolean => dicomDate(value) !== '';

/** The filters that an address holds; whatever makes no sense is left out. */
export function filtersFromSearch(search: string): WorklistFilters {
  const params = new URLSearchParams(search);
  const date = (name: string) => (isDate(params.get(name) ?? '') ? (params.get(name) ?? '') : '');
  const texts = inAddress.map(([filter, name, most]) => [filter, (params.get(name) ?? '').slice(0, most)]);
  const sort = sortOfName(params.get('sort')) ?? noFilters.sort;
  const period = params.get('period');
  const natural = naturalDirection(sort);
  return {
    ...noFilters,
    ...(Object.fromEntries(texts) as Record<TextFilter, string>),
    modalities: [...new Set((params.get('modality') ?? '').split(',').filter(isModality))].slice(0, 16),
    report: reportStates.filter((state) => (params.get('report') ?? '').split(',').includes(state)),
    ...(isPeriod(period) ? { period } : { from: date('from'), to: date('to') }),
    sort,
    direction: params.get('order') === opposite(natural) ? opposite(natural) : natural,
  };
}

/** The query part of the address for filters; empty for none. */
export function searchOfFilters(filters: WorklistFilters): string {
  const params = new URLSearchParams();
  const set = (name: string, value: string | null) => value && params.set(name, value);
  for (const [filter, name] of inAddress) set(name, filters[filter]);
  set('modality', filters.modalities.join(','));
  set('report', filters.report.join(','));
  set('period', filters.period);
  set('from', filters.from);
  set('to', filters.to);
  if (filters.sort !== noFilters.sort) set('sort', filters.sort);
  if (filters.direction !== naturalDirection(filters.sort)) set('order', filters.direction);
  const search = params.toString().replaceAll('%2C', ',');
  return search ? `?${search}` : '';
}

/** A page of the list: so many studies, behind a place in it, from its start or from its end. */
export interface Stretch {
  readonly limit: number;
  readonly after: string | null;
  readonly fromEnd: boolean;
}

/** What the server is asked for filters. Absent fields do not filter. */
export function queryOfFilters(
  filters: WorklistFilters,
  stretch: Stretch,
  today = new Date(),
): WorklistQuery {
  const { from, to } = datesOf(filters, today);
  const { limit, after, fromEnd } = stretch;
  const name = filters.name.trim();
  return {
    limit,
    sort: filters.sort,
    direction: fromEnd ? opposite(filters.direction) : filters.direction,
    ...(name && ({ patientName: name, patientNameMatch: 'anywhere' } as const)),
    ...textOf('patientId', begun(filters.patientId)),
    ...textOf('accessionNumber', begun(filters.accession)),
    ...textOf('description', filters.description.trim()),
    ...textOf('referringPhysician', filters.referring.trim()),
    ...(filters.modalities.length > 0 && { modality: [...filters.modalities] }),
    ...(filters.report.length > 0 && { report: [...filters.report] }),
    ...textOf('dateFrom', dicomDate(from)),
    ...textOf('dateTo', dicomDate(to)),
    ...(after && { after }),
  };
}

function textOf<Name extends string>(name: Name, value: string): { [name in Name]?: string } {
  return value ? ({ [name]: value } as { [name in Name]: string }) : {};
}

/** A number is found by its beginning, while it is typed; who uses wildcards says it all. */
function begun(typed: string): string {
  const text = typed.trim();
  return text === '' || /[*?]/.test(text) ? text : `${text}*`;
}

/** Whether two sets of filters ask the same. */
export function sameFilters(a: WorklistFilters, b: WorklistFilters): boolean {
  return searchOfFilters(a) === searchOfFilters(b);
}

/** Whether anything is filtered, in whatever order. */
export function isFiltered({ sort, direction, ...filters }: WorklistFilters): boolean {
  return !sameFilters({ ...noFilters, ...filters }, noFilters);
}

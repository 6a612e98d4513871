// What the worklist is filtered by: as the fields show it, as the address keeps it, as the server is asked.
import type { WorklistQuery } from '@strata/protocol/worklist';
import { dicomDate } from '../format/dates.ts';

export interface WorklistFilters {
  readonly name: string;
  readonly patientId: string;
  readonly modalities: readonly string[];
  /** YYYY-MM-DD or empty, inclusive. */
  readonly from: string;
  readonly to: string;
  readonly sort: 'date' | 'name';
}

export const noFilters: WorklistFilters = {
  name: '',
  patientId: '',
  modalities: [],
  from: '',
  to: '',
  sort: 'date',
};

/** The modalities offered as buttons; others are reached by the address. */
export const offeredModalities = ['CT', 'MR', 'CR', 'DX', 'MG', 'US', 'XA', 'RF', 'NM', 'PT', 'OT'] as const;

const isModality = (code: string): boolean => /^[A-Z]{2,16}$/.test(code);
const isDate = (value: string): boolean => dicomDate(value) !== '';

/** The filters that an address holds; whatever makes no sense is left out. */
export function filtersFromSearch(search: string): WorklistFilters {
  const params = new URLSearchParams(search);
  const date = (name: string) => (isDate(params.get(name) ?? '') ? (params.get(name) ?? '') : '');
  return {
    name: (params.get('name') ?? '').slice(0, 100),
    patientId: (params.get('id') ?? '').slice(0, 64),
    modalities: [...new Set((params.get('modality') ?? '').split(',').filter(isModality))].slice(0, 16),
    from: date('from'),
    to: date('to'),
    sort: params.get('sort') === 'name' ? 'name' : 'date',
  };
}

/** The query part of the address for filters; empty for none. */
export function searchOfFilters(filters: WorklistFilters): string {
  const params = new URLSearchParams();
  if (filters.name) params.set('name', filters.name);
  if (filters.patientId) params.set('id', filters.patientId);
  if (filters.modalities.length > 0) params.set('modality', filters.modalities.join(','));
  if (filters.from) params.set('from', filters.from);
  if (filters.to) params.set('to', filters.to);
  if (filters.sort !== 'date') params.set('sort', filters.sort);
  const search = params.toString().replaceAll('%2C', ',');
  return search ? `?${search}` : '';
}

/** What the server is asked for filters. Absent fields do not filter. */
export function queryOfFilters(filters: WorklistFilters, limit: number, after: string | null): WorklistQuery {
  const from = dicomDate(filters.from);
  const to = dicomDate(filters.to);
  return {
    limit,
    sort: filters.sort,
    ...(filters.name.trim() ? { patientName: filters.name.trim(), patientNameMatch: 'anywhere' } : {}),
    ...(filters.patientId.trim() ? { patientId: filters.patientId.trim() } : {}),
    ...(filters.modalities.length > 0 ? { modality: [...filters.modalities] } : {}),
    ...(from ? { dateFrom: from } : {}),
    ...(to ? { dateTo: to } : {}),
    ...(after ? { after } : {}),
  };
}

/** Whether two sets of filters ask the same. */
export function sameFilters(a: WorklistFilters, b: WorklistFilters): boolean {
  return searchOfFilters(a) === searchOfFilters(b);
}

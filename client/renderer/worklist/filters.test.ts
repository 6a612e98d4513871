import { describe, expect, it } from 'vitest';
import { filtersFromSearch, noFilters, queryOfFilters, searchOfFilters } from './filters.ts';

const full = {
  name: 'müller an*',
  patientId: '4711/a',
  modalities: ['CT', 'MR'],
  from: '2024-01-31',
  to: '2024-02-29',
  sort: 'name',
} as const;

describe('worklist filters', () => {
  it('survive the way into the address and back', () => {
    expect(filtersFromSearch(searchOfFilters(full))).toEqual(full);
    expect(searchOfFilters(noFilters)).toBe('');
    expect(filtersFromSearch('')).toEqual(noFilters);
  });

  it('drop from an address what makes no sense', () => {
    expect(filtersFromSearch('?from=yesterday&modality=CT,ct,%3Cb%3E,CT&sort=size&x=1')).toEqual({
      ...noFilters,
      modalities: ['CT'],
    });
  });

  it('ask the server only for what is set, with DICOM dates', () => {
    expect(queryOfFilters(full, 100, null)).toEqual({
      limit: 100,
      sort: 'name',
      patientName: 'müller an*',
      patientNameMatch: 'anywhere',
      patientId: '4711/a',
      modality: ['CT', 'MR'],
      dateFrom: '20240131',
      dateTo: '20240229',
    });
    expect(queryOfFilters({ ...noFilters, name: '  ' }, 50, 'cursor')).toEqual({
      limit: 50,
      sort: 'date',
      after: 'cursor',
    });
  });
});

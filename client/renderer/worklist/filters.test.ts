import { describe, expect, it } from 'vitest';
import { filtersFromSearch, isFiltered, noFilters, queryOfFilters, searchOfFilters } from './filters.ts';

const full = {
  name: 'müller an*',
  patientId: '4711/a',
  accession: 'A-1*',
  description: 'thorax',
  referring: 'smith',
  period: null,
  modalities: ['CT', 'MR'],
  report: ['unread', 'final'],
  from: '2024-01-31',
  to: '2024-02-29',
  sort: 'name',
  direction: 'descending',
} as const;
const first = { limit: 100, after: null, fromEnd: false };

describe('worklist filters', () => {
  it('survive the way into the address and back', () => {
    expect(filtersFromSearch(searchOfFilters(full))).toEqual(full);
    expect(searchOfFilters(noFilters)).toBe('');
    expect(filtersFromSearch('')).toEqual(noFilters);
  });

  it('drop from an address what makes no sense', () => {
    expect(filtersFromSearch('?from=yesterday&report=read,&modality=CT,ct,%3Cb%3E,CT&sort=size&x=1')).toEqual(
      {
        ...noFilters,
        modalities: ['CT'],
      },
    );
  });

  it('keep a period by its name, whichever day it is', () => {
    const filters = filtersFromSearch('?period=yesterday&from=2020-01-01');
    expect(filters).toEqual({ ...noFilters, period: 'yesterday' });
    expect(searchOfFilters(filters)).toBe('?period=yesterday');
    const asked = (day: Date) => queryOfFilters(filters, first, day);
    expect(asked(new Date(2024, 2, 1))).toMatchObject({ dateFrom: '20240229', dateTo: '20240229' });
    expect(queryOfFilters({ ...filters, period: 'week' }, first, new Date(2024, 2, 1))).toEqual({
      ...{ limit: 100, sort: 'date', direction: 'descending', dateFrom: '20240224' },
    });
  });

  it('ask the server only for what is set, with DICOM dates, numbers by their beginnings', () => {
    expect(queryOfFilters(full, first)).toEqual({
      limit: 100,
      sort: 'name',
      direction: 'descending',
      patientName: 'müller an*',
      patientNameMatch: 'anywhere',
      patientId: '4711/a*',
      accessionNumber: 'A-1*',
      description: 'thorax',
      referringPhysician: 'smith',
      modality: ['CT', 'MR'],
      report: ['unread', 'final'],
      dateFrom: '20240131',
      dateTo: '20240229',
    });
  });

  it('ask in the other direction for what is at the end of the list', () => {
    const stretch = { limit: 50, after: 'cursor', fromEnd: true };
    expect(queryOfFilters({ ...noFilters, name: '  ' }, stretch)).toEqual({
      ...{ limit: 50, sort: 'date', direction: 'ascending', after: 'cursor' },
    });
  });

  it('are none in whatever order', () => {
    expect(isFiltered({ ...noFilters, sort: 'name', direction: 'descending' })).toBe(false);
    expect(isFiltered({ ...noFilters, referring: 'a' })).toBe(true);
  });
});

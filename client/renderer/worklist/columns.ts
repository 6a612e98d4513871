// The columns of the worklist, and which order the server knows them by.
import type { WorklistSort } from '@strata/protocol/worklist';
import type { worklistTexts } from '../words/worklist.ts';

export type SortDirection = 'ascending' | 'descending';

type ColumnId = keyof (typeof worklistTexts)['value']['columns'];

export interface Column {
  /** What it is called is in `words/worklist.ts`. */
  readonly id: ColumnId;
  /** The class that gives it its width. */
  readonly className: string;
  /** Absent when it cannot be sorted by. */
  readonly sort?: WorklistSort;
}

export const columns: readonly Column[] = [
  { id: 'name', className: 'w-name', sort: 'name' },
  { id: 'id', className: 'w-id', sort: 'patientId' },
  { id: 'born', className: 'w-date', sort: 'birthDate' },
  { id: 'age', className: 'w-short' },
  { id: 'date', className: 'w-time', sort: 'date' },
  { id: 'modality', className: 'w-short', sort: 'modality' },
  { id: 'description', className: 'w-text', sort: 'description' },
  { id: 'report', className: 'w-report', sort: 'report' },
  { id: 'accession', className: 'w-accession', sort: 'accession' },
  { id: 'referring', className: 'w-referring', sort: 'referringPhysician' },
  { id: 'series', className: 'number w-count', sort: 'series' },
  { id: 'images', className: 'number w-count', sort: 'images' },
];

/** The direction that people mean when they name an order: newest, largest and unread first, all else from A to Z. */
export function naturalDirection(sort: WorklistSort): SortDirection {
  return ['date', 'series', 'images', 'report'].includes(sort) ? 'descending' : 'ascending';
}

/** The order of that name; null when there is none. */
export function sortOfName(name: string | null): WorklistSort | null {
  return columns.find(({ sort }) => sort === name)?.sort ?? null;
}

export function opposite(direction: SortDirection): SortDirection {
  return direction === 'ascending' ? 'descending' : 'ascending';
}

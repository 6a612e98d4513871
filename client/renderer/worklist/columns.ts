// The columns of the worklist: what they are called, and which order the server knows them by.
import type { WorklistSort } from '@strata/protocol/worklist';

export type SortDirection = 'ascending' | 'descending';

export interface Column {
  readonly label: string;
  /** The class that gives it its width. */
  readonly className: string;
  /** Absent when it cannot be sorted by. */
  readonly sort?: WorklistSort;
}

export const columns: readonly Column[] = [
  { label: 'Patient', className: 'w-name', sort: 'name' },
  { label: 'ID', className: 'w-id', sort: 'patientId' },
  { label: 'Born', className: 'w-date', sort: 'birthDate' },
  { label: 'Age, sex', className: 'w-short' },
  { label: 'Study date', className: 'w-time', sort: 'date' },
  { label: 'Modality', className: 'w-short', sort: 'modality' },
  { label: 'Description', className: 'w-text', sort: 'description' },
  { label: 'Accession', className: 'w-accession', sort: 'accession' },
  { label: 'Referring', className: 'w-referring', sort: 'referringPhysician' },
  { label: 'Series', className: 'number w-count', sort: 'series' },
  { label: 'Images', className: 'number w-count', sort: 'images' },
];

/** The direction that people mean when they name an order: newest and largest first, all else from A to Z. */
export function naturalDirection(sort: WorklistSort): SortDirection {
  return sort === 'date' || sort === 'series' || sort === 'images' ? 'descending' : 'ascending';
}

/** The order of that name; null when there is none. */
export function sortOfName(name: string | null): WorklistSort | null {
  return columns.find(({ sort }) => sort === name)?.sort ?? null;
}

export function opposite(direction: SortDirection): SortDirection {
  return direction === 'ascending' ? 'descending' : 'ascending';
}

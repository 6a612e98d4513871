// The worklist by keyboard: type to filter, arrows to choose, Enter to open.
import { goTo } from '../shell/location.ts';
import { noFilters } from './filters.ts';
import type { WorklistModel } from './worklist-model.ts';

/** What keys do besides moving in the list. */
export interface WorklistActions {
  readonly help: () => void;
  readonly saveSearch: () => void;
  /** @param number from 1 */
  readonly useSearch: (number: number) => void;
  readonly togglePanel: () => void;
}

/** For the help: keys, and what they do. */
export const worklistKeys: readonly (readonly [readonly string[], string])[] = [
  [['/'], 'Search by name'],
  [['↑', '↓'], 'Choose a study'],
  [['Page Up', 'Page Down'], 'Choose further up or down'],
  [['Home', 'End'], 'First or last study'],
  [['Enter'], 'Open the study'],
  [['I'], 'Series, other studies, image status'],
  [['S'], 'Keep the search'],
  [['1', '…', '9'], 'A search that was kept'],
  [['Esc'], 'Clear all filters'],
  [['?'], 'This help'],
];

const rowsPerPage = 15;
const moves: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: rowsPerPage,
  PageUp: -rowsPerPage,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** Acts on a key of the worklist page; leaves alone what a field needs itself. */
export function worklistKey(model: WorklistModel, event: KeyboardEvent, actions: WorklistActions): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector('dialog[open]')) return;
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  const field = target instanceof HTMLInputElement ? target : null;
  if (field?.dataset.keys === 'own') return;
  // Arrows change a date field's parts, and a button answers to Enter itself.
  if (field?.type === 'date' && event.key !== 'Escape') return;
  if (event.key === 'Enter' && target.closest('button, a')) return;
  const done = moveBy(model, event.key, field) || actOn(model, event.key, field, actions);
  if (done) event.preventDefault();
}

function moveBy(model: WorklistModel, key: string, field: HTMLInputElement | null): boolean {
  const move = moves[key];
  // In a field they go along its text.
  if (move === undefined || (field && !Number.isFinite(move))) return false;
  model.moveSelection(move);
  return true;
}

function actOn(
  model: WorklistModel,
  key: string,
  field: HTMLInputElement | null,
  actions: WorklistActions,
): boolean {
  if (key === 'Enter') {
    const study = model.selectedStudy.value;
    if (study) goTo(`/study/${study.studyUid}`);
    return study !== undefined;
  }
  if (key === 'Escape') {
    if (field) field.blur();
    const { sort, direction } = model.filters.value;
    model.setFilters({ ...noFilters, sort, direction });
    return true;
  }
  return !field && byLetter(key, actions);
}

function byLetter(key: string, actions: WorklistActions): boolean {
  if (key === '/') document.querySelector<HTMLInputElement>('#filter-name')?.focus();
  else if (key === '?') actions.help();
  else if (key === 's') actions.saveSearch();
  else if (key === 'i') actions.togglePanel();
  else if (/^[1-9]$/.test(key)) actions.useSearch(Number(key));
  else return false;
  return true;
}

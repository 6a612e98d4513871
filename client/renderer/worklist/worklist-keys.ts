// The worklist by keyboard: type to filter, arrows to choose, Enter to open.
import { goTo } from '../shell/location.ts';
import { noFilters } from './filters.ts';
import type { WorklistModel } from './worklist-model.ts';

const rowsPerPage = 15;
const moves: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: rowsPerPage,
  PageUp: -rowsPerPage,
};

/** Acts on a key of the worklist page; leaves alone what a field needs itself. */
export function worklistKey(model: WorklistModel, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  const field = target instanceof HTMLInputElement ? target : null;
  // Arrows change a date field's parts, and a button answers to Enter itself.
  if (field?.type === 'date' && event.key !== 'Escape') return;
  if (event.key === 'Enter' && target.closest('button, a')) return;
  if (actOn(model, event.key, field)) event.preventDefault();
}

function actOn(model: WorklistModel, key: string, field: HTMLInputElement | null): boolean {
  const move = moves[key];
  if (move !== undefined) {
    model.moveSelection(move);
    const left = model.studies.value.length - model.selected.value;
    if (left < 2 * rowsPerPage) void model.loadMore();
    return true;
  }
  if (key === 'Enter') {
    const study = model.selectedStudy.value;
    if (study) goTo(`/study/${study.studyUid}`);
    return study !== undefined;
  }
  if (key === 'Escape') {
    if (field) field.blur();
    model.setFilters({ ...noFilters, sort: model.filters.value.sort });
    return true;
  }
  if (field) return false;
  if (key === '/') {
    document.querySelector<HTMLInputElement>('#filter-name')?.focus();
    return true;
  }
  if (key === 'Home' || key === 'End') {
    model.moveSelection(key === 'Home' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
    return true;
  }
  return false;
}

// Searches that a user keeps under names; one of them may be what the worklist starts with.
import { computed, signal } from '@preact/signals';
import { keepSetting, keptSetting } from '../settings/kept-settings.ts';
import { filtersFromSearch, searchOfFilters, type WorklistFilters } from './filters.ts';

export interface SavedSearch {
  readonly name: string;
  /** As the address has it: `?modality=CT&period=today`. */
  readonly search: string;
  /** Whether the worklist starts with it. */
  readonly isStart: boolean;
}

const setting = 'worklist-searches';
const mostSearches = 30;
export const mostLetters = 40;

export class SavedSearches {
  readonly all = signal<readonly SavedSearch[]>(readSearches(keptSetting(setting)));
  /** Whether a name is being asked for. */
  readonly naming = signal(false);
  readonly isFull = computed(() => this.all.value.length >= mostSearches);

  /** What the worklist starts with; empty for all studies. */
  get startSearch(): string {
    return this.all.peek().find(({ isStart }) => isStart)?.search ?? '';
  }

  /** The one that filters are; undefined when they are none. */
  nameOf(filters: WorklistFilters): SavedSearch | undefined {
    const now = searchOfFilters(filters);
    return this.all.value.find(({ search }) => search === now);
  }

  /** Keeps filters under a name, in the place of what has that name. Without a name nothing is kept. */
  save(name: string, filters: WorklistFilters): void {
    const known = name.trim().slice(0, mostLetters);
    if (!known) return;
    const same = this.all.value.find((one) => one.name === known);
    const saved = { name: known, search: searchOfFilters(filters), isStart: same?.isStart ?? false };
    if (same) this.#keep(this.all.value.map((one) => (one === same ? saved : one)));
    else if (!this.isFull.value) this.#keep([...this.all.value, saved]);
  }

  remove(name: string): void {
    this.#keep(this.all.value.filter((one) => one.name !== name));
  }

  /** The worklist starts with this one, or with all studies if it did. */
  toggleStart(name: string): void {
    this.#keep(this.all.value.map((one) => ({ ...one, isStart: one.name === name && !one.isStart })));
  }

  #keep(searches: readonly SavedSearch[]): void {
    this.all.value = searches;
    keepSetting(setting, searches);
  }
}

/** What was kept, as far as it can be read. */
export function readSearches(kept: unknown): SavedSearch[] {
  if (!Array.isArray(kept)) return [];
  const searches = kept.slice(0, mostSearches).flatMap((one: unknown) => {
    const { name, search, isStart } = (one ?? {}) as Partial<Record<keyof SavedSearch, unknown>>;
    if (typeof name !== 'string' || typeof search !== 'string' || name === '') return [];
    // Only what is a search today.
    const filters = filtersFromSearch(search.slice(0, 2_000));
    return [
      {
        name: name.slice(0, mostLetters),
        search: searchOfFilters(filters),
        isStart: isStart === true,
      },
    ];
  });
  return searches.filter(({ name }, at) => searches.findIndex((one) => one.name === name) === at);
}

// The searches that are kept, each one click or one digit away, and how one is kept.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { keysOf } from '../keys/bindings.ts';
import { hinted } from '../keys/chords.ts';
import { worklistTexts } from '../words/worklist.ts';
import { filtersFromSearch, isFiltered } from './filters.ts';
import { mostLetters, type SavedSearches } from './saved-searches.ts';
import { worklistCommand } from './worklist-keys.ts';
import type { WorklistModel } from './worklist-model.ts';

interface SearchBarProps {
  readonly model: WorklistModel;
  readonly searches: SavedSearches;
}

export function SearchBar({ model, searches }: SearchBarProps) {
  const filters = model.filters.value;
  const used = searches.nameOf(filters);
  const all = searches.all.value;
  const searchTexts = worklistTexts.value.searches;
  const canSave = !used && isFiltered(filters) && !searches.isFull.value;
  if (all.length === 0 && !canSave && !searches.naming.value) return null;
  return (
    <fieldset class="further searches">
      <legend>{searchTexts.title}</legend>
      <div class="chips">
        {all.map(({ name, search, isStart }, at) => (
          <button
            key={name}
            type="button"
            class="button chip"
            aria-pressed={used?.name === name}
            title={hinted(
              isStart ? searchTexts.isStart : name,
              keysOf({ id: `worklist.saved-${at + 1}`, keys: at < 9 ? [String(at + 1)] : [] }),
            )}
            onClick={() => model.setFilters(filtersFromSearch(search))}
          >
            {isStart && <span aria-hidden="true">★</span>}
            {name}
          </button>
        ))}
        {used && (
          <>
            <button
              type="button"
              class="button chip"
              aria-pressed={used.isStart}
              onClick={() => searches.toggleStart(used.name)}
            >
              {used.isStart ? searchTexts.doNotStart : searchTexts.start}
            </button>
            <button type="button" class="button chip" onClick={() => searches.remove(used.name)}>
              {searchTexts.forget(used.name)}
            </button>
          </>
        )}
        {searches.naming.value && <NameField model={model} searches={searches} />}
        {canSave && !searches.naming.value && (
          <button
            type="button"
            class="button chip"
            title={hinted(searchTexts.keepHint, keysOf(worklistCommand('save')))}
            onClick={() => {
              searches.naming.value = true;
            }}
          >
            {searchTexts.keep}
          </button>
        )}
      </div>
    </fieldset>
  );
}

function NameField({ model, searches }: SearchBarProps) {
  const field = useRef<HTMLInputElement>(null);
  // At once: the next key is the name's first letter.
  useLayoutEffect(() => field.current?.focus(), []);
  const end = () => {
    searches.naming.value = false;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') end();
    if (event.key !== 'Enter') return;
    searches.save(field.current?.value ?? '', model.filters.peek());
    end();
  };
  return (
    <input
      ref={field}
      id="search-name"
      data-keys="own"
      aria-label={worklistTexts.value.searches.name}
      placeholder={worklistTexts.value.searches.placeholder}
      maxLength={mostLetters}
      onKeyDown={onKeyDown}
      onBlur={end}
    />
  );
}

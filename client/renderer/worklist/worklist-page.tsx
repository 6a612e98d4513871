// The page that opens first: the worklist with its filters, driven by the keyboard as well as by the mouse.
import { effect, untracked } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { counted } from '../format/quantities.ts';
import { connectionState, strataClient, worklistNews } from '../shell/connection.ts';
import { publishState } from '../shell/debug-state.ts';
import { pageLocation, replaceSearch } from '../shell/location.ts';
import { TopBar } from '../shell/top-bar.tsx';
import { preloadViewport } from '../viewport/load-viewport.ts';
import { FilterBar } from './filter-bar.tsx';
import { filtersFromSearch, noFilters, sameFilters, searchOfFilters } from './filters.ts';
import { StudyTable } from './study-table.tsx';
import { worklistKey } from './worklist-keys.ts';
import { WorklistModel } from './worklist-model.ts';
import './worklist.css';

export function WorklistPage() {
  const model = useMemo(() => new WorklistModel(strataClient(), filtersFromSearch(location.search)), []);
  useEffect(() => start(model), [model]);
  return (
    <div class="page">
      <TopBar>
        <span class="dim">Worklist</span>
      </TopBar>
      <main class="worklist">
        <FilterBar model={model} />
        <Summary model={model} />
        <StudyTable model={model} />
      </main>
    </div>
  );
}

/** Starts what the page does by itself. @returns the function that ends it */
function start(model: WorklistModel): () => void {
  document.title = 'Strata · Worklist';
  const onKey = (event: KeyboardEvent) => worklistKey(model, event);
  const onFocus = () => void model.refresh();
  const isSeen = () => document.visibilityState === 'visible';
  const onSeen = () => isSeen() && model.lookAgain();
  document.addEventListener('keydown', onKey);
  addEventListener('focus', onFocus);
  document.addEventListener('visibilitychange', onSeen);
  const newsBefore = worklistNews.peek();
  const endings = [
    effect(() => replaceSearch(searchOfFilters(model.filters.value))),
    // The back button changes the address, and with it the filters.
    effect(() => {
      const filters = filtersFromSearch(pageLocation.value.search);
      if (!sameFilters(filters, model.filters.peek())) model.setFilters(filters);
    }),
    effect(() => {
      if (connectionState.value === 'connected') untracked(() => void model.refresh());
    }),
    effect(() => {
      if (worklistNews.value !== newsBefore) untracked(() => model.noteNews(isSeen));
    }),
    effect(() =>
      publishState({ page: 'worklist', worklist: { state: model.state.value, total: model.total.value } }),
    ),
  ];
  void model.refresh().then(preloadViewport);
  return () => {
    document.removeEventListener('keydown', onKey);
    removeEventListener('focus', onFocus);
    document.removeEventListener('visibilitychange', onSeen);
    for (const end of endings) end();
    model.close();
  };
}

/** What there is to know of a metadata service that is away; nothing while it is not. */
function Age({ model }: { model: WorklistModel }) {
  const { isAway, ageMs } = model;
  if (isAway.value)
    return (
      <span class="age">
        The metadata service cannot be reached: studies that are open go on, the list comes back by itself
        ·&nbsp;
      </span>
    );
  if (ageMs.value === null) return null;
  const seconds = Math.max(1, Math.round(ageMs.value / 1000));
  return <span class="age">As of {seconds} s ago: the metadata service is changing over ·&nbsp;</span>;
}

function Summary({ model }: { model: WorklistModel }) {
  const state = model.state.value;
  const none = state === 'current' && model.total.value === 0;
  const filtered = !sameFilters({ ...model.filters.value, sort: 'date' }, noFilters);
  return (
    <div class="summary" role="status" data-state={state}>
      {state === 'failed' && !model.isAway.value && (
        <span class="failure">The worklist could not be read: {model.failure.value}</span>
      )}
      <Age model={model} />
      {state === 'first' && <span>Asking the server …</span>}
      {none && filtered && <span>No study matches these filters.</span>}
      {none && !filtered && (
        <span>
          No studies yet. Import some: <code>npx strata import PATH</code>
        </span>
      )}
      {!none && state !== 'first' && (
        <span>
          {model.hasUncounted.value && 'More than '}
          {counted(model.total.value, 'study', 'studies')}
        </span>
      )}
      {filtered && (
        <button
          type="button"
          class="button clear"
          title="Clear all filters (Escape)"
          onClick={() => model.setFilters({ ...noFilters, sort: model.filters.value.sort })}
        >
          Clear filters
        </button>
      )}
      <span class="keys">
        <kbd>/</kbd> search <kbd>↑</kbd> <kbd>↓</kbd> choose <kbd>Enter</kbd> open
      </span>
    </div>
  );
}

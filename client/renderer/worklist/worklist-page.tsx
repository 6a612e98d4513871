// The page that opens first: the worklist with its filters, driven by the keyboard as well as by the mouse.
import { effect, untracked } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { KeyHelp } from '../keys/key-help.tsx';
import { connectionState, strataClient, worklistNews } from '../shell/connection.ts';
import { publishState } from '../shell/debug-state.ts';
import { pageLocation, replaceSearch, routeOf } from '../shell/location.ts';
import { helpOpen } from '../shell/open-dialogs.ts';
import { TopBar } from '../shell/top-bar.tsx';
import { studyAhead } from '../study/page-ahead.ts';
import { preloadViewport } from '../viewport/load-viewport.ts';
import { worklistTexts } from '../words/worklist.ts';
import { FilterBar } from './filter-bar.tsx';
import { filtersFromSearch, isFiltered, sameFilters, searchOfFilters } from './filters.ts';
import { followOpened, isUnread } from './opened-studies.ts';
import { PanelModel } from './panel-model.ts';
import { SavedSearches } from './saved-searches.ts';
import { StudyPanel } from './study-panel.tsx';
import { StudyTable } from './study-table.tsx';
import { Summary } from './summary.tsx';
import { type WorklistActions, worklistGroups, worklistKey } from './worklist-keys.ts';
import { WorklistModel } from './worklist-model.ts';
import './worklist.css';

interface Parts {
  readonly model: WorklistModel;
  readonly searches: SavedSearches;
  readonly panel: PanelModel;
}

/** The list as it was left, for who comes back from a study. */
let left: Parts | null = null;

function partsOfPage(): Parts {
  const filters = filtersFromSearch(location.search);
  if (left && sameFilters(left.model.filters.peek(), filters)) return left;
  const searches = left?.searches ?? new SavedSearches();
  // Only who comes without any filter, and for the first time, gets the search that the list starts with.
  const start = left || location.search ? filters : filtersFromSearch(searches.startSearch);
  const panel = left?.panel ?? new PanelModel(strataClient());
  left = { model: new WorklistModel(strataClient(), start), searches, panel };
  return left;
}

export function WorklistPage() {
  const parts = useMemo(partsOfPage, []);
  const actions = useMemo(() => actionsOf(parts), [parts]);
  useEffect(() => start(parts, actions), [parts]);
  const { model, searches, panel } = parts;
  return (
    <div class="page">
      <TopBar>
        <h1 class="page-title dim">{worklistTexts.value.title}</h1>
      </TopBar>
      <main class="worklist" data-panel={panel.isOpen.value}>
        <FilterBar model={model} searches={searches} />
        <Summary model={model} panel={panel} onHelp={actions.help} />
        <StudyTable model={model} isUnread={isUnread} clickChooses={panel.isOpen.value} />
        {panel.isOpen.value && <StudyPanel panel={panel} />}
      </main>
      <KeyHelp groups={worklistGroups()} note={worklistTexts.value.keys.note} />
    </div>
  );
}

function actionsOf({ model, searches, panel }: Parts): WorklistActions {
  return {
    help: () => {
      helpOpen.value = true;
    },
    saveSearch: () => {
      const filters = model.filters.peek();
      if (isFiltered(filters) && !searches.nameOf(filters)) searches.naming.value = true;
    },
    useSearch: (number) => {
      const saved = searches.all.peek()[number - 1];
      if (saved) model.setFilters(filtersFromSearch(saved.search));
    },
    togglePanel: () => panel.toggle(),
  };
}

/** Starts what the page does by itself. @returns the function that ends it */
function start({ model, panel }: Parts, actions: WorklistActions): () => void {
  const onKey = (event: KeyboardEvent) => worklistKey(model, event, actions);
  const onFocus = () => void model.refresh();
  const isSeen = () => document.visibilityState === 'visible';
  const onSeen = () => isSeen() && model.lookAgain();
  document.addEventListener('keydown', onKey);
  addEventListener('focus', onFocus);
  document.addEventListener('visibilitychange', onSeen);
  const newsBefore = worklistNews.peek();
  const endings = [
    effect(() => {
      document.title = `Strata · ${worklistTexts.value.title}`;
    }),
    followOpened(),
    panel.start(() => model.selectedStudy.value),
    effect(() => {
      const chosen = model.selectedStudy.value?.studyUid ?? null;
      untracked(() => studyAhead().look(chosen));
    }),
    effect(() => replaceSearch(searchOfFilters(model.filters.value))),
    // The back button changes the address, and with it the filters.
    effect(() => {
      const { path, search } = pageLocation.value;
      if (routeOf(path).page !== 'worklist') return;
      const filters = filtersFromSearch(search);
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

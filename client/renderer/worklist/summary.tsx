// The line above the list: how many studies there are, what went wrong, how old it is.
import { counted } from '../format/quantities.ts';
import { isFiltered, noFilters } from './filters.ts';
import type { PanelModel } from './panel-model.ts';
import type { WorklistModel } from './worklist-model.ts';

interface SummaryProps {
  readonly model: WorklistModel;
  readonly panel: PanelModel;
  readonly onHelp: () => void;
}

export function Summary({ model, panel, onHelp }: SummaryProps) {
  const state = model.state.value;
  const none = state === 'current' && model.total.value === 0;
  const filters = model.filters.value;
  const filtered = isFiltered(filters);
  const { sort, direction } = filters;
  return (
    <div class="summary" data-state={state}>
      <span role="status">
        {state === 'failed' && !model.isAway.value && (
          <span class="failure">The worklist could not be read: {model.failure.value} </span>
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
      </span>
      {filtered && (
        <button
          type="button"
          class="button clear"
          title="Clear all filters (Escape)"
          onClick={() => model.setFilters({ ...noFilters, sort, direction })}
        >
          Clear filters
        </button>
      )}
      <button
        type="button"
        class="button details"
        aria-pressed={panel.isOpen.value}
        title="Series, other studies and image status (I)"
        onClick={() => panel.toggle()}
      >
        Details
      </button>
      <button type="button" class="button keys" onClick={onHelp}>
        <kbd>/</kbd> search <kbd>↑</kbd> <kbd>↓</kbd> choose <kbd>Enter</kbd> open <kbd>?</kbd> all keys
      </button>
    </div>
  );
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

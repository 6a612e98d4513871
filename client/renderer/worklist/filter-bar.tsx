// The fields and buttons that filter the worklist; every change takes effect while it is made.
import { useSignal } from '@preact/signals';
import { worklistTexts } from '../words/worklist.ts';
import { offeredModalities, reportStates, type TextFilter, type WorklistFilters } from './filters.ts';
import { datesOf, periods } from './periods.ts';
import type { SavedSearches } from './saved-searches.ts';
import { SearchBar } from './search-bar.tsx';
import type { WorklistModel } from './worklist-model.ts';

interface TextField {
  readonly filter: TextFilter;
  readonly id: string;
}

const fields: readonly TextField[] = [
  { filter: 'name', id: 'filter-name' },
  { filter: 'patientId', id: 'filter-id' },
  { filter: 'accession', id: 'filter-accession' },
  { filter: 'description', id: 'filter-description' },
  { filter: 'referring', id: 'filter-referring' },
];

interface BarProps {
  readonly model: WorklistModel;
  readonly searches: SavedSearches;
}

export function FilterBar({ model, searches }: BarProps) {
  const filters = model.filters.value;
  const texts = worklistTexts.value;
  const isOpen = useSignal(false);
  return (
    <search class="filters" aria-label={texts.filter} data-open={isOpen.value}>
      {fields.map(({ filter, id }) => (
        <label key={id} class={filter === 'name' ? '' : 'further'} title={texts.hints[filter]}>
          <span>{texts.fields[filter]}</span>
          <input
            id={id}
            type="search"
            autocomplete="off"
            spellcheck={false}
            value={filters[filter]}
            onInput={({ currentTarget }) => model.setFilters({ [filter]: currentTarget.value })}
          />
        </label>
      ))}
      <button
        type="button"
        class="button fold"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {isOpen.value ? texts.fewer : texts.more}
      </button>
      <Dates model={model} filters={filters} />
      <Periods model={model} filters={filters} />
      <Modalities model={model} chosen={filters.modalities} />
      <Reports model={model} chosen={filters.report} />
      <SearchBar model={model} searches={searches} />
    </search>
  );
}

function Dates({ model, filters }: { model: WorklistModel; filters: WorklistFilters }) {
  const { from, to } = datesOf(filters, new Date());
  const change = (dates: { from: string; to: string }) => model.setFilters({ period: null, ...dates });
  return (
    <>
      <label class="further">
        <span>{worklistTexts.value.from}</span>
        <input
          id="filter-from"
          type="date"
          max={to || '9999-12-31'}
          value={from}
          onInput={({ currentTarget }) => change({ from: currentTarget.value, to })}
        />
      </label>
      <label class="further">
        <span>{worklistTexts.value.to}</span>
        <input
          id="filter-to"
          type="date"
          min={from}
          max="9999-12-31"
          value={to}
          onInput={({ currentTarget }) => change({ from, to: currentTarget.value })}
        />
      </label>
    </>
  );
}

function Modalities({ model, chosen }: { model: WorklistModel; chosen: readonly string[] }) {
  const others = chosen.filter((code) => !offeredModalities.some((offered) => offered === code));
  const toggle = (code: string) =>
    model.setFilters({
      modalities: chosen.includes(code) ? chosen.filter((other) => other !== code) : [...chosen, code],
    });
  return (
    <fieldset class="further">
      <legend>{worklistTexts.value.modality}</legend>
      <div class="chips">
        {[...offeredModalities, ...others].map((code) => (
          <button
            key={code}
            type="button"
            class="button chip"
            aria-pressed={chosen.includes(code)}
            onClick={() => toggle(code)}
          >
            {code}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function Reports({ model, chosen }: { model: WorklistModel; chosen: WorklistFilters['report'] }) {
  const texts = worklistTexts.value;
  return (
    <fieldset class="further">
      <legend>{texts.columns.report}</legend>
      <div class="chips">
        {reportStates.map((state) => (
          <button
            key={state}
            type="button"
            class="button chip"
            data-report={state}
            aria-pressed={chosen.includes(state)}
            onClick={() =>
              model.setFilters({
                report: reportStates.filter((one) => (one === state) !== chosen.includes(one)),
              })
            }
          >
            {texts.reports[state]}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function Periods({ model, filters }: { model: WorklistModel; filters: WorklistFilters }) {
  return (
    <fieldset class="further">
      <legend>{worklistTexts.value.period}</legend>
      <div class="chips">
        {periods.map(({ period }) => {
          const chosen = filters.period === period;
          return (
            <button
              key={period}
              type="button"
              class="button chip"
              aria-pressed={chosen}
              onClick={() => model.setFilters({ period: chosen ? null : period, from: '', to: '' })}
            >
              {worklistTexts.value.periods[period]}
            </button>
          );
        })}
      </div>
    </fieldset>
  );
}

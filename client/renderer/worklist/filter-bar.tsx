// The fields and buttons that filter the worklist; every change takes effect while it is made.
import { fieldDateBefore } from '../format/dates.ts';
import { offeredModalities, type WorklistFilters } from './filters.ts';
import type { WorklistModel } from './worklist-model.ts';

/** Names of the periods that one click chooses, and how many days back they begin. */
const periods = [
  { label: 'Today', days: 0 },
  { label: '7 days', days: 6 },
  { label: '30 days', days: 29 },
] as const;

export function FilterBar({ model }: { model: WorklistModel }) {
  const filters = model.filters.value;
  const field = (name: 'name' | 'patientId' | 'from' | 'to') => ({
    value: filters[name],
    onInput: (event: Event) => model.setFilters({ [name]: (event.currentTarget as HTMLInputElement).value }),
  });
  return (
    <search class="filters" aria-label="Filter the worklist">
      <label>
        <span>Patient name</span>
        <input id="filter-name" type="search" autocomplete="off" spellcheck={false} {...field('name')} />
      </label>
      <label>
        <span>Patient ID / chart no.</span>
        <input id="filter-id" type="search" autocomplete="off" spellcheck={false} {...field('patientId')} />
      </label>
      <Modalities model={model} chosen={filters.modalities} />
      <label>
        <span>Study date from</span>
        <input id="filter-from" type="date" max={filters.to || '9999-12-31'} {...field('from')} />
      </label>
      <label>
        <span>to</span>
        <input id="filter-to" type="date" min={filters.from} max="9999-12-31" {...field('to')} />
      </label>
      <Periods model={model} filters={filters} />
    </search>
  );
}

function Modalities({ model, chosen }: { model: WorklistModel; chosen: readonly string[] }) {
  const others = chosen.filter((code) => !offeredModalities.some((offered) => offered === code));
  const toggle = (code: string) =>
    model.setFilters({
      modalities: chosen.includes(code) ? chosen.filter((other) => other !== code) : [...chosen, code],
    });
  return (
    <fieldset>
      <legend>Modality</legend>
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

function Periods({ model, filters }: { model: WorklistModel; filters: WorklistFilters }) {
  const today = new Date();
  return (
    <div class="chips periods">
      {periods.map(({ label, days }) => {
        const from = fieldDateBefore(today, days);
        const chosen = filters.from === from && filters.to === '';
        return (
          <button
            key={label}
            type="button"
            class="button chip"
            aria-pressed={chosen}
            onClick={() => model.setFilters({ from: chosen ? '' : from, to: '' })}
          >
            {label}
          </button>
        );
      })}
    </div>
  );
}

// The line above the list: how many studies there are, what went wrong, how old it is.

import { keysOf } from '../keys/bindings.ts';
import { hinted, keyCap } from '../keys/chords.ts';
import { askedInVain } from '../shell/location.ts';
import { UploadButton } from '../uploading/choose-files.tsx';
import { worklistTexts } from '../words/worklist.ts';
import { isFiltered, noFilters } from './filters.ts';
import type { PanelModel } from './panel-model.ts';
import { worklistCommand } from './worklist-keys.ts';
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
  const texts = worklistTexts.value;
  const { sort, direction } = filters;
  return (
    <div class="summary" data-state={state}>
      <span role="status">
        {state === 'failed' && !model.isAway.value && (
          <span class="failure">{texts.failed(model.failure.value)} </span>
        )}
        {askedInVain.value && <span class="asked">{texts.noStudy(askedInVain.value)} </span>}
        <Age model={model} />
        {state === 'first' && <span>{texts.asking}</span>}
        {none && filtered && <span>{texts.noMatch}</span>}
        {none && !filtered && (
          <span>
            {texts.noStudies} <code>npx strata import PATH</code>
          </span>
        )}
        {!none && state !== 'first' && (
          <span>
            {model.hasUncounted.value ? texts.moreThan(model.total.value) : texts.studies(model.total.value)}
          </span>
        )}
      </span>
      {filtered && (
        <button
          type="button"
          class="button clear"
          title={hinted(texts.clearHint, keysOf(worklistCommand('clear')))}
          onClick={() => model.setFilters({ ...noFilters, sort, direction })}
        >
          {texts.clear}
        </button>
      )}
      <UploadButton />
      <button
        type="button"
        class="button details"
        aria-pressed={panel.isOpen.value}
        title={hinted(texts.detailsHint, keysOf(worklistCommand('panel')))}
        onClick={() => panel.toggle()}
      >
        {texts.details}
      </button>
      <button type="button" class="button keys" onClick={onHelp}>
        <Caps of="search" /> {texts.short.search} <Caps of="previous" /> <Caps of="next" />{' '}
        {texts.short.choose} <Caps of="open" /> {texts.short.open} <Caps of="help" /> {texts.short.all}
      </button>
    </div>
  );
}

function Caps({ of }: { of: Parameters<typeof worklistCommand>[0] }) {
  const [chord] = keysOf(worklistCommand(of));
  return chord ? <kbd>{keyCap(chord)}</kbd> : null;
}

/** What there is to know of a metadata service that is away; nothing while it is not. */
function Age({ model }: { model: WorklistModel }) {
  const { isAway, ageMs } = model;
  if (isAway.value) return <span class="age">{worklistTexts.value.away} ·&nbsp;</span>;
  if (ageMs.value === null) return null;
  const seconds = Math.max(1, Math.round(ageMs.value / 1000));
  return <span class="age">{worklistTexts.value.asOf(seconds)} ·&nbsp;</span>;
}

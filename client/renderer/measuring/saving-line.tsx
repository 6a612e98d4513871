// Over the list of measurements: what is not saved, and the button that saves it; who saved last; what is not shown.
import { displayName } from '../format/person-name.ts';
import { keysOf } from '../keys/bindings.ts';
import { hinted } from '../keys/chords.ts';
import { isShared } from '../shell/server-fetch.ts';
import { measurementCommands } from '../study/commands.ts';
import { errorText } from '../words/errors.ts';
import { moment } from '../words/moments.ts';
import { savedMeasurementTexts, unreadText } from '../words/saved-measurements.ts';
import type { SavingModel } from './saving-model.ts';
import type { Unread } from './saving-state.ts';
import { drawnName } from './words.ts';

export function SavingLine({ saving }: { saving: SavingModel }) {
  const words = savedMeasurementTexts.value;
  const state = saving.state.value;
  const unsaved = isShared ? 0 : saving.unsaved.value;
  const save = measurementCommands.find(({ id }) => id === 'measurement.save');
  return (
    <div class="saving-line">
      <div class="heading">
        <h2>{words.title}</h2>
        {!isShared && (
          <button
            type="button"
            class="button"
            data-command="measurement.save"
            title={save && hinted(words.saveHint, keysOf(save))}
            disabled={unsaved === 0 || state.state === 'saving'}
            onClick={() => void saving.save()}
          >
            {words.save}
          </button>
        )}
      </div>
      <p role="status" class={unsaved > 0 ? 'unsaved' : 'dim'}>
        {statusText(saving, unsaved)}
      </p>
      {'error' in state && (
        <p role="alert" class="trouble">
          {(state.state === 'not-loaded' ? words.notLoaded : words.failed)(errorText(state.error))}
        </p>
      )}
      {state.state === 'no-name' && (
        <p role="alert" class="trouble">
          {words.noName}
        </p>
      )}
      <NotShown unread={saving.unread.value} />
    </div>
  );
}

function statusText(saving: SavingModel, unsaved: number): string {
  const words = savedMeasurementTexts.value;
  const { state } = saving.state.value;
  if (state === 'saving') return words.saving;
  if (state === 'loading') return words.loading;
  if (unsaved > 0) return words.unsaved(unsaved);
  const last = saving.last.value;
  return last ? words.saved(displayName(last.author), moment(new Date(last.at))) : '';
}

/** What was saved, here or by others, and cannot be drawn: in words. */
function NotShown({ unread }: { unread: readonly Unread[] }) {
  const words = savedMeasurementTexts.value;
  if (unread.length === 0) return null;
  return (
    <details class="not-shown">
      <summary>{words.unread(unread.length)}</summary>
      <ul>
        {unread.map(({ title, what, missing }, at) => (
          <li key={at}>
            {missing ? words.noImage(drawnName(missing.kind)) : saidOf(title, unreadText(what))}
          </li>
        ))}
      </ul>
    </details>
  );
}

function saidOf(title: string, what: string): string {
  return title ? savedMeasurementTexts.value.ofDocument(title, what) : what;
}

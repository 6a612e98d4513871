// Above the viewports while series are fused: how strong, up to which value, in which colours; or why they cannot be.
import { displayNumber } from '../format/quantities.ts';
import { keysOf } from '../keys/bindings.ts';
import { hinted } from '../keys/chords.ts';
import { FilledLine, VolumeNotes } from '../volume/volume-lines.tsx';
import { volumeTexts } from '../words/volumes.ts';
import { type ColourTableName, colourTableNames } from './colour-tables.ts';
import { fusionCommands } from './commands.ts';
import type { FusionModel } from './fusion-model.ts';
import '../volume/volume-bar.css';
import './fusion.css';

export function FusionBar({ fusion }: { fusion: FusionModel }) {
  const { over, problem, opacity, table, window, notes, filled } = fusion;
  const texts = volumeTexts.value;
  const [toggle] = fusionCommands;
  if (!over.value && !problem.value) return null;
  const close = (
    <button
      type="button"
      class="button"
      title={toggle && hinted(toggle.name, keysOf(toggle))}
      onClick={() => fusion.close()}
    >
      {over.value ? texts.endFusion : texts.close}
    </button>
  );
  if (problem.value) {
    return (
      <div class="volume-bar" role="alert">
        <span class="lossy">{texts.fusionProblems[problem.value]}</span>
        {close}
      </div>
    );
  }
  const percent = Math.round(opacity.value * 100);
  const upper = window.value.centre + window.value.width / 2;
  const isSuv = over.value?.stack.suv && 'kind' in over.value.stack.suv;
  return (
    <div class="volume-bar" role="toolbar" aria-label={texts.fusion}>
      <b>{texts.fusion}</b>
      <label for="fusion-opacity">{texts.opacity(percent)}</label>
      <input
        id="fusion-opacity"
        type="range"
        min="0"
        max="100"
        step="5"
        value={percent}
        onInput={({ currentTarget }) => {
          fusion.opacity.value = Number(currentTarget.value) / 100;
        }}
      />
      <label for="fusion-upper">{texts.upTo(displayNumber(upper), isSuv ? 'SUV' : '')}</label>
      <input
        id="fusion-upper"
        type="range"
        min={isSuv ? 1 : upper / 20}
        max={isSuv ? 25 : upper * 2}
        step={isSuv ? 0.5 : upper / 100}
        value={upper}
        onInput={({ currentTarget }) => fusion.setUpper(Number(currentTarget.value))}
      />
      <label for="fusion-table">{texts.colours}</label>
      <select
        id="fusion-table"
        value={table.value}
        onChange={({ currentTarget }) => {
          table.value = currentTarget.value as ColourTableName;
        }}
      >
        {colourTableNames.map((name) => (
          <option key={name} value={name}>
            {texts.tables[name]}
          </option>
        ))}
      </select>
      <span class="space" />
      <VolumeNotes notes={notes.value} />
      <FilledLine filled={filled.value} isReduced={notes.value.some(({ kind }) => kind === 'reduced')} />
      {close}
    </div>
  );
}

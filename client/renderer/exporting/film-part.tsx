// The part of the dialog about the series as a film.
import { exportTexts } from '../words/exporting.ts';
import type { FilmOptions } from './cine-file.ts';
import type { ExportModel } from './export-model.ts';
import { Choice, NumberField, Tick } from './fields.tsx';

/** What the codecs are called on the boxes of players. */
const codecNames: Readonly<Record<string, string | undefined>> = {
  avc: 'H.264',
  hevc: 'H.265',
  vp9: 'VP9',
  av1: 'AV1',
};
const smallest = 64;
const largest = 2048;

export function FilmPart({ exporting }: { exporting: ExportModel }) {
  const words = exportTexts.value;
  const options = exporting.film.value;
  const { viewer } = exporting;
  const count = viewer.series.value?.stack.slices.length ?? 0;
  if (viewer.shown.value === null) return <p class="hint alone">{words.noImage}</p>;
  if (count < 2) return <p class="hint alone">{words.oneImage}</p>;
  const set = (change: Partial<FilmOptions>) => {
    exporting.film.value = { ...exporting.film.peek(), ...change };
  };
  const codec = exporting.codec.value;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void exporting.saveFilm(words.imageOf);
      }}
    >
      <Choice
        legend={words.format}
        name="export-film"
        value={options.kind}
        options={[
          { value: 'mp4', text: words.mp4(codecNames[codec ?? ''] ?? '…'), isOff: !codec },
          { value: 'gif', text: words.gif },
        ]}
        onChoose={(kind) => set({ kind })}
      >
        <p class="warning">{words.filmLoses}</p>
        {codec === null && <p class="warning">{words.mp4Missing}</p>}
      </Choice>
      <fieldset class="numbers">
        <NumberField
          {...{ text: words.from, value: options.from, least: 1, most: options.to }}
          onChange={(from) => set({ from })}
        />
        <NumberField
          {...{ text: words.to, value: options.to, least: options.from, most: count }}
          onChange={(to) => set({ to })}
        />
        <NumberField
          {...{ text: words.rate, value: options.rate, least: 1, most: options.kind === 'gif' ? 50 : 60 }}
          onChange={(rate) => set({ rate })}
        />
        <NumberField
          {...{ text: words.side, value: options.side, least: smallest, most: largest }}
          onChange={(side) => set({ side })}
        />
      </fieldset>
      <fieldset>
        <Tick text={words.marks} checked={options.marks} onChange={(marks) => set({ marks })} />
        <Tick text={words.text} checked={options.text} onChange={(text) => set({ text })} />
        <Tick
          text={words.identity}
          checked={options.text && options.identity}
          isOff={!options.text}
          onChange={(identity) => set({ identity })}
        />
        <p class="hint">{words.identityHint}</p>
      </fieldset>
      <p class="actions">
        <button type="submit" class="button main" disabled={exporting.isRunning}>
          {words.save}
        </button>
      </p>
    </form>
  );
}

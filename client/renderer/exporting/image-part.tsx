// The part of the dialog about the image of the active viewport.
import { exportTexts } from '../words/exporting.ts';
import type { ExportModel, ImageOptions } from './export-model.ts';
import { Choice, Tick } from './fields.tsx';
import { fittedFor } from './picture.ts';

export function ImagePart({ exporting }: { exporting: ExportModel }) {
  const words = exportTexts.value;
  const options = exporting.image.value;
  const { viewer } = exporting;
  const { slice } = viewer;
  if (!slice || viewer.shown.value === null) return <p class="hint alone">{words.noImage}</p>;
  const set = (change: Partial<ImageOptions>) => {
    exporting.image.value = { ...exporting.image.peek(), ...change };
  };
  const { size } = fittedFor(viewer, slice, 'full');
  const isFetched = viewer.shown.value.level === slice.levels;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void exporting.saveImage();
      }}
    >
      <Choice
        legend={words.format}
        name="export-format"
        value={options.kind}
        options={[
          { value: 'png', text: words.png },
          { value: 'jpeg', text: words.jpeg },
        ]}
        onChoose={(kind) => set({ kind })}
      >
        {options.kind === 'jpeg' && <p class="warning">{words.jpegLoses}</p>}
      </Choice>
      <Choice
        legend={words.size}
        name="export-size"
        value={options.size}
        options={[
          { value: 'screen', text: words.asOnScreen },
          { value: 'full', text: words.allPixels(size.width, size.height) },
        ]}
        onChoose={(chosen) => set({ size: chosen })}
      >
        {options.size === 'full' && !isFetched && <p class="hint">{words.fetchesFirst}</p>}
      </Choice>
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
        <button type="button" class="button" onClick={() => void exporting.printImages('all viewports')}>
          {words.printAll}
        </button>
        <button type="button" class="button" onClick={() => void exporting.printImages('this image')}>
          {words.print}
        </button>
        <button type="button" class="button" onClick={() => void exporting.copyImage()}>
          {words.copy}
        </button>
        <button type="submit" class="button main">
          {words.save}
        </button>
      </p>
    </form>
  );
}

// The part of the dialog about the original objects.
import { useState } from 'preact/hooks';
import { exportTexts } from '../words/exporting.ts';
import type { ExportModel } from './export-model.ts';
import { Choice, Tick } from './fields.tsx';

export function OriginalsPart({ exporting, studyUid }: { exporting: ExportModel; studyUid: string }) {
  const words = exportTexts.value;
  const [what, setWhat] = useState<'study' | 'series'>('study');
  const [viewer, setViewer] = useState(true);
  const series = exporting.viewer.series.value?.manifest.uid;
  const place =
    what === 'series' && series
      ? `series/${encodeURIComponent(series)}`
      : `studies/${encodeURIComponent(studyUid)}`;
  return (
    <div>
      <p class="hint">{words.originals}</p>
      <Choice
        legend={words.what}
        name="export-what"
        value={what}
        options={[
          { value: 'study', text: words.study },
          { value: 'series', text: words.series, isOff: series === undefined },
        ]}
        onChoose={setWhat}
      />
      <fieldset>
        <Tick text={words.withViewer} checked={viewer} onChange={setViewer} />
      </fieldset>
      <p class="actions">
        <a class="button main" download href={`/gateway/${place}/zip?viewer=${viewer ? 'yes' : 'no'}`}>
          {words.download}
        </a>
      </p>
    </div>
  );
}

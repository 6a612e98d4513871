// The measurements of the page below the series: what they are, where; a click goes there.

import { isShared } from '../shell/server-fetch.ts';
import { measuringTexts } from '../words/measuring.ts';
import { savedMeasurementTexts } from '../words/saved-measurements.ts';
import type { Measurement } from './measurement.ts';
import { MeasurementLine } from './measurement-line.tsx';
import type { MeasurementsModel } from './measurements-model.ts';
import { trackingUidOf } from './saved-form.ts';
import { SavingLine } from './saving-line.tsx';
import type { SavingModel } from './saving-model.ts';
import { drawnName, figureName, figureText } from './words.ts';
import './measuring.css';

export function MeasurementList({
  measurements,
  saving,
  onGo,
}: {
  measurements: MeasurementsModel;
  saving: SavingModel;
  onGo: (one: Measurement) => void;
}) {
  const list = measurements.list.value;
  const isEmpty = list.length === 0 && saving.unsaved.value === 0 && saving.unread.value.length === 0;
  if (isEmpty && !('error' in saving.state.value)) return null;
  const unsaved = isShared ? new Set<string>() : saving.unsavedUids.value;
  const words = savedMeasurementTexts.value;
  return (
    <section class="measurement-list" aria-label={words.title}>
      <SavingLine saving={saving} />
      <ul>
        {list.map((each) => {
          const isUnsaved = unsaved.has(trackingUidOf(each.uid));
          return (
            <MeasurementLine
              key={each.uid}
              tool={each.tool}
              main={mainText(each)}
              details={[whereText(each, saving.makerOf(each))]}
              hint={measuringTexts.value.showImage(drawnName(each.tool))}
              saved={isUnsaved ? 'no' : 'yes'}
              onGo={() => onGo(each)}
              onRemove={() => measurements.remove(each.uid)}
            >
              {isUnsaved && (
                <span class="dot" role="img" aria-label={words.notSaved} title={words.notSaved} />
              )}
            </MeasurementLine>
          );
        })}
      </ul>
    </section>
  );
}

/** The figure that is asked for first: of a region its mean, of uptake (SUV) its greatest value, of two axes both. */
export function mainText({
  tool,
  figures,
  text,
  provisional,
}: Pick<Measurement, 'tool' | 'figures' | 'text' | 'provisional'>): string {
  const mean = figures.find(({ name }) => name === 'Mean');
  const uptake = figures.find(({ name, quantity }) => quantity && (name === 'Max' || name === 'Value'));
  if (uptake) return text || `${provisional ? '≈ ' : ''}${figureName(uptake)} ${figureText(uptake)}`;
  const shown = tool === 'bidirectional' ? figures : [mean ?? figures[0]];
  const words = shown.flatMap((figure) => (figure ? figureText(figure) : [])).join(' × ');
  return text || `${provisional && mean ? '≈ ' : ''}${words}` || '…';
}

function whereText({ tool, place, figures }: Measurement, maker: string | null): string {
  const { manifest } = place.series;
  const area = figures.length > 1 ? figures.find(({ name }) => name === 'Area') : undefined;
  const parts = [
    maker === null ? '' : savedMeasurementTexts.value.madeBy(maker),
    drawnName(tool),
    area ? figureText(area) : '',
    `${manifest.modality} ${manifest.number ?? ''} · ${place.index + 1}`,
  ];
  return parts.filter(Boolean).join(' · ');
}

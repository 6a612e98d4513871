// What is measured in planes, below the measurements on images: a click brings its plane back.
import { MeasurementLine } from '../measuring/measurement-line.tsx';
import { mainText } from '../measuring/measurement-list.tsx';
import { drawnName, figureText } from '../measuring/words.ts';
import { volumeTexts } from '../words/volumes.ts';
import type { PlaneMeasurement, PlaneMeasurements } from './plane-measurements.ts';
import { planePlaceText } from './plane-place.ts';
import { slabText } from './plane-words.ts';
import './plane-measurement-list.css';

interface ListProps {
  readonly measurements: PlaneMeasurements;
  readonly onGo: (one: PlaneMeasurement) => void;
}

export function PlaneMeasurementList({ measurements, onGo }: ListProps) {
  const list = measurements.list.value;
  const texts = volumeTexts.value;
  if (list.length === 0) return null;
  return (
    <section class="measurement-list in-planes" aria-label={texts.inPlanes}>
      <div class="heading">
        <h2>{texts.inPlanes}</h2>
        <p>{texts.notStored}</p>
      </div>
      <ul>
        {list.map((each) => (
          <MeasurementLine
            key={each.uid}
            tool={each.tool}
            main={mainText({ ...each, text: '' })}
            details={[whatText(each), whereText(each), each.slab ? slabText(each.slab) : '']}
            hint={texts.showPlane(drawnName(each.tool))}
            onGo={() => onGo(each)}
            onRemove={() => measurements.remove(each.uid)}
          />
        ))}
      </ul>
    </section>
  );
}

function whatText({ tool, figures }: PlaneMeasurement): string {
  const area = figures.length > 1 ? figures.find(({ name }) => name === 'Area') : undefined;
  return area ? `${drawnName(tool)} · ${figureText(area)}` : drawnName(tool);
}

function whereText({ plane, frame, series: { manifest } }: PlaneMeasurement): string {
  return `${planePlaceText(plane, frame)} · ${manifest.modality} ${manifest.number ?? ''}`;
}

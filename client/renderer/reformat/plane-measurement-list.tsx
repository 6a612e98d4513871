// What is measured in planes, below the measurements on images: a click brings its plane back.
import { mainText } from '../measuring/measurement-list.tsx';
import { drawnName, figureText } from '../measuring/words.ts';
import { Icon } from '../study/icons.tsx';
import { measuringTexts } from '../words/measuring.ts';
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
          <li key={each.uid} data-measurement={each.tool}>
            <button
              type="button"
              class="go"
              title={texts.showPlane(drawnName(each.tool))}
              onClick={() => onGo(each)}
            >
              <Icon name={each.tool} />
              <span class="about">
                <b>{mainText({ ...each, text: '' })}</b>
                <span class="dim">{whatText(each)}</span>
                <span class="dim">{whereText(each)}</span>
                {each.slab && <span class="dim">{slabText(each.slab)}</span>}
              </span>
            </button>
            <button
              type="button"
              class="remove"
              aria-label={measuringTexts.value.removeWhat(drawnName(each.tool))}
              title={measuringTexts.value.remove}
              onClick={() => measurements.remove(each.uid)}
            >
              ×
            </button>
          </li>
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

// The measurements of the page below the series: what they are, where; a click goes there.
import { Icon } from '../study/icons.tsx';
import type { Measurement } from './measurement.ts';
import type { MeasurementsModel } from './measurements-model.ts';
import { drawnNames, figureText } from './words.ts';
import './measuring.css';

export function MeasurementList({ measurements }: { measurements: MeasurementsModel }) {
  const list = measurements.list.value;
  if (list.length === 0) return null;
  return (
    <section class="measurement-list" aria-label="Measurements">
      <h2>Measurements</h2>
      <ul>
        {list.map((each) => (
          <li key={each.uid} data-measurement={each.tool}>
            <button
              type="button"
              class="go"
              title={`${drawnNames[each.tool]}: show its image`}
              onClick={() => measurements.goTo(each)}
            >
              <Icon name={each.tool} />
              <span class="about">
                <b>{mainText(each)}</b>
                <span class="dim">{whereText(each)}</span>
              </span>
            </button>
            <button
              type="button"
              class="remove"
              aria-label={`Remove ${drawnNames[each.tool]}`}
              title="Remove"
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

/** The figure that is asked for first: of a region its mean, of two axes both. */
function mainText({ tool, figures, text, provisional }: Measurement): string {
  const mean = figures.find(({ name }) => name === 'Mean');
  const shown = tool === 'bidirectional' ? figures : [mean ?? figures[0]];
  const words = shown.flatMap((figure) => (figure ? figureText(figure) : [])).join(' × ');
  return text || `${provisional && mean ? '≈ ' : ''}${words}` || '…';
}

function whereText({ tool, place, figures }: Measurement): string {
  const { manifest } = place.series;
  const area = figures.length > 1 ? figures.find(({ name }) => name === 'Area') : undefined;
  const parts = [
    drawnNames[tool],
    area ? figureText(area) : '',
    `${manifest.modality} ${manifest.number ?? ''} · ${place.index + 1}`,
  ];
  return parts.filter(Boolean).join(' · ');
}

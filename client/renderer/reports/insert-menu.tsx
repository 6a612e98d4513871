// What can be put into a report by a button: a measurement, all of them, the image at hand.
import type { KeyImage } from '@strata/protocol/saved-key-images';
import type { Measurement } from '../measuring/measurement.ts';
import type { PageModels } from '../study/page-models.ts';
import { reportTexts } from '../words/reports.ts';
import { measurementLine, placeText } from './measurement-line.ts';

interface InsertProps {
  readonly page: PageModels;
  readonly onInsert: (line: string, image: KeyImage | null) => void;
}

export function InsertMenu({ page, onInsert }: InsertProps) {
  const words = reportTexts.value;
  const measurements = page.measurements.list.value;
  const { viewer, study } = page;
  const series = viewer.series.value;
  const slice = series?.stack.slices[viewer.target.value];
  // Only images of the report's own study can be named in it.
  const named = (place: Measurement['place']): KeyImage | null =>
    place.series.study.uid === study.uid
      ? {
          sopInstanceUid: place.slice.instanceUid,
          frames: place.slice.frames > 1 ? [place.slice.frameNumber] : [],
        }
      : null;
  const put = (measurement: Measurement) => onInsert(measurementLine(measurement), named(measurement.place));
  return (
    <>
      {measurements.length > 0 && (
        <label>
          <span class="visually-hidden">{words.insertMeasurement}</span>
          <select
            data-do="measurement"
            value=""
            onChange={({ currentTarget }) => {
              const chosen = measurements[Number(currentTarget.value)];
              currentTarget.value = '';
              if (chosen) put(chosen);
            }}
          >
            <option value="">{words.insertMeasurement}</option>
            {measurements.map((measurement, at) => (
              <option key={measurement.uid} value={at}>
                {measurementLine(measurement)}
              </option>
            ))}
          </select>
        </label>
      )}
      {series && slice && (
        <button
          type="button"
          class="button"
          data-do="image"
          onClick={() => {
            const place = { series, slice, index: viewer.target.value };
            onInsert(`(${placeText(place)})`, named(place));
          }}
        >
          {words.insertImage}
        </button>
      )}
    </>
  );
}

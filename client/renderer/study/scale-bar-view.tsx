// The bar that says how long a centimetre is on the screen, or that nobody knows.
import { scaleAt } from '../measuring/scale.ts';
import { noteText } from '../words/measuring.ts';
import { overlayTexts } from '../words/study.ts';
import { type Bar, barOf } from './scale-bar.ts';
import type { Slice } from './stack.ts';
import type { ViewerModel } from './viewer-model.ts';

export function ScaleBar({ viewer, slice }: { viewer: ViewerModel; slice: Slice }) {
  const place = viewer.imagePlace.value;
  if (!place) return null;
  const { width, height } = slice.format;
  // Of an ultrasound image, the region in its middle.
  const scale = scaleAt(slice.presentation, [{ x: width / 2, y: height / 2 }], null);
  if (scale.unit === 'px') return null;
  const pixels = Math.hypot(place[2], place[3]);
  const bar = barOf(pixels / scale.row);
  return bar && <ScaleMarks bar={bar} note={scale.note} />;
}

/** @param note what must be said of the scale; '' */
export function ScaleMarks({ bar, note }: { bar: Bar; note: string }) {
  return (
    <div class="scale-bar" style={{ height: `${bar.pixels}px` }} title={noteText(note)}>
      {Array.from({ length: bar.steps + 1 }, (_, at) => (
        <i key={at} style={{ top: `${(at / bar.steps) * 100}%` }} data-end={at % bar.steps === 0} />
      ))}
      <span>
        {bar.text}
        {note === 'at the detector' && ` ${overlayTexts.value.atDetector}`}
      </span>
    </div>
  );
}

// What the presentation state of a viewport draws and writes on the image, and what must be said of it.
import type { Measurement } from '../measuring/measurement.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import { presentingTexts } from '../words/presenting.ts';
import { serverText } from '../words/server.ts';
import { pathOf } from './drawing-shapes.ts';
import { beginningOf, placing, stateMarks } from './marks.ts';

interface DrawingsProps {
  readonly viewer: ViewerModel;
  /** What is drawn on the image already need not be drawn twice. */
  readonly measured: readonly Measurement[];
}

export function StateDrawings({ viewer, measured }: DrawingsProps) {
  const presented = viewer.presented.value;
  const index = viewer.shown.value?.index;
  const slice = index === undefined ? undefined : viewer.series.value?.stack.slices[index];
  const place = viewer.imagePlace.value;
  if (!presented || !slice || !place) return null;
  const marks = stateMarks(presented, slice, measured);
  if (marks.lines.length + marks.texts.length === 0) return null;
  return (
    <svg class="state-drawings" aria-hidden="true" data-export="marks" style={svgStyle}>
      {marks.lines.map(({ drawing, colour }, at) => (
        <Line
          key={at}
          path={pathOf(drawing, placing(marks, drawing, place))}
          filled={drawing.filled}
          colour={colour}
        />
      ))}
      {marks.texts.map(({ text, colour }, at) => (
        <Lines
          key={at}
          text={text.text}
          at={placing(marks, text, place)(beginningOf(text))}
          beside={text.box === null}
          colour={colour}
        />
      ))}
    </svg>
  );
}

const svgStyle = {
  position: 'absolute',
  inset: 0,
  width: '100%',
  height: '100%',
  pointerEvents: 'none',
} as const;

/** Seen on black and on white. */
function Line({ path, filled, colour }: { path: string; filled: boolean; colour: string }) {
  return (
    <>
      <path d={path} fill="none" stroke="#000" stroke-opacity="0.75" stroke-width="3.5" />
      <path d={path} fill={filled ? colour : 'none'} stroke={colour} stroke-width="1.5" />
    </>
  );
}

const lineHeight = 16;

function Lines({
  text,
  at: [x, y],
  beside,
  colour,
}: {
  text: string;
  at: readonly [number, number];
  beside: boolean;
  colour: string;
}) {
  return (
    <>
      {text.split(/\r?\n/).map((line, row) => (
        <text
          key={row}
          x={x + (beside ? 8 : 0)}
          y={y + (row + (beside ? 0.3 : 1)) * lineHeight}
          fill={colour}
          font-size="13"
          font-family="system-ui, sans-serif"
          paint-order="stroke"
          stroke="#000"
          stroke-width="3"
        >
          {line}
        </text>
      ))}
    </>
  );
}

/** Lines of the corner text: which state is shown, and what of it is not. */
export function StateLines({ viewer }: { viewer: ViewerModel }) {
  const presented = viewer.presented.value;
  if (!presented) return null;
  const { stateShown, by, missed } = presentingTexts.value;
  const title = presented.author ? by(presented.title, presented.author.replace('^', ', ')) : presented.title;
  const left = [...presented.missed.map((code) => missed[code]), ...presented.unread.map(serverText)];
  return (
    <>
      <span>{stateShown(title)}</span>
      {left.map((what) => (
        <span key={what} class="lossy">
          {what.charAt(0).toUpperCase() + what.slice(1)}
        </span>
      ))}
    </>
  );
}

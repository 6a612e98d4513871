// What the presentation state of a viewport draws and writes on the image, and what must be said of it.
import type { StateDrawing, StateText } from '@strata/protocol/saved-presentations';
import type { Measurement } from '../measuring/measurement.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import type { ImagePlace } from '../viewport/stack-camera.ts';
import { presentingTexts } from '../words/presenting.ts';
import { serverText } from '../words/server.ts';
import { fromDisplay, fromPixels, pathOf, type ToScreen } from './drawing-shapes.ts';
import { drawingsOf, textsOf } from './measured-drawings.ts';
import type { Presented } from './presented.ts';
import { shutterColour } from './shutter-paths.ts';
import { isFor, stateForImage } from './state-for-image.ts';

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
  const { state } = presented;
  const there = new Set([
    ...measured.flatMap(drawingsOf).map(keyOf),
    ...measured.flatMap(textsOf).map(keyOf),
  ]);
  const isShown = (one: StateDrawing | StateText) => isFor(one, slice) && !there.has(keyOf(one));
  const drawings = state.drawings.filter(isShown);
  const texts = state.texts.filter(isShown);
  if (drawings.length + texts.length === 0) return null;
  const { area } = stateForImage(state, slice);
  const toScreen = (units: StateDrawing['units']): ToScreen =>
    units === 'DISPLAY' && area ? fromDisplay(place, area) : fromPixels(place as ImagePlace);
  return (
    <svg class="state-drawings" aria-hidden="true" data-export="marks" style={svgStyle}>
      {drawings.map((drawing, at) => (
        <Line
          key={at}
          path={pathOf(drawing, toScreen(drawing.units))}
          filled={drawing.filled}
          colour={colourOf(presented, drawing.layer)}
        />
      ))}
      {texts.map((text, at) => (
        <Lines
          key={at}
          text={text.text}
          at={toScreen(text.units)(text.box ? [text.box[0], text.box[1]] : (text.anchor ?? [0, 0]))}
          beside={text.box === null}
          colour={colourOf(presented, text.layer)}
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

/** Two drawings, or texts, at the same place are the same. */
function keyOf(one: StateDrawing | StateText): string {
  const places = 'points' in one ? one.points : [...(one.anchor ?? []), ...(one.box ?? [])];
  const where = places.map((value) => value.toFixed(1)).join(' ');
  return 'points' in one ? `${one.kind} ${where}` : `text ${where}`;
}

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

/** What its layer recommends, where that can be seen; black drawings on black images cannot. */
function colourOf({ state }: Presented, layer: string): string {
  const { colour = null, grey = null } = state.layers.find(({ name }) => name === layer) ?? {};
  if (colour) return `rgb(${shutterColour({ colour }).join(' ')})`;
  return grey !== null && grey > 16_384 ? `rgb(${shutterColour({ grey }).join(' ')})` : '#f2c14e';
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

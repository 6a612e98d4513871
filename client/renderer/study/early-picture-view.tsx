// Shows the first picture of a viewport until the viewport itself has drawn.
import { effect } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { fittedLevel, paintEarly } from './early-picture.ts';
import type { ViewerModel } from './viewer-model.ts';

export function EarlyPicture({ viewer }: { viewer: ViewerModel }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => effect(() => follow(canvas.current, viewer)), [viewer]);
  return <canvas ref={canvas} class="early-picture" hidden />;
}

/** Paints what is to be seen; `data-level` then says of which level it is, `data-needed` which one the screen needs. */
function follow(canvas: HTMLCanvasElement | null, { early: { value: early } }: ViewerModel): void {
  if (!canvas) return;
  canvas.hidden = early === null;
  if (!early) {
    // Gives its memory back.
    Object.assign(canvas, { width: 0, height: 0 });
    delete canvas.dataset.level;
    return;
  }
  const { clientWidth: width, clientHeight: height } = canvas;
  const screen = { width, height, density: devicePixelRatio };
  paintEarly(canvas, early, screen);
  Object.assign(canvas.dataset, { level: early.level, needed: fittedLevel(early.slice, screen) });
}

// When pages are drawn anew after a change, while something is awaited that goes first.
import { options } from 'preact';

/** Nobody waits longer than that for what was pressed. */
const patienceMs = 150;

/**
 * Until a promise is settled, though not for long, pages are not drawn anew: what is awaited has the processor first.
 * @returns resolves when they are drawn as ever again
 */
export function drawLaterUntil(settled: Promise<void>): Promise<void> {
  const late = new Promise<void>((resolve) => void setTimeout(resolve, patienceMs));
  const ready = Promise.race([settled, late]);
  const later = (draw: () => void): void => void ready.then(draw, draw);
  options.debounceRendering = later;
  const end = () => {
    if (options.debounceRendering === later) delete options.debounceRendering;
  };
  return ready.then(end, end);
}

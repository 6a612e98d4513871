// When pages are drawn anew after a change, while something is awaited that goes first.
import { options } from 'preact';

/**
 * Until a promise is settled, pages are drawn in a task of their own, soon: what a change sets going (requests above all) goes
 * before. Preact draws before any promise that a change has settled goes on.
 */
export function drawLaterUntil(settled: Promise<void>): void {
  const soon = (draw: () => void): void => void setTimeout(draw);
  options.debounceRendering = soon;
  const end = () => {
    if (options.debounceRendering === soon) delete options.debounceRendering;
  };
  settled.then(end, end);
}

// When the first image of a page is to be seen.
import { effect } from '@preact/signals';
import type { GridModel } from '../grid/grid-model.ts';

const patienceMs = 600;
/** A page that is not to be seen is not drawn at all. */
const drawnMs = 100;

/** Who opens a study waits for its first image: all else is asked for when it is drawn, or when there is none for a while. */
export async function afterFirstImage(grid: Pick<GridModel, 'active'>): Promise<void> {
  let end = () => {};
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    const stop = effect(() => {
      const { early, shown, series } = grid.active;
      const isDocument = series.value?.stack.slices.length === 0;
      if (isDocument) resolve();
      else if (early.value !== null || shown.value !== null) void drawn().then(resolve);
    });
    end = () => {
      clearTimeout(timer);
      stop();
    };
  });
  end();
}

/** Resolves when what is on the page now has been drawn. */
function drawn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, drawnMs);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

// When the first image of a page is to be seen.
import { effect } from '@preact/signals';
import type { GridModel } from '../grid/grid-model.ts';

const patienceMs = 600;

/** Who opens a study waits for its first image: all else is asked for after it, or when there is none for a while. */
export async function afterFirstImage(grid: Pick<GridModel, 'active'>): Promise<void> {
  let end = () => {};
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    const stop = effect(() => {
      const { early, shown, series } = grid.active;
      const isDocument = series.value?.stack.slices.length === 0;
      if (early.value !== null || shown.value !== null || isDocument) resolve();
    });
    end = () => {
      clearTimeout(timer);
      stop();
    };
  });
  end();
}

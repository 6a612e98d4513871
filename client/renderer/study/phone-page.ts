// What the study page does on a phone: one viewport, and a finger that scrolls where there is something to scroll.
import { effect, untracked } from '@preact/signals';
import type { GridModel } from '../grid/grid-model.ts';
import { singleLayout } from '../grid/layouts.ts';
import { isPhone } from '../shell/small-screen.ts';

/** Starts it; does nothing elsewhere. @returns the function that ends it */
export function startPhonePage(grid: GridModel): () => void {
  if (!isPhone()) return () => {};
  return effect(() => {
    const { rows, columns } = grid.layout.value;
    const slices = grid.active.series.value?.stack.slices.length ?? 0;
    untracked(() => {
      if (rows * columns > 1) grid.setLayout(singleLayout);
      if (slices > 0) grid.setTool(slices > 1 ? 'scroll' : 'window');
    });
  });
}

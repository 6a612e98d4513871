// Commands of fusion.
import type { Command } from '../study/commands.ts';
import type { PageModels } from '../study/page-models.ts';
import { volumeTexts } from '../words/volumes.ts';

const step = 0.1;

export const fusionCommands: readonly Command[] = [
  {
    id: 'fusion.toggle',
    get name() {
      return volumeTexts.value.fuse;
    },
    keys: ['Shift+u'],
    run: toggle,
  },
  {
    id: 'fusion.stronger',
    get name() {
      return volumeTexts.value.stronger;
    },
    keys: ['Shift+ArrowUp'],
    run: ({ fusion }) => fusion.changeOpacity(step),
  },
  {
    id: 'fusion.weaker',
    get name() {
      return volumeTexts.value.weaker;
    },
    keys: ['Shift+ArrowDown'],
    run: ({ fusion }) => fusion.changeOpacity(-step),
  },
];

/** In planes of the PET itself nothing could lie over them: those of what lies below take their place. */
function toggle({ fusion, reformat, grid }: PageModels): void {
  const cut = reformat.series.peek();
  fusion.toggle();
  const below = grid.active.series.peek();
  if (cut && cut === fusion.over.peek() && below && below !== cut) reformat.open(below, null);
}

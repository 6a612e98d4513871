// Commands of fusion.
import type { Command } from '../study/commands.ts';
import { volumeTexts } from '../words/volumes.ts';

const step = 0.1;

export const fusionCommands: readonly Command[] = [
  {
    id: 'fusion.toggle',
    get name() {
      return volumeTexts.value.fuse;
    },
    keys: ['Shift+u'],
    run: ({ fusion }) => fusion.toggle(),
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

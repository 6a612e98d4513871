// The command of volumes in 3D.
import type { Command } from '../study/commands.ts';
import { volumeTexts } from '../words/volumes.ts';

export const solidCommands: readonly Command[] = [
  {
    id: 'volume.solid',
    get name() {
      return volumeTexts.value.solidCommand;
    },
    keys: ['Ctrl+Shift+v'],
    run: ({ solid, viewer }) => {
      const series = viewer.series.value;
      if (series) solid.open(series, viewer.tones.window.value);
    },
  },
];

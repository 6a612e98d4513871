// What the study page can be told about original files.
import type { Command } from '../study/commands.ts';
import type { IconName } from '../study/icons.tsx';
import { downloadTexts } from '../words/downloading.ts';
import { offer } from './page-downloads.ts';

export const downloadCommands: readonly (Command & { readonly icon: IconName })[] = [
  {
    id: 'study.download',
    get name() {
      return downloadTexts.value.command;
    },
    keys: ['Shift+o'],
    icon: 'download',
    run: ({ study, viewer }) => {
      const series = viewer.series.peek()?.manifest.uid;
      const instance = viewer.slice?.instanceUid;
      offer.value = {
        uids: { study: study.uid, ...(series && { series }), ...(instance && { instance }) },
      };
    },
  },
];

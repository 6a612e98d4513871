// How the dialog of exports is opened.
import type { Command } from '../study/commands.ts';
import { exportTexts } from '../words/exporting.ts';

/** What leaves the page. */
export const exportCommands: readonly (Command & { readonly icon: 'export' })[] = [
  {
    id: 'export.open',
    get name() {
      return exportTexts.value.open;
    },
    keys: ['Shift+e'],
    icon: 'export',
    run: ({ exporting }) => exporting.show(),
  },
];

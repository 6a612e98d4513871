// Commands about reports.
import type { Command } from '../study/commands.ts';
import type { IconName } from '../study/icons.tsx';
import { reportTexts } from '../words/reports.ts';

export const reportCommands: readonly (Command & { readonly icon: IconName })[] = [
  {
    id: 'report.open',
    get name() {
      return reportTexts.value.open;
    },
    keys: ['Shift+b'],
    icon: 'report',
    run: ({ reports }) => reports.toggle(),
  },
];

// The windows to choose from, with the present one on the button.
import { toolbarTexts } from '../words/study.ts';
import type { Command } from './commands.ts';
import { modalityInSight, sliceInSight } from './in-sight.ts';
import { Menu } from './menu.tsx';
import type { PageModels } from './page-models.ts';
import { shadingText } from './shading-text.ts';
import { scaleOf } from './slice-window.ts';
import { offeredLuts, offeredWindows, presetCommands, windowCommands } from './window-commands.ts';

export function WindowMenu({ page }: { page: PageModels }) {
  const slice = sliceInSight(page);
  const inPlanes = page.reformat.series.value !== null;
  const text = inPlanes ? page.reformat.tones.text : shadingText(page.viewer);
  return (
    <Menu
      kind="window-menu"
      label={text || toolbarTexts.value.windows}
      title={toolbarTexts.value.windows}
      commands={[
        ...windowCommands,
        ...offeredWindows(slice),
        // Volumes are made of the values before them.
        ...(inPlanes ? [] : offeredLuts(slice)),
        ...presetCommands(scaleOf(slice, modalityInSight(page))),
      ]}
      numbers={presetNumbers}
      onChoose={(command) => command.run(page)}
    />
  );
}

function presetNumbers(command: Command): string {
  if ('numbers' in command) return String(command.numbers);
  if (!('preset' in command)) return '';
  const { centre, width } = command.preset as { centre: number; width: number };
  return `${centre} / ${width}`;
}

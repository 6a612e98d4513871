// All commands of the study page by what they are about: the help and the settings list them so, the keyboard finds its own.
import { downloadCommands } from '../downloading/commands.ts';
import { exportCommands } from '../exporting/commands.ts';
import { fusionCommands } from '../fusion/commands.ts';
import { keysOf } from '../keys/bindings.ts';
import type { HelpGroup } from '../keys/help-group.ts';
import { keyImageCommands, stateCommands } from '../presenting/commands.ts';
import { reportCommands } from '../reports/commands.ts';
import { shareCommands } from '../sharing/commands.ts';
import { solidCommands } from '../solid/commands.ts';
import { presetModalities } from '../viewport/window-presets.ts';
import { keyTexts } from '../words/keys.ts';
import {
  type Command,
  cineCommands,
  hangingCommands,
  imageCommands,
  layoutCommands,
  measurementCommands,
  measuringCommands,
  pageCommands,
  scrollCommands,
  togetherCommands,
  toolCommands,
  turnCommands,
  viewportCommands,
  volumeCommands,
} from './commands.ts';
import { presetCommands, windowCommands } from './window-commands.ts';

type GroupId = keyof (typeof keyTexts)['value']['groups'];

const group = (id: GroupId, ...commands: readonly (readonly Command[])[]): HelpGroup<Command> => ({
  id,
  page: 'study',
  get title() {
    return keyTexts.value.groups[id];
  },
  commands: commands.flat(),
});

/** Every command of a series of the modality. A new list of commands is added here, and so has keys and help. */
export function commandGroups(modality: string): readonly HelpGroup<Command>[] {
  return [
    group('image', toolCommands, imageCommands, keyImageCommands, stateCommands, turnCommands),
    group('measure', measuringCommands, measurementCommands),
    group('move', scrollCommands, cineCommands),
    group(
      'viewports',
      layoutCommands,
      viewportCommands,
      togetherCommands,
      hangingCommands,
      volumeCommands,
      solidCommands,
      fusionCommands,
    ),
    group('window', windowCommands, presetCommands(modality)),
    group('work', reportCommands, exportCommands, downloadCommands, shareCommands),
    group('page', pageCommands),
  ];
}

/** The commands of series of any modality, for who sets keys. */
export function everyCommandGroup(): readonly HelpGroup<Command>[] {
  const windows = group('window', windowCommands, ...presetModalities.map(presetCommands));
  return commandGroups('').map((one) => (one.id === windows.id ? windows : one));
}

/** The same without groups. */
export function allCommands(modality: string): readonly Command[] {
  return commandGroups(modality).flatMap(({ commands }) => commands);
}

/** The command that a chord runs in a series of the modality, as the keys are set. */
export function commandOfKey(chord: string, modality: string): Command | undefined {
  return allCommands(modality).find((command) => keysOf(command).includes(chord));
}

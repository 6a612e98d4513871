// The windows that can be chosen, with their keys: for the image that is looked at, or the planes through a volume.
import { displayNumber } from '../format/quantities.ts';
import { presetsFor, type WindowPreset } from '../viewport/window-presets.ts';
import { commandTexts } from '../words/commands.ts';
import { type Command, command } from './commands.ts';
import { sliceInSight, tonesInSight } from './in-sight.ts';
import { lutName } from './lut-name.ts';
import { lutsOf, scaleOf } from './slice-window.ts';
import type { Slice } from './stack.ts';

export const windowCommands: readonly Command[] = [
  command('window.default', 'defaultWindow', ['0'], (page) => tonesInSight(page).setDefault()),
  command('window.automatic', 'automaticWindow', ['a'], (page) => tonesInSight(page).setAutomatic()),
];

/** A window or a VOI LUT that the image itself offers. */
interface OfferedCommand extends Command {
  /** For the column of numbers. */
  readonly numbers: string;
}

/** The windows that the image offers, by their explanations, where there are several or VOI LUTs beside them. */
export function offeredWindows(slice: Slice | undefined): readonly OfferedCommand[] {
  // Some scanners write the same window twice.
  const windows = [
    ...new Map(slice?.presentation.windows.map((window) => [JSON.stringify(window), window])).values(),
  ];
  const others = slice ? lutsOf(slice).length : 0;
  if (windows.length + others < 2) return [];
  return windows.map(({ centre, width, explanation }, at) => ({
    id: `offered.window-${at + 1}`,
    name: explanation || commandTexts.value.windowOfImage(at + 1),
    keys: [],
    numbers: `${displayNumber(centre)} / ${displayNumber(width)}`,
    run: (page) => tonesInSight(page).setWindow({ centre, width }),
  }));
}

/** The VOI LUTs that the image offers, by their explanations. */
export function offeredLuts(slice: Slice | undefined): readonly OfferedCommand[] {
  if (!slice) return [];
  return lutsOf(slice).map((lut, at) => ({
    id: `offered.lut-${at + 1}`,
    name: lutName(lut.explanation, at),
    keys: [],
    numbers: commandTexts.value.lut,
    run: ({ viewer }) => viewer.tones.setLut(slice, at),
  }));
}

/** The fixed windows of a modality as commands. */
export function presetCommands(modality: string): readonly (Command & { readonly preset: WindowPreset })[] {
  return presetsFor(modality).map((preset) => ({
    id: `preset.${modality}.${preset.name}`,
    modality,
    get name() {
      return commandTexts.value.presets[preset.name];
    },
    keys: [preset.key],
    preset,
    run: (page) => {
      const { centre, width } = preset;
      if (scaleOf(sliceInSight(page), modality) === modality) tonesInSight(page).setWindow({ centre, width });
    },
  }));
}

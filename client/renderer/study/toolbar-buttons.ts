// The buttons of the toolbar beside its menus: which there are, which of them are on, and which leave when there is no room.
import { exportCommands } from '../exporting/commands.ts';
import { markKeyCommand } from '../presenting/commands.ts';
import { reportCommands } from '../reports/commands.ts';
import { shareCommands } from '../sharing/commands.ts';
import { type Command, cineCommands, imageCommands, togetherCommands, toolCommands } from './commands.ts';
import type { IconName } from './icons.tsx';
import type { PageModels } from './page-models.ts';

export interface ToolbarButton {
  readonly command: Command & { readonly icon: IconName };
  /** Of one that switches something. */
  readonly isPressed: boolean | undefined;
  /** The tool that it takes in hand. */
  readonly tool?: string;
}

/** The part of the toolbar that is a menu and can leave as well. */
export const statesPart = 'states';

/** Who leaves first when there is no room comes first: what has a key that is at hand, and what is seldom used. */
export const leavingOrder: readonly string[] = [
  'study.share',
  'export.open',
  'together.lines',
  'together.scroll',
  'image.shutters',
  'image.overlays',
  statesPart,
  'image.fit',
  'tool.crosshair',
  'tool.magnifier',
  'image.reset',
  'report.open',
  'key-images.mark',
  'image.invert',
  'tool.scroll',
  'tool.pan',
  'tool.zoom',
  'cine.play',
  'tool.window',
];

export function toolButtons({ grid }: PageModels): readonly ToolbarButton[] {
  return toolCommands.map((command) => ({
    command,
    tool: command.tool,
    isPressed: grid.tool.value === command.tool,
  }));
}

/** Plays the images of the active viewport, where there are several. */
export function cineButtons({ cine, viewer }: PageModels): readonly ToolbarButton[] {
  const [command] = cineCommands;
  if (!command?.icon || (viewer.series.value?.stack.slices.length ?? 0) < 2) return [];
  return [{ command: { ...command, icon: command.icon }, isPressed: cine.playing.value === viewer }];
}

/** What is done with the image in view. */
export function imageButtons(page: PageModels): readonly ToolbarButton[] {
  const { viewer, keyImages } = page;
  return [
    ...imageCommands
      .filter((command) => !isRare(command) && hasUse(command, page))
      .map((command) => ({ command, isPressed: pressed(command.icon, page) })),
    {
      command: markKeyCommand,
      isPressed: viewer.slice !== undefined && keyImages.marksOf(viewer.slice).own,
    },
  ];
}

/** What is done with viewports, and with the study. */
export function workButtons({ synchroniser, reports }: PageModels): readonly ToolbarButton[] {
  return [
    ...togetherCommands.map((command) => ({
      command,
      isPressed: (command.icon === 'together' ? synchroniser.together : synchroniser.lines).value,
    })),
    ...[...exportCommands, ...shareCommands].map((command) => ({ command, isPressed: undefined })),
    ...reportCommands.map((command) => ({ command, isPressed: reports.open.value })),
  ];
}

/** Always in the menu at the end. */
export const rareCommands: readonly Command[] = imageCommands.filter(isRare);

function isRare({ icon }: Command): boolean {
  return icon === 'pixels' || icon === 'text';
}

/** Few images have shutters. */
function hasUse({ icon }: Command, { viewer: { slice, shutters } }: PageModels): boolean {
  return icon !== 'shutters' || (slice !== undefined && shutters.ofImage(slice.presentation) !== null);
}

/** Whether a button that switches something is on. */
function pressed(icon: string, { viewer }: PageModels): boolean | undefined {
  if (icon === 'invert') return viewer.tones.isTurned.value;
  if (icon === 'overlays') return viewer.overlays.shown.value;
  return icon === 'shutters' ? viewer.shutters.shown.value : undefined;
}

// Everything the study page can be told to do, with its usual key: toolbar, keyboard, help and settings read these lists.
import { layoutId, layoutName, layouts } from '../grid/layouts.ts';
import { helpOpen, settingsOpen } from '../shell/open-dialogs.ts';
import { isShared } from '../shell/server-fetch.ts';
import type { PrimaryTool } from '../viewport/primary-tool.ts';
import { commandTexts } from '../words/commands.ts';
import { volumeTexts } from '../words/volumes.ts';
import type { IconName } from './icons.tsx';
import { tonesInSight } from './in-sight.ts';
import type { PageModels } from './page-models.ts';

export interface Command {
  /** Stays the same for good: keys are kept by it. */
  readonly id: string;
  /** In the language chosen now: a getter where it is a text of ours. */
  readonly name: string;
  /** Chords as `chordOf` names them that run it, unless the user has set others. */
  readonly keys: readonly string[];
  readonly run: (page: PageModels) => void;
  readonly icon?: IconName;
  /** The only modality that it is for. */
  readonly modality?: string;
}

interface ButtonCommand extends Command {
  readonly icon: IconName;
}

export interface ToolCommand extends ButtonCommand {
  readonly tool: PrimaryTool;
}

/** The texts that are no tables. */
type NamesOf<Table> = { [Name in keyof Table]: Table[Name] extends string ? Name : never }[keyof Table];
type Named = NamesOf<(typeof commandTexts)['value']>;

/** A command with its name among the texts. */
export const command = (id: string, name: Named, keys: readonly string[], run: Command['run']): Command => ({
  id,
  get name() {
    return commandTexts.value[name];
  },
  keys,
  run,
});

/** One with a button beside the tools. */
const button = (icon: IconName, ...named: Parameters<typeof command>): ButtonCommand =>
  Object.assign(command(...named), { icon });

const tool = (kind: 'tool' | 'measure', primary: PrimaryTool, key: string): ToolCommand => ({
  id: `${kind}.${primary}`,
  get name() {
    return commandTexts.value.tools[primary];
  },
  keys: [key],
  tool: primary,
  icon: primary,
  run: ({ grid, reformat }) => (reformat.series.value ? reformat.setTool(primary) : grid.setTool(primary)),
});

/** What the left mouse button does. */
export const toolCommands: readonly ToolCommand[] = [
  tool('tool', 'window', 'w'),
  tool('tool', 'zoom', 'z'),
  tool('tool', 'pan', 'p'),
  tool('tool', 'scroll', 's'),
  tool('tool', 'magnifier', 'm'),
  tool('tool', 'crosshair', 'x'),
];

/** What is measured and marked with. */
export const measuringCommands: readonly ToolCommand[] = [
  tool('measure', 'length', 'l'),
  tool('measure', 'angle', 'g'),
  tool('measure', 'cobb', 'k'),
  tool('measure', 'ellipse', 'e'),
  tool('measure', 'rectangle', 'q'),
  tool('measure', 'freehand', 'd'),
  tool('measure', 'bidirectional', 'b'),
  tool('measure', 'arrow', 'y'),
  tool('measure', 'probe', 'h'),
];

/** What is drawn where the user looks: in planes, or on images. */
const drawingOf = ({ measurements, reformat }: PageModels) =>
  reformat.series.value ? reformat.measurements : measurements;

/** What is done with measurements. */
export const measurementCommands: readonly Command[] = [
  command(
    'measurement.calibrate',
    'calibrate',
    ['Shift+c'],
    ({ measurements }) => void measurements.calibrate(),
  ),
  command('measurement.remove', 'remove', ['Delete', 'Backspace'], (page) => drawingOf(page).remove()),
  command('measurement.undo', 'undo', ['Ctrl+z'], (page) => drawingOf(page).undo()),
  command('measurement.redo', 'redo', ['Ctrl+y', 'Ctrl+Shift+z'], (page) => drawingOf(page).redo()),
  command('measurement.save', 'saveMeasurements', ['Ctrl+s'], ({ saving }) => void saving.save()),
];

/** Buttons beside the tools. */
export const imageCommands: readonly ButtonCommand[] = [
  button('invert', 'image.invert', 'invert', ['i'], (page) => tonesInSight(page).toggleInvert()),
  button('fit', 'image.fit', 'fit', ['f'], ({ viewer }) => viewer.fit()),
  button('pixels', 'image.pixels', 'pixels', ['o'], ({ viewer }) => viewer.zoomToPixels()),
  button('reset', 'image.reset', 'reset', ['r'], ({ viewer }) => viewer.reset()),
  button('overlays', 'image.overlays', 'overlays', ['v'], ({ viewer }) => viewer.overlays.toggle()),
  button('shutters', 'image.shutters', 'shutters', ['Shift+s'], ({ viewer }) => viewer.shutters.toggle()),
  button('text', 'image.hide-text', 'hideText', ['t'], ({ grid }) => grid.toggleText()),
];

/** How the image is turned. */
export const turnCommands: readonly Command[] = [
  command('image.turn-right', 'turnRight', ['Shift+ArrowRight'], ({ viewer }) => viewer.rotate(90)),
  command('image.turn-left', 'turnLeft', ['Shift+ArrowLeft'], ({ viewer }) => viewer.rotate(-90)),
  command('image.mirror', 'mirror', ['Shift+f'], ({ viewer }) => viewer.mirror()),
];

/** How many viewports there are. */
export const layoutCommands: readonly Command[] = layouts.map((layout) => ({
  id: layoutId(layout),
  name: layoutName(layout),
  keys: [`Alt+${layout.key}`],
  run: ({ grid }) => grid.setLayout(layout),
}));

/** What viewports do together. */
export const togetherCommands: readonly ButtonCommand[] = [
  button('together', 'together.scroll', 'together', ['j'], ({ synchroniser }) =>
    synchroniser.setTogether(!synchroniser.together.value),
  ),
  button('lines', 'together.lines', 'lines', ['u'], ({ synchroniser }) => synchroniser.toggleLines()),
];

/** How images are played. */
export const cineCommands: readonly Command[] = [
  button('play', 'cine.play', 'play', ['c', ' '], ({ cine, viewer }) => cine.toggle(viewer)),
  command('cine.faster', 'faster', ['>'], ({ cine }) => cine.change('faster')),
  command('cine.slower', 'slower', ['<'], ({ cine }) => cine.change('slower')),
];

/** Other ways to look at a series. */
export const volumeCommands: readonly Command[] = [
  command('volume.planes', 'volume', ['Shift+v'], ({ reformat, viewer }) => {
    const series = viewer.series.value;
    if (series) reformat.open(series, viewer.tones.keep());
  }),
];

/** How a study is arranged. */
export const hangingCommands: readonly Command[] = [
  command('hanging.anew', 'hangAnew', ['Shift+r'], ({ hanging }) => void hanging.hang()),
  command('hanging.edit', 'hanging', ['Shift+p'], ({ hanging }) => {
    hanging.editing.value = true;
  }),
];

/** Which viewport is worked with. */
export const viewportCommands: readonly Command[] = [
  command('viewport.next', 'nextViewport', ['n'], ({ grid }) => grid.activateBeside(1)),
  command('viewport.previous', 'previousViewport', ['Shift+n'], ({ grid }) => grid.activateBeside(-1)),
  command('viewport.one', 'oneViewport', ['Enter', 'Shift+m'], ({ grid, reformat }) =>
    reformat.series.value ? reformat.toggleLarge() : grid.toggleMaximised(),
  ),
];

export const scrollCommands: readonly Command[] = [
  command('scroll.next', 'nextImage', ['ArrowDown', 'ArrowRight'], ({ viewer }) => viewer.scrollBy(1)),
  command('scroll.previous', 'previousImage', ['ArrowUp', 'ArrowLeft'], ({ viewer }) => viewer.scrollBy(-1)),
  command('scroll.ten-on', 'tenOn', ['PageDown'], ({ viewer }) => viewer.scrollBy(10)),
  command('scroll.ten-back', 'tenBack', ['PageUp'], ({ viewer }) => viewer.scrollBy(-10)),
  command('scroll.first', 'firstImage', ['Home'], ({ viewer }) => viewer.goTo(0)),
  command('scroll.last', 'lastImage', ['End'], ({ viewer }) => viewer.goTo(Number.MAX_SAFE_INTEGER)),
  command('zoom.in', 'enlarge', ['+', '='], ({ viewer }) => viewer.zoomBy(1.25)),
  command('zoom.out', 'reduce', ['-'], ({ viewer }) => viewer.zoomBy(0.8)),
  command('series.next', 'nextSeries', [']', '.'], ({ grid }) => grid.openBeside(1)),
  command('series.previous', 'previousSeries', ['[', ','], ({ grid }) => grid.openBeside(-1)),
];

/** What has nothing to do with the images. */
export const pageCommands: readonly Command[] = [
  command('page.help', 'help', ['?'], () => {
    helpOpen.value = true;
  }),
  command('page.settings', 'settings', ['Ctrl+,'], () => {
    settingsOpen.value = 'general';
  }),
  command('page.worklist', 'worklist', ['Escape'], (page) => void leaveStudy(page)),
];

/** One Escape too many must not lose what is measured in planes. */
async function leaveStudy({ leave, questions, reformat }: PageModels): Promise<void> {
  const count = isShared ? 0 : reformat.measurements.count.peek();
  if (count === 0 || (await questions.confirm(volumeTexts.value.leavePlanes(count)))) leave();
}

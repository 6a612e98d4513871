// Everything the study page can be told to do, with its key: the toolbar, the keyboard and the help read this one list.
import { displayNumber } from '../format/quantities.ts';
import { layoutName, layouts } from '../grid/layouts.ts';
import type { PrimaryTool } from '../viewport/primary-tool.ts';
import { presetsFor, type WindowPreset } from '../viewport/window-presets.ts';
import type { IconName } from './icons.tsx';
import type { PageModels } from './page-models.ts';
import { lutsOf } from './slice-window.ts';
import type { Slice } from './stack.ts';

export interface Command {
  readonly name: string;
  /** Chords as `chordOf` names them that run it. */
  readonly keys: readonly string[];
  readonly run: (page: PageModels) => void;
  readonly icon?: IconName;
}

export interface ToolCommand extends Command {
  readonly tool: PrimaryTool;
  readonly icon: IconName;
}

const tool = (name: string, key: string, primary: PrimaryTool): ToolCommand => ({
  name,
  keys: [key],
  tool: primary,
  icon: primary,
  run: ({ grid }) => grid.setTool(primary),
});

/** What the left mouse button does. */
export const toolCommands: readonly ToolCommand[] = [
  tool('Window', 'w', 'window'),
  tool('Zoom', 'z', 'zoom'),
  tool('Pan', 'p', 'pan'),
  tool('Scroll', 's', 'scroll'),
  tool('Magnifier', 'm', 'magnifier'),
  tool('Crosshair', 'x', 'crosshair'),
];

/** What is measured and marked with. */
export const measuringCommands: readonly ToolCommand[] = [
  tool('Length', 'l', 'length'),
  tool('Angle', 'g', 'angle'),
  tool('Cobb angle', 'k', 'cobb'),
  tool('Ellipse', 'e', 'ellipse'),
  tool('Rectangle', 'q', 'rectangle'),
  tool('Freehand', 'd', 'freehand'),
  tool('Long and short axis', 'b', 'bidirectional'),
  tool('Arrow with text', 'y', 'arrow'),
  tool('Value', 'h', 'probe'),
];

/** What is done with measurements. */
export const measurementCommands: readonly Command[] = [
  { name: 'Calibrate', keys: ['Shift+c'], run: ({ measurements }) => void measurements.calibrate() },
  { name: 'Remove', keys: ['Delete', 'Backspace'], run: ({ measurements }) => measurements.remove() },
  { name: 'Undo', keys: ['Ctrl+z'], run: ({ measurements }) => measurements.undo() },
  { name: 'Redo', keys: ['Ctrl+y', 'Ctrl+Shift+z'], run: ({ measurements }) => measurements.redo() },
];

/** Buttons beside the tools. */
export const imageCommands: readonly (Command & { readonly icon: IconName })[] = [
  { name: 'Invert', keys: ['i'], icon: 'invert', run: ({ viewer }) => viewer.tones.toggleInvert() },
  { name: 'Fit', keys: ['f'], icon: 'fit', run: ({ viewer }) => viewer.fit() },
  { name: 'One to one', keys: ['o'], icon: 'pixels', run: ({ viewer }) => viewer.zoomToPixels() },
  { name: 'Reset', keys: ['r'], icon: 'reset', run: ({ viewer }) => viewer.reset() },
  { name: 'Overlays', keys: ['v'], icon: 'overlays', run: ({ viewer }) => viewer.overlays.toggle() },
  { name: 'Hide text', keys: ['t'], icon: 'text', run: ({ grid }) => grid.toggleText() },
];

/** How the image is turned. */
export const turnCommands: readonly Command[] = [
  { name: 'Turn right', keys: ['Shift+ArrowRight'], run: ({ viewer }) => viewer.rotate(90) },
  { name: 'Turn left', keys: ['Shift+ArrowLeft'], run: ({ viewer }) => viewer.rotate(-90) },
  { name: 'Mirror', keys: ['Shift+f'], run: ({ viewer }) => viewer.mirror() },
];

/** How many viewports there are. */
export const layoutCommands: readonly Command[] = layouts.map((layout) => ({
  name: layoutName(layout),
  keys: [`Alt+${layout.key}`],
  run: ({ grid }) => grid.setLayout(layout),
}));

/** What viewports do together. */
export const togetherCommands: readonly (Command & { readonly icon: IconName })[] = [
  {
    name: 'Scroll together',
    keys: ['j'],
    icon: 'together',
    run: ({ synchroniser }) => synchroniser.setTogether(!synchroniser.together.value),
  },
  {
    name: 'Reference lines',
    keys: ['u'],
    icon: 'lines',
    run: ({ synchroniser }) => synchroniser.toggleLines(),
  },
];

/** How images are played. */
export const cineCommands: readonly Command[] = [
  { name: 'Play or stop', keys: ['c', ' '], icon: 'play', run: ({ cine, viewer }) => cine.toggle(viewer) },
  { name: 'Faster', keys: ['>'], run: ({ cine }) => cine.change('faster') },
  { name: 'Slower', keys: ['<'], run: ({ cine }) => cine.change('slower') },
];

/** Other ways to look at a series. */
export const volumeCommands: readonly Command[] = [
  {
    name: 'Planes through the volume',
    keys: ['Shift+v'],
    run: ({ reformat, viewer }) => {
      const series = viewer.series.value;
      if (series) reformat.open(series, viewer.tones.window.value, viewer.tones.inverted.value);
    },
  },
];

/** How a study is arranged. */
export const hangingCommands: readonly Command[] = [
  { name: 'Hang anew', keys: ['Shift+r'], run: ({ hanging }) => void hanging.hang() },
  {
    name: 'Hanging protocols',
    keys: ['Shift+p'],
    run: ({ hanging }) => {
      hanging.editing.value = true;
    },
  },
];

/** Which viewport is worked with. */
export const viewportCommands: readonly Command[] = [
  { name: 'Next viewport', keys: ['n'], run: ({ grid }) => grid.activateBeside(1) },
  { name: 'Previous viewport', keys: ['Shift+n'], run: ({ grid }) => grid.activateBeside(-1) },
  { name: 'One viewport, or all', keys: ['Enter', 'Shift+m'], run: ({ grid }) => grid.toggleMaximised() },
];

export const windowCommands: readonly Command[] = [
  { name: 'Default window', keys: ['0'], run: ({ viewer }) => viewer.tones.setDefault() },
  { name: 'Automatic window', keys: ['a'], run: ({ viewer }) => viewer.tones.setAutomatic() },
];

export const scrollCommands: readonly Command[] = [
  { name: 'Next image', keys: ['ArrowDown', 'ArrowRight'], run: ({ viewer }) => viewer.scrollBy(1) },
  { name: 'Previous image', keys: ['ArrowUp', 'ArrowLeft'], run: ({ viewer }) => viewer.scrollBy(-1) },
  { name: 'Ten images on', keys: ['PageDown'], run: ({ viewer }) => viewer.scrollBy(10) },
  { name: 'Ten images back', keys: ['PageUp'], run: ({ viewer }) => viewer.scrollBy(-10) },
  { name: 'First image', keys: ['Home'], run: ({ viewer }) => viewer.goTo(0) },
  { name: 'Last image', keys: ['End'], run: ({ viewer }) => viewer.goTo(Number.MAX_SAFE_INTEGER) },
  { name: 'Enlarge', keys: ['+', '='], run: ({ viewer }) => viewer.zoomBy(1.25) },
  { name: 'Make smaller', keys: ['-'], run: ({ viewer }) => viewer.zoomBy(0.8) },
  { name: 'Next series', keys: [']', '.'], run: ({ grid }) => grid.openBeside(1) },
  { name: 'Previous series', keys: ['[', ','], run: ({ grid }) => grid.openBeside(-1) },
];

/** A window or a VOI LUT that the image itself offers. */
export interface OfferedCommand extends Command {
  /** For the column of numbers. */
  readonly numbers: string;
}

/** What the image offers, by its explanations: windows where there are several or VOI LUTs beside them, and VOI LUTs. */
export function offeredCommands(slice: Slice | undefined): readonly OfferedCommand[] {
  if (!slice) return [];
  const luts = lutsOf(slice);
  const { windows } = slice.presentation;
  const offered = windows.length + luts.length > 1 ? windows : [];
  return [
    ...offered.map(({ centre, width, explanation }, at) => ({
      name: explanation || `Window ${at + 1} of the image`,
      keys: [],
      numbers: `${displayNumber(centre)} / ${displayNumber(width)}`,
      run: ({ viewer }: PageModels) => viewer.tones.setWindow({ centre, width }),
    })),
    ...luts.map((lut, at) => ({
      name: lutName(lut.explanation, at),
      keys: [],
      numbers: 'VOI LUT',
      run: ({ viewer }: PageModels) => viewer.tones.setLut(slice, at),
    })),
  ];
}

/** What a VOI LUT is called. @param index from 0 */
export function lutName(explanation: string, index: number): string {
  return explanation || `VOI LUT ${index + 1}`;
}

/** The fixed windows of a modality as commands. */
export function presetCommands(modality: string): readonly (Command & { readonly preset: WindowPreset })[] {
  return presetsFor(modality).map((preset) => ({
    name: preset.name,
    keys: [preset.key],
    preset,
    run: ({ viewer }) => viewer.tones.setWindow({ centre: preset.centre, width: preset.width }),
  }));
}

/** Every command of a series of the modality. */
export function allCommands(modality: string): readonly Command[] {
  return [
    ...toolCommands,
    ...measuringCommands,
    ...measurementCommands,
    ...imageCommands,
    ...turnCommands,
    ...layoutCommands,
    ...viewportCommands,
    ...togetherCommands,
    ...cineCommands,
    ...hangingCommands,
    ...volumeCommands,
    ...windowCommands,
    ...scrollCommands,
    ...presetCommands(modality),
  ];
}

/** The command of a chord in a series of the modality. */
export function commandOfKey(chord: string, modality: string): Command | undefined {
  return allCommands(modality).find(({ keys }) => keys.includes(chord));
}

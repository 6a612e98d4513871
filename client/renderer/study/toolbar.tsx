// The tools above the image; every tooltip names its key.
import { downloadCommands } from '../downloading/commands.ts';
import { exportCommands } from '../exporting/commands.ts';
import { fusionCommands } from '../fusion/commands.ts';
import { layoutId, layoutName } from '../grid/layouts.ts';
import { keysOf } from '../keys/bindings.ts';
import { hinted } from '../keys/chords.ts';
import { markKeyCommand } from '../presenting/commands.ts';
import { StatesMenu } from '../presenting/states-menu.tsx';
import { reportCommands } from '../reports/commands.ts';
import { shareCommands } from '../sharing/commands.ts';
import { solidCommands } from '../solid/commands.ts';
import { toolbarTexts } from '../words/study.ts';
import {
  type Command,
  cineCommands,
  hangingCommands,
  imageCommands,
  layoutCommands,
  measurementCommands,
  measuringCommands,
  offeredCommands,
  presetCommands,
  togetherCommands,
  toolCommands,
  turnCommands,
  volumeCommands,
  windowCommands,
} from './commands.ts';
import { Icon, type IconName } from './icons.tsx';
import { Menu } from './menu.tsx';
import type { PageModels } from './page-models.ts';
import { shadingText } from './shading-text.ts';
import { scaleOf } from './slice-window.ts';

const hint = (command: Command) => hinted(command.name, keysOf(command));

export function Toolbar({ page }: { page: PageModels }) {
  const { grid } = page;
  const texts = toolbarTexts.value;
  const run = (command: Command) => command.run(page);
  return (
    <div class="toolbar" role="toolbar" aria-label={texts.tools}>
      <Menu
        kind="layout-menu"
        label={
          <>
            <Icon name="layout" />
            {layoutName(grid.layout.value)}
          </>
        }
        title={texts.layout}
        commands={[
          ...layoutCommands,
          ...hangingCommands,
          ...volumeCommands,
          ...solidCommands,
          ...fusionCommands,
        ]}
        chosen={({ id }) => id === layoutId(grid.layout.value)}
        onChoose={run}
      />
      <span class="divider" />
      {toolCommands.map((command) => (
        <CommandButton
          key={command.tool}
          command={command}
          data-tool={command.tool}
          isPressed={grid.tool.value === command.tool}
          onRun={run}
        />
      ))}
      <MeasureMenu page={page} />
      <CineButton page={page} />
      <span class="divider" />
      <WindowMenu page={page} />
      <span class="divider" />
      {imageCommands
        .filter(isNotRare)
        .filter(hasUse(page))
        .map((command) => (
          <CommandButton
            key={command.id}
            command={command}
            data-command={command.id}
            isPressed={pressed(command.icon, page)}
            onRun={run}
          />
        ))}
      <CommandButton
        command={markKeyCommand}
        data-command={markKeyCommand.id}
        isPressed={page.viewer.slice !== undefined && page.keyImages.marksOf(page.viewer.slice).own}
        onRun={run}
      />
      <StatesMenu page={page} />
      {togetherCommands.map((command) => (
        <CommandButton
          key={command.id}
          command={command}
          data-command={command.id}
          isPressed={
            (command.icon === 'together' ? page.synchroniser.together : page.synchroniser.lines).value
          }
          onRun={run}
        />
      ))}
      {[...exportCommands, ...shareCommands].map((command) => (
        <CommandButton
          key={command.id}
          command={command}
          data-command={command.id}
          isPressed={undefined}
          onRun={run}
        />
      ))}
      {reportCommands.map((command) => (
        <CommandButton
          key={command.id}
          command={command}
          data-command={command.id}
          isPressed={page.reports.open.value}
          onRun={run}
        />
      ))}
      <Menu
        kind="more-menu"
        label={texts.more}
        title={texts.moreHint}
        commands={[...imageCommands.filter(isRare), ...turnCommands, ...downloadCommands]}
        chosen={({ icon }) => icon === 'text' && !grid.textShown.value}
        onChoose={run}
      />
    </div>
  );
}

interface CommandButtonProps {
  readonly command: Command & { readonly icon: IconName };
  readonly isPressed: boolean | undefined;
  readonly onRun: (command: Command) => void;
  readonly 'data-tool'?: string;
  readonly 'data-command'?: string;
}

function CommandButton({ command, isPressed, onRun, ...named }: CommandButtonProps) {
  return (
    <button
      type="button"
      class="button"
      {...named}
      title={hint(command)}
      aria-label={command.name}
      aria-pressed={isPressed}
      onClick={() => onRun(command)}
    >
      <Icon name={command.icon} />
      <span class="label">{command.name}</span>
    </button>
  );
}

/** So that the tools take one line on small screens. */
const isRare = ({ icon }: Command) => icon === 'pixels' || icon === 'text';
const isNotRare = (command: Command) => !isRare(command);

/** Few images have shutters. */
const hasUse =
  ({ viewer: { slice, shutters } }: PageModels) =>
  ({ icon }: Command) =>
    icon !== 'shutters' || (slice !== undefined && shutters.ofImage(slice.presentation) !== null);

/** Whether a button that switches something is on. */
function pressed(icon: string, { viewer }: PageModels): boolean | undefined {
  if (icon === 'invert') return viewer.tones.inverted.value;
  if (icon === 'overlays') return viewer.overlays.shown.value;
  return icon === 'shutters' ? viewer.shutters.shown.value : undefined;
}

/** Plays the images of the active viewport; says how fast. */
function CineButton({ page }: { page: PageModels }) {
  const { cine, viewer } = page;
  const playing = cine.playing.value === viewer;
  const [play, faster, slower] = cineCommands;
  if ((viewer.series.value?.stack.slices.length ?? 0) < 2 || !play || !faster || !slower) return null;
  return (
    <button
      type="button"
      class="button"
      data-command="cine.play"
      title={[play, faster, slower].map(hint).join('; ')}
      aria-label={play.name}
      aria-pressed={playing}
      onClick={() => play.run(page)}
    >
      <Icon name={playing ? 'stop' : 'play'} />
      {playing && <span>{cine.rate.value}/s</span>}
    </button>
  );
}

/** What can be measured with; the button shows the tool in hand. */
function MeasureMenu({ page }: { page: PageModels }) {
  const inHand = measuringCommands.find(({ tool }) => tool === page.grid.tool.value);
  return (
    <Menu
      kind={inHand ? 'measure-menu in-hand' : 'measure-menu'}
      label={
        <>
          <Icon name={inHand?.icon ?? 'length'} />
          <span class="tool-name">{inHand?.name ?? toolbarTexts.value.measure}</span>
        </>
      }
      title={inHand ? `${toolbarTexts.value.measureHint}: ${inHand.name}` : toolbarTexts.value.measureHint}
      commands={[...measuringCommands, ...measurementCommands]}
      chosen={(command) => command === inHand}
      onChoose={(command) => command.run(page)}
    />
  );
}

/** The windows to choose from, with the present one on the button. */
function WindowMenu({ page }: { page: PageModels }) {
  const { viewer } = page;
  const modality = scaleOf(viewer.slice, viewer.series.value?.manifest.modality ?? '');
  return (
    <Menu
      kind="window-menu"
      label={shadingText(viewer) || toolbarTexts.value.windows}
      title={toolbarTexts.value.windows}
      commands={[...windowCommands, ...offeredCommands(viewer.slice), ...presetCommands(modality)]}
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

// The tools above the image, in one line: what has no room goes into the menu at its end. Every tooltip names its key.
import { downloadCommands } from '../downloading/commands.ts';
import { fusionCommands } from '../fusion/commands.ts';
import { layoutId, layoutName } from '../grid/layouts.ts';
import { keysOf } from '../keys/bindings.ts';
import { hinted } from '../keys/chords.ts';
import { isStateShown, StatesMenu, stateNumbers, statesOffered } from '../presenting/states-menu.tsx';
import { solidCommands } from '../solid/commands.ts';
import { toolbarTexts } from '../words/study.ts';
import {
  type Command,
  cineCommands,
  hangingCommands,
  layoutCommands,
  measurementCommands,
  measuringCommands,
  turnCommands,
  volumeCommands,
} from './commands.ts';
import { Icon } from './icons.tsx';
import { Menu } from './menu.tsx';
import type { PageModels } from './page-models.ts';
import {
  cineButtons,
  imageButtons,
  leavingOrder,
  rareCommands,
  statesPart,
  type ToolbarButton,
  toolButtons,
  workButtons,
} from './toolbar-buttons.ts';
import { useToolbarFit } from './toolbar-fit.ts';
import { WindowMenu } from './window-menu.tsx';

/** CSS pixels of a line that has room for the name of each tool, and of one that names the tool to measure with. */
const roomForNames = 2468;
const roomForMeasuring = 1268;

const hint = (command: Command) => hinted(command.name, keysOf(command));

export function Toolbar({ page }: { page: PageModels }) {
  const tools = toolButtons(page);
  const cine = cineButtons(page);
  const images = imageButtons(page);
  const work = workButtons(page);
  const all = [...tools, ...cine, ...images, ...work];
  const here = new Set([...all.map(({ command }) => command.id), statesPart]);
  const order = leavingOrder.filter((part) => here.has(part));
  const { bar, left, width } = useToolbarFit(order);
  const shown = (buttons: readonly ToolbarButton[]) =>
    buttons
      .filter(({ command }) => !left.has(command.id))
      .map((button) => <CommandButton key={button.command.id} button={button} page={page} />);
  return (
    <div
      class="toolbar"
      role="toolbar"
      aria-label={toolbarTexts.value.tools}
      ref={bar}
      data-crowded={left.size === order.length}
      data-names={width >= roomForNames ? 'all' : width >= roomForMeasuring ? 'measuring' : 'none'}
    >
      <LayoutMenu page={page} />
      <span class="divider" />
      {shown(tools)}
      <MeasureMenu page={page} />
      {!left.has('cine.play') && cine.map((button) => <CineButton key="cine" button={button} page={page} />)}
      <span class="divider" />
      <WindowMenu page={page} />
      <span class="divider" />
      {shown(images)}
      {!left.has(statesPart) && <StatesMenu page={page} />}
      {shown(work)}
      <MoreMenu
        page={page}
        left={all.filter(({ command }) => left.has(command.id))}
        noStates={left.has(statesPart)}
      />
    </div>
  );
}

interface ButtonProps {
  readonly button: ToolbarButton;
  readonly page: PageModels;
}

function CommandButton({ button: { command, isPressed, tool }, page }: ButtonProps) {
  return (
    <button
      type="button"
      class="button"
      data-part={command.id}
      {...(tool ? { 'data-tool': tool } : { 'data-command': command.id })}
      title={hint(command)}
      aria-label={command.name}
      aria-pressed={isPressed}
      onClick={() => command.run(page)}
    >
      <Icon name={command.icon} />
      <span class="label">{command.name}</span>
    </button>
  );
}

/** Plays the images of the active viewport; says how fast. */
function CineButton({ button: { command, isPressed }, page }: ButtonProps) {
  return (
    <button
      type="button"
      class="button"
      data-part={command.id}
      data-command={command.id}
      title={cineCommands.map(hint).join('; ')}
      aria-label={command.name}
      aria-pressed={isPressed}
      onClick={() => command.run(page)}
    >
      <Icon name={isPressed ? 'stop' : 'play'} />
      {isPressed && <span>{page.cine.rate.value}/s</span>}
    </button>
  );
}

function LayoutMenu({ page }: { page: PageModels }) {
  const { layout } = page.grid;
  return (
    <Menu
      kind="layout-menu"
      label={
        <>
          <Icon name="layout" />
          {layoutName(layout.value)}
        </>
      }
      title={toolbarTexts.value.layout}
      commands={[
        ...layoutCommands,
        ...hangingCommands,
        ...volumeCommands,
        ...solidCommands,
        ...fusionCommands,
      ]}
      chosen={({ id }) => id === layoutId(layout.value)}
      onChoose={(command) => command.run(page)}
    />
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

interface MoreProps {
  readonly page: PageModels;
  /** Buttons that have no room in the line. */
  readonly left: readonly ToolbarButton[];
  readonly noStates: boolean;
}

/** What is rarely used, and what has no room. */
function MoreMenu({ page, left, noStates }: MoreProps) {
  const texts = toolbarTexts.value;
  const isOn = new Set(left.filter(({ isPressed }) => isPressed).map(({ command }) => command.id));
  const toolLeft = left.some(({ tool, isPressed }) => tool && isPressed);
  const isState = isStateShown(page);
  return (
    <Menu
      kind={toolLeft ? 'more-menu in-hand' : 'more-menu'}
      label={texts.more}
      title={left.length > 0 ? texts.moreHintNoRoom : texts.moreHint}
      commands={[
        ...left.map(({ command }) => command),
        ...(noStates ? statesOffered(page) : []),
        ...rareCommands,
        ...turnCommands,
        ...downloadCommands,
      ]}
      numbers={stateNumbers}
      chosen={(command) =>
        isOn.has(command.id) || isState(command) || (command.icon === 'text' && !page.grid.textShown.value)
      }
      onChoose={(command) => command.run(page)}
    />
  );
}
